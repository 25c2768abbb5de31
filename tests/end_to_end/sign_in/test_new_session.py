"""The form for a new session: what it writes, and what it says about bad input."""

from __future__ import annotations

import stat
from collections.abc import Callable
from configparser import ConfigParser

import pytest

from tests.end_to_end.conftest import (
    ACCOUNTS,
    ROLECALL,
    TerminalDesk,
    fill_in,
    wait_for_field,
    wait_for_wrapped,
)


@pytest.mark.parametrize("umask", ["000", "022"])
def test_a_session_is_written_to_an_empty_home(
    a_desk: Callable[..., TerminalDesk], umask: str
) -> None:
    desk = a_desk()
    shell = f'umask {umask}; exec "$0"'
    with desk.open("sh", "-c", shell, ROLECALL) as terminal:
        terminal.wait_for("Welcome to rolecall")
        fill_in(terminal, "Start URL", desk.server.start_url)
        terminal.wait_for(r"Session name +\S+")
        terminal.press("tab")
        wait_for_field(terminal, "Region")
        terminal.press("eu-wes")
        terminal.wait_for(r"Region +eu-west-1")
        terminal.press("right", "tab")
        fill_in(terminal, "Session name", "corp")
        terminal.wait_for(r"\[sso-session corp\]")
        terminal.wait_for("sso_registration_scopes = sso:account:access")
        assert not desk.config.exists()
        terminal.press("enter")
        desk.approve(terminal)
        terminal.press("q")
        assert terminal.wait_exit() == 0

    config = ConfigParser()
    config.read(desk.config)
    assert dict(config["sso-session corp"]) == {
        "sso_start_url": desk.server.start_url,
        "sso_region": "eu-west-1",
        "sso_registration_scopes": "sso:account:access",
    }
    written = [path for path in desk.home.rglob("*") if path.is_file()]
    assert len([path for path in written if path.parent == desk.sso_cache]) == 2
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in desk.home.rglob("*")}
    for path, mode in modes.items():
        assert mode == (0o600 if path.is_file() else 0o700), f"{path} is {mode:o}"


@pytest.mark.quick
def test_problems_are_shown_while_the_user_types(a_desk: Callable[..., TerminalDesk]) -> None:
    desk = a_desk()
    desk.create_home()
    before = desk.config.read_bytes()
    desk.leave_token()
    with desk.open() as terminal:
        terminal.wait_for(ACCOUNTS)
        terminal.press("S")
        terminal.wait_for("Sessions found in")
        terminal.press("n")
        fill_in(terminal, "Start URL", "https://d-1.awsapps.com.evil.example/start")
        wait_for_wrapped(terminal, "That only looks like an AWS address")
        fill_in(terminal, "Start URL", "http://corp.awsapps.com/start")
        wait_for_wrapped(terminal, "A start URL begins with https://")
        fill_in(terminal, "Start URL", "https://corp.awsapps.com/start")
        terminal.wait_gone("A start URL begins")
        terminal.press("tab")
        fill_in(terminal, "Region", "moon")
        wait_for_wrapped(terminal, "A region looks like eu-west-1")
        fill_in(terminal, "Region", "eu-west-1")
        terminal.press("tab")
        fill_in(terminal, "Session name", "demo")
        wait_for_wrapped(terminal, "A session of that name already exists")
        terminal.press("escape")
        terminal.wait_gone("Start URL +https")
    assert desk.config.read_bytes() == before

"""The sign-in screen in terminals of all sizes: QR code, link, mouse selection and clipboard."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from rolecall.demo.faults import Fault
from rolecall.ui.widgets.codes.big_code import large
from tests.end_to_end.conftest import (
    ACCOUNTS,
    ROLECALL,
    WAITING,
    TerminalDesk,
    filter_for,
    wait_for_wrapped,
)
from tests.support.screens import qr
from tests.support.terminal import Terminal

LIGHT_ON_DARK, DARK_ON_LIGHT = (220, 10), (10, 245)
TMUX_NEEDS = "Not there? tmux needs “set -g set-clipboard on” or “allow-passthrough on”."


def link_and_code(desk: TerminalDesk) -> tuple[str, str]:
    (code,) = desk.server.pending_codes()
    return f"{desk.server.url}/device?user_code={code}", code


@pytest.mark.parametrize(
    ("theme", "default", "env"),
    [
        ("dark", LIGHT_ON_DARK, {}),
        ("light", DARK_ON_LIGHT, {}),
        ("terminal", LIGHT_ON_DARK, {}),
        ("terminal", DARK_ON_LIGHT, {}),
        ("terminal", LIGHT_ON_DARK, {"NO_COLOR": "1"}),
        ("dark", LIGHT_ON_DARK, {"COLORTERM": "", "TERM": "xterm"}),
    ],
)
def test_a_phone_reads_the_link(
    desk: TerminalDesk, theme: str, default: tuple[int, int], env: dict[str, str]
) -> None:
    """The QR code is next to the code if there is room, or else on its key."""
    env = {"ROLECALL_THEME": theme, **env}
    for columns, lines in ((120, 40), (80, 24)):
        desk.server.calls.clear()
        with desk.open(env=env, columns=columns, lines=lines) as terminal:
            terminal.wait_for(WAITING)
            link = terminal.wait_for(r"http://127\.0\.0\.1:\d+/device\?user_code=\S+")[0]
            if (columns, lines) == (80, 24):
                assert qr.read(terminal, default) == []
                terminal.press("Q", gone=WAITING)
            # It may be painted after the text of the link.
            terminal.wait_until(
                lambda link=link: qr.read(terminal, default) == [link],  # type: ignore[misc]
                what="the QR code of the link",
            )


@pytest.mark.parametrize(("columns", "lines"), [(80, 24), (60, 16), (40, 10)])
def test_link_code_and_time_are_shown_in_every_size(
    desk: TerminalDesk, columns: int, lines: int
) -> None:
    with desk.open(columns=columns, lines=lines) as terminal:
        wait_for_wrapped(terminal, f"{WAITING} · the code expires in 9 min")
        link, code = link_and_code(desk)
        shown = [line.strip("│ ") for line in terminal.screen_lines()]
        start = next(y for y, line in enumerate(shown) if line.startswith("http"))
        assert "".join(shown[start : start + 3]).startswith(link)
        in_large_type = all(any(line.strip() in row for row in shown) for line in large(code))
        assert in_large_type is (lines > 10)
        assert in_large_type or any(line.strip() == code for line in shown)
        (target,) = set(re.findall(rb"\x1b\]8;(id=[0-9a-f]+;http[^\x1b]+)\x1b", terminal.received))
        assert target.partition(b";")[2].decode() == link


@pytest.mark.parametrize(
    "false",
    [
        "https://device.sso.eu-west-1.amazonaws.com.evil.example/?user_code=ABCD",
        "javascript:alert(1)//\x1b]8;;https://evil.example\x1b\\",
        "x" * 10_000,
    ],
)
def test_a_false_link_is_only_shown(desk: TerminalDesk, tmp_path: Path, false: str) -> None:
    def rewrite(operation: str, content: dict[str, Any]) -> dict[str, Any]:
        if operation == "StartDeviceAuthorization":
            content |= {"verificationUri": false, "verificationUriComplete": false}
        return content

    opened = tmp_path / "opened"
    browser = tmp_path / "browser"
    browser.write_text(f"#!/bin/sh\ntouch {opened}\n")
    browser.chmod(0o755)
    desk.server.rewrite = rewrite
    commands: tuple[list[str | Path], ...] = ([], [ROLECALL, "sign-in"])
    for command in commands:
        desk.server.forget_device_codes()
        with desk.open(*command, env={"BROWSER": str(browser)}, lines=40) as terminal:
            terminal.wait_for("Careful: ")
            terminal.wait_for(WAITING)
            wait_for_wrapped(terminal, "Approve the code only if you started the sign-in just now.")
            assert not qr.read(terminal, LIGHT_ON_DARK)
            if not command:
                terminal.press("Q", "o", then="(?s)Careful: .*Careful: ")
            assert b"\x1b]8;" not in terminal.received
    assert not opened.exists()


@pytest.mark.quick
def test_tmux_selects_a_wrapped_link_as_one_and_takes_copied_text(desk: TerminalDesk) -> None:
    tmux = desk.tmux()
    ask = partial(desk.ask, tmux)

    start = [*tmux, "new-session", str(ROLECALL), ";", "set", "-g", "set-clipboard", "on"]
    with desk.open(*start, columns=40, lines=24) as terminal:
        terminal.wait_for(WAITING)
        link, code = link_and_code(desk)
        assert link in ask("capture-pane", "-p", "-J")
        for key, text in (("y", link), ("Y", code)):
            terminal.press(key)
            wait_for_wrapped(terminal, TMUX_NEEDS)
            assert ask("show-buffer") == text
            terminal.press("down", gone="tmux needs")
        terminal.quit()


def test_the_time_left_is_shown_while_the_connection_is_lost(desk: TerminalDesk) -> None:
    with desk.open() as terminal:
        terminal.wait_for(WAITING)
        desk.server.faults.add("CreateToken", Fault.RESET)
        terminal.wait_for("The code expires in 9 min · There is no answer yet")


LAST = "training"


def fresh_code(desk: TerminalDesk, terminal: Terminal) -> None:
    terminal.press("n", then=WAITING)
    assert desk.sign_ins() == 2
    desk.approve(terminal)


@pytest.mark.quick
def test_a_code_that_expired_is_followed_by_another(a_desk: Callable[..., TerminalDesk]) -> None:
    later = timedelta(0)
    desk = a_desk(clock=lambda: datetime.now(UTC) + later)
    desk.create_home()
    with desk.open() as terminal:
        terminal.wait_for(WAITING)
        later = timedelta(minutes=10)
        wait_for_wrapped(terminal, "The code expired")
        fresh_code(desk, terminal)


def test_a_token_that_is_revoked_during_a_listing(desk: TerminalDesk) -> None:
    """The sign-in opens automatically, and the listing continues where it stopped."""
    desk.leave_token()
    server = desk.server
    last = server.organisation.named(LAST).id
    server.faults.add("ListAccountRoles", Fault.HANG, account_id=last)
    with desk.open() as terminal:
        terminal.wait_for(ACCOUNTS)
        assert server.faults.hanging.acquire(timeout=30)
        server.forget_sign_ins()
        server.faults.clear()
        wait_for_wrapped(terminal, "AWS no longer accepts the access token")
        listed = server.calls.count("ListAccountRoles", status=200)
        desk.approve(terminal)
        filter_for(terminal, LAST)
        terminal.wait_for(rf"{LAST} +{last} +\S+ +1\b")
        again = server.calls.count("ListAccountRoles", status=200) - listed
        assert 1 <= again < listed

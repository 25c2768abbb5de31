"""Sign-in with a browser on this machine, whose token the AWS CLI uses then."""

from __future__ import annotations

import json
import re
import shlex
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from rolecall.demo.home import SESSION
from tests.end_to_end.conftest import ACCOUNTS, AUDIT, AUDIT_ROLE, ROLECALL, WAITING, TerminalDesk
from tests.support.network.ssh import ssh_server
from tests.support.programs import aws_cli, completed
from tests.support.settings import write_settings

# What a browser does if the page approves at once: open the link and follow the redirect.
_BROWSER = "import sys, urllib.request as r; r.urlopen(sys.argv[1], timeout=30).read()"


def browser_of(folder: Path) -> str:
    script = folder / "browser"
    script.write_text(f'#!/bin/sh\n{sys.executable} -c "{_BROWSER}" "$1" >/dev/null 2>&1 &\n')
    script.chmod(0o700)
    return str(script)


def assert_the_aws_cli_signs_in_as_an_auditor(desk: TerminalDesk) -> None:
    with desk.config.open("a") as config:
        config.write(
            f"[profile x]\nsso_session = {SESSION}\nsso_account_id = {AUDIT}\n"
            f"sso_role_name = {AUDIT_ROLE}\nregion = eu-west-1\n"
        )
    assert desk.answer("sts", "get-caller-identity", "--profile", "x")["Account"] == AUDIT


def test_p_signs_in_with_the_browser_and_the_cli_uses_the_token(
    a_desk: Callable[..., TerminalDesk], tmp_path: Path
) -> None:
    desk = a_desk(approve=True, interval=60)
    desk.create_home()
    browser = browser_of(tmp_path)
    with desk.open(env={"BROWSER": browser}) as terminal:
        terminal.wait_for(WAITING)
        terminal.press("p", then=ACCOUNTS)
        terminal.quit()
    assert_the_aws_cli_signs_in_as_an_auditor(desk)
    registered = desk.server.calls.count("RegisterClient")
    login = completed(
        [aws_cli(), "sso", "login", "--sso-session", SESSION],
        {"PATH": "/usr/bin:/bin", "BROWSER": browser, **desk.environment},
        check=False,
    )
    assert "Successfully logged into" in login.stdout
    assert desk.server.calls.count("RegisterClient") == registered
    kinds = [json.loads(path.read_text()).get("grantTypes") for path in desk.sso_cache.iterdir()]
    assert sorted(filter(None, kinds)) == [["authorization_code", "refresh_token"]]


@pytest.mark.thorough
def test_over_ssh_the_address_is_pasted_into_the_full_screen(
    desk: TerminalDesk, tmp_path: Path
) -> None:
    write_settings(desk.home, 'sign_in = "pkce"\n')
    variables = shlex.join(f"{name}={value}" for name, value in desk.environment.items())
    with (
        ssh_server(tmp_path / "ssh") as ssh,
        desk.open(*ssh, f"env {variables} {ROLECALL}") as terminal,
    ):
        terminal.wait_for("Copy the whole address and")
        terminal.wait_for("Waiting for the browser")
        text = "".join(line.strip() for line in terminal.screen_lines())
        link = re.search(r"http://127\.0\.0\.1:\d+/authorize\?\S*?code_challenge=[\w-]{43}", text)
        assert link
        address = desk.server.log_in(link[0])
        terminal.send(f"\x1b[200~{address[:-9]}\x1b[201~")
        terminal.wait_for("A part of it is missing")
        terminal.send(f"\x1b[200~{address}\x1b[201~")
        terminal.wait_for(ACCOUNTS)
        code = address.partition("code=")[2].partition("&")[0]
        assert code.encode() not in terminal.received
        terminal.quit()
    assert_the_aws_cli_signs_in_as_an_auditor(desk)

"""Sign-in with a browser on this machine, whose token the AWS CLI uses then."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

from rolecall.demo.home import SESSION
from tests.end_to_end.conftest import ACCOUNTS, AUDIT, AUDIT_ROLE, WAITING, TerminalDesk
from tests.support.programs import aws_cli, completed

# What a browser does if the page approves at once: open the link and follow the redirect.
_BROWSER = "import sys, urllib.request as r; r.urlopen(sys.argv[1], timeout=30).read()"


def browser_of(folder: Path) -> str:
    script = folder / "browser"
    script.write_text(f'#!/bin/sh\n{sys.executable} -c "{_BROWSER}" "$1" >/dev/null 2>&1 &\n')
    script.chmod(0o700)
    return str(script)


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
    with desk.config.open("a") as config:
        config.write(
            f"[profile x]\nsso_session = {SESSION}\nsso_account_id = {AUDIT}\n"
            f"sso_role_name = {AUDIT_ROLE}\nregion = eu-west-1\n"
        )
    assert desk.answer("sts", "get-caller-identity", "--profile", "x")["Account"] == AUDIT
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

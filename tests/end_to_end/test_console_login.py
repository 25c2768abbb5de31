"""Sign-in with console credentials in the full screen: link, paste, what follows."""

from __future__ import annotations

import re

from tests.end_to_end.conftest import ACCOUNTS, TerminalDesk
from tests.support.login_files import PROFILE
from tests.support.terminal import Terminal

LINK = re.compile(r"http://127\.0\.0\.1:\d+/v1/authorize\?\S*?code_challenge=[\w-]{43}")


def code_of(desk: TerminalDesk, terminal: Terminal) -> str:
    """Allow the sign-in of the link on the screen, and return the code that the page shows."""
    found = LINK.search("".join(line.strip() for line in terminal.screen_lines()))
    assert found is not None
    return desk.server.log_in(found[0])


def pasted(text: str) -> str:
    return f"\x1b[200~{text}\x1b[201~"


def open_sign_in(desk: TerminalDesk) -> Terminal:
    desk.leave_token()
    with desk.config.open("a") as file:
        file.write(f"\n{PROFILE}")
    terminal = desk.open()
    terminal.wait_for(ACCOUNTS)
    terminal.press("4")
    terminal.wait_for("console +signed out")
    terminal.press("/", *"console", "\r")
    terminal.wait_for("1 of 1")
    terminal.press("\r")
    terminal.wait_for(r"v1/authorize(.|\n)*paste the code here")
    return terminal


def test_a_pasted_code_signs_in_and_a_wrong_one_says_what_is_wrong(desk: TerminalDesk) -> None:
    terminal = open_sign_in(desk)
    code = code_of(desk, terminal)
    terminal.send(pasted(code[:30]))
    terminal.wait_for("The end of the code is missing")
    terminal.send(pasted(f"{code[:40]}\r\n  {code[40:]}\n"))
    terminal.wait_for("console uses the console credentials of")
    terminal.wait_for("console +11 h 59 min")
    assert desk.run("export", "console").returncode == 0
    terminal.press("r")
    terminal.wait_for("Renewed the keys of console")
    assert desk.server.calls.count("CreateOAuth2Token", status=200) == 2
    terminal.press("x")
    terminal.wait_for("Sign out of console")
    terminal.press("\r")
    terminal.wait_for("console is signed out")
    assert list((desk.home / ".aws" / "login" / "cache").iterdir()) == []


def test_a_code_can_be_typed_and_a_new_link_refuses_the_old_one(desk: TerminalDesk) -> None:
    terminal = open_sign_in(desk)
    old = code_of(desk, terminal)
    first = LINK.search("".join(line.strip() for line in terminal.screen_lines()))
    terminal.press("n")
    terminal.wait_until(
        lambda: (
            (link := LINK.search("".join(line.strip() for line in terminal.screen_lines())))
            is not None
            and first is not None
            and link[0] != first[0]
        )
    )
    terminal.press("\r", *old, "\r")
    terminal.wait_for("This code is of another sign-in")
    terminal.send(pasted(code_of(desk, terminal)))
    terminal.wait_for("console uses the console credentials of")

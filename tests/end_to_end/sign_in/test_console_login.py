"""Sign-in with console credentials in the full screen: link, paste, what follows."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.end_to_end.conftest import ACCOUNTS, ROLECALL, TerminalDesk
from tests.end_to_end.sign_in.test_pkce import browser_of
from tests.support.login_files import PROFILE
from tests.support.settings import write_settings
from tests.support.terminal import Terminal

LINK = re.compile(r"http://127\.0\.0\.1:\d+/v1/authorize\?\S*?code_challenge=[\w-]{43}")


def link_of(terminal: Terminal) -> str:
    """The link on the screen; empty without one."""
    found = LINK.search("".join(line.strip() for line in terminal.screen_lines()))
    return found[0] if found else ""


def wait_for_another(terminal: Terminal, link: str) -> None:
    terminal.wait_until(lambda: link_of(terminal) not in {"", link}, what="another link")


def code_of(desk: TerminalDesk, terminal: Terminal) -> str:
    """Allow the sign-in of the link on the screen, and return the code that the page shows."""
    terminal.wait_until(lambda: link_of(terminal) != "", what="the whole link")
    return desk.server.log_in(link_of(terminal))


def pasted(text: str) -> str:
    return f"\x1b[200~{text}\x1b[201~"


def open_sign_in(desk: TerminalDesk) -> Terminal:
    with desk.config.open("a") as file:
        file.write(f"\n{PROFILE}")
    terminal = press_enter_on_tokens(desk)
    terminal.wait_for(r"v1/authorize(.|\n)*paste the code here")
    return terminal


def press_enter_on_tokens(desk: TerminalDesk, **environ: str) -> Terminal:
    """Open the full screen, and press Enter on the row of the profile `console`."""
    desk.leave_token()
    terminal = desk.open(env=environ)
    terminal.wait_for(ACCOUNTS)
    terminal.press("4")
    terminal.wait_for("console +signed out")
    terminal.press("/", *"console", "\r")
    terminal.wait_for("1 of 1")
    terminal.press("\r")
    return terminal


def test_a_pasted_code_signs_in_and_a_wrong_one_says_what_is_wrong(desk: TerminalDesk) -> None:
    terminal = open_sign_in(desk)
    code = code_of(desk, terminal)
    terminal.send(pasted(code[:30]))
    terminal.wait_for("A part of it is missing")
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
    old, link = code_of(desk, terminal), link_of(terminal)
    terminal.press("n")
    wait_for_another(terminal, link)
    terminal.press("\r", *old, "\r")
    terminal.wait_for("This belongs to another sign-in")
    link = link_of(terminal)
    terminal.press("n")
    wait_for_another(terminal, link)
    terminal.send(f"{code_of(desk, terminal)[:30]}\r")  # a paste that the terminal sends as keys
    terminal.wait_for("A part of it is missing")
    terminal.send(pasted(code_of(desk, terminal)))
    terminal.wait_for("console uses the console credentials of")


def open_shell(desk: TerminalDesk, **environ: str) -> Terminal:
    """A bash that has `awsp`."""
    terminal = desk.open("bash", "--norc", env=environ, columns=100, lines=32)
    terminal.wait_for(r"\S")
    terminal.press(f"PS1='$ '; eval \"$({ROLECALL} init bash)\"; clear\r")
    terminal.wait_until(lambda: terminal.screen_text().split() == ["$"], 30)
    return terminal


def prefer_browser(desk: TerminalDesk) -> None:
    write_settings(desk.home, 'sign_in = "pkce"\n')


class TestUnderThePrompt:
    """`awsp` with a profile whose console sign-in has ended."""

    @pytest.fixture
    def shell(self, desk: TerminalDesk) -> Terminal:
        account = desk.server.organisation.accounts[0].id
        arn = f"arn:aws:iam::{account}:user/alice"
        with desk.config.open("a") as file:
            file.write(f"\n[profile console]\nlogin_session = {arn}\nregion = eu-west-1\n")
            file.write(
                f"\n[profile release]\nrole_arn = arn:aws:iam::{account}:role/Deploy\n"
                "source_profile = console\nregion = eu-west-1\n"
            )
        return open_shell(desk)

    def test_a_profile_that_is_named_signs_in(self, desk: TerminalDesk, shell: Terminal) -> None:
        shell.press("awsp console\r")
        shell.wait_for("console has no valid console sign-in: sign in first")
        shell.wait_for("v1/authorize(.|\n)*paste the code here")
        code = code_of(desk, shell)
        shell.send(pasted(code[:30]))
        shell.wait_for("A part of it is missing")
        shell.send(pasted(f"{code[:40]}\r\n  {code[40:]}\n"))
        shell.wait_for(r"^console · \d{12} · user/alice · 1[45] min left, renews itself")
        assert desk.run("export", "console").returncode == 0
        shell.press("clear; awsp console\r")
        shell.wait_for(r"^console · \d{12} · user/alice")
        assert desk.server.calls.count("CreateOAuth2Token") == 1

    def test_a_terminal_may_send_a_paste_as_keys(self, desk: TerminalDesk, shell: Terminal) -> None:
        shell.press("awsp release\r")  # its source profile signs in
        shell.wait_for("console has no valid console sign-in: sign in first")
        shell.wait_for("v1/authorize(.|\n)*paste the code here")
        shell.send(f"{code_of(desk, shell)}\r")
        shell.wait_for(r"^release · \d{12} · Deploy · 1[45] min left")


class TestInTheBrowserUnderThePrompt:
    """`awsp` on a machine with a browser, which needs no code."""

    @pytest.fixture
    def desk(self, a_desk: Callable[..., TerminalDesk]) -> TerminalDesk:
        desk = a_desk(approve=True)
        desk.create_home()
        account = desk.server.organisation.accounts[0].id
        with desk.config.open("a") as file:
            file.write(
                f"\n[profile console]\nlogin_session = arn:aws:iam::{account}:user/alice\n"
                "region = eu-west-1\n"
            )
        return desk

    def test_p_signs_in_without_a_code(self, desk: TerminalDesk, tmp_path: Path) -> None:
        shell = open_shell(desk, BROWSER=browser_of(tmp_path))
        shell.press("awsp console\r")
        shell.wait_for("v1/authorize(.|\n)*paste the code here")
        shell.wait_for("p without code")
        shell.press("p")
        shell.wait_for(r"^console · \d{12} · user/alice · 1[45] min left, renews itself")
        assert desk.run("export", "console").returncode == 0

    def test_the_setting_opens_it_in_the_full_screen(
        self, desk: TerminalDesk, tmp_path: Path
    ) -> None:
        prefer_browser(desk)
        terminal = press_enter_on_tokens(desk, BROWSER=browser_of(tmp_path))
        terminal.wait_for("uses the console credentials of")

    @pytest.mark.quick
    def test_only_with_a_code_the_full_screen_asks_for_one(self, desk: TerminalDesk) -> None:
        prefer_browser(desk)
        terminal = press_enter_on_tokens(desk, BROWSER="/bin/true")
        terminal.wait_for("Waiting for the browser · times out in 9 min")
        shown = terminal.screen_text()
        assert "Allow the sign-in in the browser of this machine." in shown
        assert "copy the code" not in shown
        assert "Copy the whole address" not in shown
        assert "paste the address here" in shown
        link = link_of(terminal)
        terminal.press("p")
        wait_for_another(terminal, link)
        terminal.wait_for("Then copy the(.|\n)*paste the code here(.|\n)*Enter paste")

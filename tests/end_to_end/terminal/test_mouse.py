"""The mouse: off by default. If it is on, whatever is shown can be clicked."""

from __future__ import annotations

import re

import pytest

from tests.end_to_end.conftest import TerminalDesk, cursor_line
from tests.support.settings import write_settings
from tests.support.terminal import Terminal

_REPORTS = b"\x1b[?1000h"  # asks the terminal to report clicks
_UP, _DOWN = 64, 65  # the buttons of the wheel


def send_mouse(terminal: Terminal, button: int, x: int, y: int, *, clicks: int = 1) -> None:
    """Press and release a button at a cell, counted from 0, as a terminal reports it (SGR)."""
    at = f"{x + 1};{y + 1}"
    release = "" if button >= _UP else f"\x1b[<{button};{at}m"
    terminal.send(f"\x1b[<{button};{at}M{release}" * clicks)


def click(terminal: Terminal, text: str, *, clicks: int = 1) -> None:
    """Click on the first place of the screen that shows the text."""
    for y, line in enumerate(terminal.screen_lines()):
        if match := re.search(text, line):
            send_mouse(terminal, 0, match.start() + 1, y, clicks=clicks)
            return
    raise AssertionError(f"{text} is not on the screen:\n{terminal.screen_text()}")


def turn_on(desk: TerminalDesk) -> None:
    write_settings(desk.home, "mouse = true\n")


@pytest.mark.quick
def test_the_mouse_is_off_by_default(desk: TerminalDesk) -> None:
    with desk.listed() as terminal:
        assert _REPORTS not in terminal.received


def test_rows_headers_tabs_keys_and_wheel_work(desk: TerminalDesk) -> None:
    turn_on(desk)
    with desk.listed() as terminal:
        assert _REPORTS in terminal.received
        click(terminal, "network ")
        terminal.wait_for("▌ +network ")
        send_mouse(terminal, _UP, 20, 10)
        terminal.wait_until(lambda: "network" not in cursor_line(terminal), what="another row")
        send_mouse(terminal, _DOWN, 20, 10)
        terminal.wait_for("▌ +network ")
        click(terminal, "ID +E-mail")
        terminal.wait_for("ID ▲")
        click(terminal, "ID ▲")
        terminal.wait_for("ID ▼")
        click(terminal, "/ filter")
        terminal.wait_for("Enter to the list")
        click(terminal, "Esc clear")
        terminal.wait_for("Enter open")
        click(terminal, "Profiles +")
        terminal.wait_for(r"log-archive-readonly +log archive")
        click(terminal, "4 Tokens")
        terminal.wait_for("access token")
        click(terminal, "1 Accounts")
        terminal.wait_for("ID ▼")
        click(terminal, "network ", clicks=2)
        terminal.wait_for("Accounts? · .*network|› network")
        click(terminal, "Esc back")
        terminal.wait_for("q quit")
        click(terminal, "q quit")
        assert terminal.wait_exit() == 0


def test_the_blocks_of_tokens_can_be_clicked(desk: TerminalDesk) -> None:
    turn_on(desk)
    with desk.listed() as terminal:
        click(terminal, "4 Tokens")
        terminal.wait_for("▌ ● demo ")
        click(terminal, "pasted-sandbox")
        terminal.wait_for("▌ . pasted-sandbox")
        click(terminal, "━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━")
        terminal.wait_for("▌ ● demo ")
        click(terminal, "Short-term credentials")
        terminal.wait_for("▌ . pasted-sandbox")
        send_mouse(terminal, _UP, 20, 10)
        terminal.wait_for("▌ ● demo ")

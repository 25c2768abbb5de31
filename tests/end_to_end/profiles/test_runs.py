"""A command that runs with many roles, in a real terminal."""

from __future__ import annotations

import re
import signal
import sys

import pytest

from rolecall.terminal.ending_signals import ENDING
from tests.end_to_end.conftest import ACCOUNTS, TerminalDesk
from tests.support.programs import is_alive
from tests.support.terminal import Terminal

_PRINT_ID = 'import os,time; print(f"id {os.getpid()}", flush=True); time.sleep(999)'
_SLEEP = f"{sys.executable} -c '{_PRINT_ID}'"


def run(terminal: Terminal, line: str, *, words: str = "audit") -> None:
    """Run a command with the permission sets of the accounts that the words find."""
    terminal.wait_for(ACCOUNTS)
    terminal.press("2")
    terminal.wait_for("permission sets")
    terminal.press("/", words)
    terminal.wait_for(r"\d+ of [0-9]+ permission sets")
    terminal.press("enter", "a")
    terminal.wait_for("marked")
    terminal.press("!")
    terminal.wait_for("Run a command with")
    terminal.press(line, "enter")


def running_ids(terminal: Terminal, count: int) -> set[int]:
    """The programs that have printed their ID."""
    terminal.wait_until(lambda: len(re.findall(r"id \d+", terminal.screen_text())) >= count)
    return {int(found) for found in re.findall(r"id (\d+)", terminal.screen_text())}


@pytest.mark.parametrize("how", ["quit", *ENDING])
def test_programs_end_with_rolecall(desk: TerminalDesk, how: str | signal.Signals) -> None:
    desk.leave_token()
    with desk.open(columns=110, lines=30) as terminal:
        run(terminal, _SLEEP)
        ids = running_ids(terminal, 3)
        assert all(map(is_alive, ids))
        if isinstance(how, signal.Signals):
            terminal.process.send_signal(how)
        else:
            terminal.press("4")
            terminal.wait_for("access token")
            terminal.press("ctrl+c")
            terminal.wait_for("Stop what is running, and quit")
            terminal.press("enter")
        terminal.wait_exit()
        assert not any(map(is_alive, ids))


@pytest.mark.quick
def test_ctrl_c_asks_and_stops_all(desk: TerminalDesk) -> None:
    desk.leave_token()
    with desk.open(columns=110, lines=30) as terminal:
        run(terminal, _SLEEP)
        ids = running_ids(terminal, 3)
        terminal.press("ctrl+c")
        terminal.wait_for("Stop everything that is running")
        terminal.press("enter")
        terminal.wait_for("3 stopped")
        assert not any(map(is_alive, ids))
        terminal.press("ctrl+c")
        assert terminal.wait_exit() == 0


def test_a_gigabyte_of_output_is_shown_and_keys_work_meanwhile(desk: TerminalDesk) -> None:
    desk.leave_token()
    with desk.open(columns=110, lines=30) as terminal:
        run(terminal, "head -c 1000000000 /dev/zero", words="audit viewonly")
        terminal.wait_for("running")
        terminal.press("?")
        terminal.wait_for("› Help")
        terminal.press("escape")
        terminal.wait_gone("› Help")
        terminal.wait_for("exit 0", timeout=300)
        terminal.press("enter")
        terminal.wait_for("of 15,")
        terminal.press("G")
        terminal.wait_for("␀␀␀")

"""Progress in the tab of a terminal that takes it: of listings and runs, cleared at any end."""

from __future__ import annotations

import signal
from collections.abc import Callable

import pytest

from tests.end_to_end.conftest import ROLECALL, TerminalDesk
from tests.end_to_end.profiles.test_runs import run as run_with_roles

TAKES_IT = {"WT_SESSION": "5a2b-1"}
UNKNOWN, CLEAR = b"\x1b]9;4;3;0\x1b\\", b"\x1b]9;4;0;0\x1b\\"
PART, NOTHING_DONE = b"\x1b]9;4;1;", b"\x1b]9;4;1;0\x1b"


@pytest.fixture
def home(a_desk: Callable[..., TerminalDesk]) -> TerminalDesk:
    return _signed_in(a_desk(accounts=60, latency=0.05))


def _signed_in(desk: TerminalDesk) -> TerminalDesk:
    desk.create_home()
    desk.leave_token()
    return desk


@pytest.mark.quick
def test_a_list_that_is_read_is_shown_and_cleared(home: TerminalDesk) -> None:
    terminal = home.open(ROLECALL, "list", env=TAKES_IT)
    assert terminal.wait_exit() == 0
    assert PART in terminal.received
    assert terminal.received.count(CLEAR) == 1
    assert terminal.received.rfind(b"\x1b]9;4;") == terminal.received.find(CLEAR)
    plain = home.open(ROLECALL, "list", "--refresh")
    assert plain.wait_exit() == 0
    assert b"\x1b]9;" not in plain.received


def test_runs_are_shown(home: TerminalDesk) -> None:
    terminal = home.open(
        ROLECALL, "exec", "--all", "audit", "--yes", "--", "sleep", "0.3", env=TAKES_IT
    )
    assert terminal.wait_exit() == 0
    assert terminal.received.count(CLEAR) == 2  # of the list, and of the runs
    assert NOTHING_DONE in terminal.received[terminal.received.find(CLEAR) :]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT])
def test_a_signal_that_ends_a_command_clears_it(home: TerminalDesk, number: int) -> None:
    terminal = home.open(ROLECALL, "list", env=TAKES_IT)
    terminal.wait_until(lambda: PART in terminal.received)
    terminal.process.send_signal(number)
    terminal.wait_exit()
    assert terminal.received.rfind(b"\x1b]9;4;") == terminal.received.find(CLEAR)


@pytest.mark.parametrize("end", ["ctrl+c", signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1])
def test_whatever_ends_a_run_clears_it(home: TerminalDesk, end: str | signal.Signals) -> None:
    run = ("exec", "--all", "audit", "--yes", "--", "sleep", "99")
    terminal = home.open(ROLECALL, *run, env=TAKES_IT)
    terminal.wait_until(lambda: PART in terminal.received.partition(CLEAR)[2])  # after the list
    if isinstance(end, str):
        terminal.press(end)
    else:
        terminal.process.send_signal(end)
    terminal.wait_exit()
    assert terminal.received.rfind(b"\x1b]9;4;") == terminal.received.rfind(CLEAR)


@pytest.mark.parametrize("seconds", ["2", "99"])
def test_runs_of_the_full_screen_are_shown_and_cleared(desk: TerminalDesk, seconds: str) -> None:
    desk.leave_token()
    with desk.open(env=TAKES_IT, columns=110) as terminal:
        run_with_roles(terminal, f"sleep {seconds}")
        terminal.wait_until(lambda: NOTHING_DONE in terminal.received)
        if seconds == "99":
            terminal.process.send_signal(signal.SIGTERM)
            terminal.wait_exit()
        else:
            terminal.wait_until(lambda: CLEAR in terminal.received.rpartition(NOTHING_DONE)[2])
        assert terminal.received.rfind(b"\x1b]9;4;") == terminal.received.rfind(CLEAR)


@pytest.mark.parametrize("number", [0, signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1])
def test_the_full_screen_clears_it_at_any_end(
    a_desk: Callable[..., TerminalDesk], number: int
) -> None:
    home = _signed_in(a_desk(accounts=900, latency=0.05))  # the screen shows it after a moment
    terminal = home.open(env=TAKES_IT)
    terminal.wait_until(lambda: PART in terminal.received or UNKNOWN in terminal.received)
    if number:
        terminal.process.send_signal(number)
    else:
        terminal.press("q")
    terminal.wait_exit()
    assert terminal.received.rfind(b"\x1b]9;4;") == terminal.received.rfind(CLEAR) > 0

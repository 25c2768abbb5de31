"""Leaving: what is printed, how soon, and how the terminal is left."""

from __future__ import annotations

import signal

import pytest

from rolecall.demo import Fault
from tests.support.needs import needs_program
from tests.support.terminal import Terminal
from tests.terminal.conftest import ACCOUNTS, BIN, WAITING, Desk, filter_for


def use_the_saved_profile(terminal: Terminal) -> None:
    terminal.wait_for(ACCOUNTS)
    terminal.press("3")
    terminal.wait_for("^ 4 profiles")
    filter_for(terminal, "archive sso")
    terminal.wait_for("1 of [0-9]+ profiles")
    terminal.press("u")


@needs_program("bash")
def test_u_sets_a_variable_of_the_shell(desk: Desk) -> None:
    """Standard output is the shell's, the screen is the terminal's, at its own size."""
    desk.leave_token()
    path = f"{BIN}:/usr/bin:/bin"
    env = {"PATH": path, "PS1": "ready> ", "HISTFILE": "/dev/null"}
    with desk.open("bash", "--norc", "--noprofile", env=env, columns=124, lines=45) as terminal:
        terminal.wait_for(r"ready>")
        terminal.press("AWS_PROFILE=$(rolecall)", "enter")
        terminal.wait_for(ACCOUNTS)
        assert terminal.on_alternate_screen
        assert "q quit" in terminal.screen_lines()[44]
        assert max(map(len, terminal.screen_lines())) > 120
        use_the_saved_profile(terminal)
        terminal.wait_for(r"^ready>$")
        assert not terminal.on_alternate_screen
        terminal.press('echo "[$AWS_PROFILE] $?"', "enter")
        terminal.wait_for(r"^\[log-archive-readonly\] 0$")
        assert terminal.screen_lines()[0] == "ready> AWS_PROFILE=$(rolecall)"


def test_u_prints_the_profile_and_nothing_else(desk: Desk) -> None:
    desk.leave_token()
    with desk.open(pipe_stdout=True) as terminal:
        use_the_saved_profile(terminal)
        assert terminal.wait_exit() == 0
        assert terminal.stdout == b"log-archive-readonly\n"


@pytest.mark.parametrize("key", ["q", "ctrl+c"])
@pytest.mark.parametrize("operation", ["RegisterClient", "ListAccounts", "ListAccountRoles"])
def test_quitting_does_not_wait_for_an_answer(desk: Desk, operation: str, key: str) -> None:
    if operation != "RegisterClient":
        desk.leave_token()
    desk.server.faults.add(operation, Fault.HANG)
    with desk.open(pipe_stdout=True) as terminal:
        terminal.wait_for("q quit")
        assert desk.server.faults.hanging.acquire(timeout=10)
        terminal.press(key)
        # The call's own deadline is ten seconds.
        assert terminal.wait_exit(5) == 0
        assert terminal.stdout == b""
        assert not terminal.on_alternate_screen


@pytest.mark.parametrize("how", ["q", "ctrl+c", signal.SIGTERM])
def test_the_terminal_is_left_as_it_was_found(desk: Desk, how: str | signal.Signals) -> None:
    with desk.open() as terminal:
        before = terminal.attributes_at_start
        terminal.wait_for(WAITING)
        assert terminal.attributes() != before
        assert terminal.screen.cursor.hidden
        if isinstance(how, signal.Signals):
            terminal.process.send_signal(how)
        else:
            terminal.press(how)
        assert terminal.wait_exit(5) == 0
        assert not terminal.on_alternate_screen
        assert not terminal.screen.cursor.hidden
        assert terminal.attributes() == before
        assert terminal.changed_modes() == set()


def test_losing_the_line_ends_it(desk: Desk) -> None:
    """SIGHUP, as when an SSH connection goes; what was saved before is whole."""
    desk.leave_token()
    terminal = desk.open()
    terminal.wait_for(ACCOUNTS)
    terminal.close()
    assert terminal.process.returncode in (-signal.SIGHUP, 0, 1)
    assert desk.token()["accessToken"]

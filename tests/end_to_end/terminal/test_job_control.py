"""Job control: rolecall is stopped, continued and killed from a shell."""

from __future__ import annotations

import os
import shlex
import signal
import sys
from pathlib import Path

import pytest

from tests.end_to_end.conftest import ACCOUNTS, WAITING, TerminalDesk
from tests.end_to_end.start.test_quitting import assert_restored
from tests.support.terminal import Terminal

# rolecall, with a long wait for a signal that may have come with SIGCONT.
_WAITS_LONG = """
from rolecall.__main__ import main
from rolecall.ui.rendering import tty_driver

tty_driver._SIGNAL_ON_ITS_WAY = 1000
main()
"""


def jobs_of(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def is_stopped(pid: int) -> bool:
    """Return whether a signal has stopped the process (proc(5): state T)."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].startswith("T")


def stop(terminal: Terminal) -> None:
    terminal.press("ctrl+z", then="^ready> $|^ready>$")


def kill_stopped(terminal: Terminal, command: str) -> None:
    """Stop rolecall, end it with the command, and leave the shell."""
    stop(terminal)
    terminal.press(command, "enter")
    leave_shell(terminal)


def leave_shell(terminal: Terminal) -> None:
    """Wait for the end of rolecall, and leave the shell, which works as before."""
    terminal.wait_until(lambda: not jobs_of(terminal.process.pid), what="the end")
    terminal.press("echo after", "enter", then="^after$")
    terminal.press("exit", "enter")
    terminal.wait_exit()
    assert_restored(terminal)


def test_rolecall_is_stopped_and_continued(desk: TerminalDesk) -> None:
    """Through Ctrl+Z, SIGTSTP and SIGSTOP, which cannot be handled. The shell gets its terminal,
    and `fg` paints the screen again.
    """
    desk.leave_token()
    with desk.open_bash() as terminal:
        terminal.press("rolecall", "enter", then=ACCOUNTS)
        (job,) = jobs_of(terminal.process.pid)
        for stop in ("ctrl+z", signal.SIGTSTP, signal.SIGSTOP):
            terminal.press("2", then="permission sets")
            if isinstance(stop, str):
                terminal.press(stop)
            else:
                os.kill(job, stop)
            if stop is signal.SIGSTOP:
                terminal.wait_for("ready>")
            else:
                terminal.wait_for("^ready> $|^ready>$")
                assert not terminal.on_alternate_screen
                assert not terminal.screen.cursor.hidden
            frames = terminal.frames
            # An answer that the terminal gave to a stopped rolecall is typed into the shell.
            terminal.press("ctrl+u", "fg", "enter")
            # Keys are lost before rolecall has the terminal again, which it then paints.
            terminal.wait_until(lambda frames=frames: terminal.frames > frames)  # type: ignore[misc]
            assert terminal.on_alternate_screen
            terminal.wait_for("▌.*AWSAdministratorAccess")
            terminal.press("1", then=ACCOUNTS)
        kill_stopped(terminal, "kill %1; fg")


@pytest.mark.quick
def test_a_stopped_rolecall_ends_when_it_is_killed(desk: TerminalDesk) -> None:
    """The shell continues it in the background for that."""
    with desk.open_bash() as terminal:
        terminal.press("rolecall", "enter", then=WAITING)
        kill_stopped(terminal, "kill %1")


def test_a_stopped_rolecall_ends_if_the_signal_comes_after_it_is_continued(
    desk: TerminalDesk, tmp_path: Path
) -> None:
    """`kill` sends both, but the kernel gives them to any threads, and one may run later."""
    script = tmp_path / "start.py"
    script.write_text(_WAITS_LONG)
    with desk.open_bash() as terminal:
        terminal.press(shlex.join([sys.executable, str(script)]), "enter", then=WAITING)
        (job,) = jobs_of(terminal.process.pid)
        stop(terminal)
        os.kill(job, signal.SIGCONT)
        terminal.wait_until(lambda: not is_stopped(job), what="SIGCONT")
        os.kill(job, signal.SIGTERM)
        leave_shell(terminal)


def test_ctrl_z_does_nothing_without_a_shell(desk: TerminalDesk) -> None:
    """As the only program of its terminal, it could not be continued."""
    with desk.open() as terminal:
        terminal.wait_for(WAITING)
        terminal.press("ctrl+z", then="rolecall was not started from a shell")
        assert terminal.on_alternate_screen

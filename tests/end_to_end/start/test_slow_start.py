"""Signals and keys at each step of a start that is slowed down.

The start waits where it opens the n-th file: a module, a style sheet, a file of the user. The last
steps are in the thread that opens the services, and after it.
"""

from __future__ import annotations

from typing import Final

import pytest

from rolecall.terminal.ending_signals import ENDING
from tests.end_to_end.start.test_quitting import assert_restored
from tests.end_to_end.starts import HELD, Starts
from tests.support.terminal import Terminal

FIRST, LAST, COUNT = 30, 680, 13
STEPS = range(FIRST, LAST, (LAST - FIRST) // COUNT)
SIZE: Final = {"columns": 120, "lines": 36}  # it has the pane
KEYS = [("2",), ("enter",), ("2", "s"), ("down", "enter", "c"), ("o",), ("3", "v"), ("s",), ("/",)]


def held_at(starts: Starts, step: int) -> Terminal:
    """Start, with an image. Return the terminal of a start that waits, or has no such step."""
    starts.leave_image(**SIZE)
    terminal = starts.open(gated=True, env={"HELD_AT": str(step)}, **SIZE)
    terminal.wait_until(
        lambda: HELD in terminal.received or starts.count in terminal.screen_text(), what="a step"
    )
    return terminal


@pytest.mark.parametrize("step", STEPS)
def test_a_signal_ends_a_start_in_order(starts: Starts, step: int) -> None:
    number = ENDING[step % len(ENDING)]
    terminal = held_at(starts, step)
    terminal.process.send_signal(number)
    starts.go()
    assert terminal.wait_exit() in {128 + number, -number}
    assert_restored(terminal)
    assert "internal error" not in terminal.screen_text()


@pytest.mark.parametrize("step", STEPS)
def test_keys_do_not_end_a_start(starts: Starts, step: int) -> None:
    terminal = held_at(starts, step)
    terminal.press(*KEYS[step % len(KEYS)])
    starts.go()
    terminal.press("escape", "escape", "escape", "4")
    terminal.wait_for("renews itself")
    terminal.press("q")
    assert terminal.wait_exit() == 0
    assert_restored(terminal)

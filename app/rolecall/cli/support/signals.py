"""Signals that the caller ignores stay ignored, also in the command of `exec` and `serve`."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from rolecall.terminal.shell import ignored_signals

_IGNORED_BY_PYTHON = {signal.SIGPIPE, signal.SIGXFSZ}


def handle(number: signal.Signals, handler: Callable[[int, FrameType | None], None]) -> None:
    """Handle a signal, unless the caller ignores it, as after `nohup`."""
    if signal.getsignal(number) is not signal.SIG_IGN:
        signal.signal(number, handler)


@contextmanager
def left_to_program() -> Iterator[None]:
    """Leave Ctrl+C to a program that this block starts on the terminal and waits for."""
    before = signal.getsignal(signal.SIGINT)
    handle(signal.SIGINT, lambda *_: None)  # not ignored, which the program would inherit
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def of_caller() -> Iterator[None]:
    """Undo what Python ignores, for a program that is started in this block.

    Python does not keep what the caller ignored when it started.
    """
    undone = _IGNORED_BY_PYTHON - ignored_signals()
    before = {number: signal.signal(number, signal.SIG_DFL) for number in undone}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)

"""Signals that the caller ignores stay ignored, also in the command of `exec` and `serve`."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from types import FrameType

from rolecall.terminal.shell import ignored_signals

Handler = Callable[[int, FrameType | None], None]
_IGNORED_BY_PYTHON = {signal.SIGPIPE, signal.SIGXFSZ}


def handle(number: signal.Signals, handler: Handler) -> None:
    """Handle a signal, unless the caller ignores it, as after `nohup`."""
    if signal.getsignal(number) is not signal.SIG_IGN:
        signal.signal(number, handler)


@contextmanager
def handled(handlers: Mapping[int, Handler | signal.Handlers]) -> Iterator[None]:
    """Handle signals differently in this block."""
    before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def left_to_program() -> AbstractContextManager[None]:
    """Leave Ctrl+C to a program that this block starts on the terminal and waits for."""
    is_ignored = signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    # Not ignored, which the program would inherit.
    return handled({} if is_ignored else {signal.SIGINT: lambda *_: None})


def of_caller() -> AbstractContextManager[None]:
    """Undo what Python ignores, for a program that is started in this block.

    Python does not keep what the caller ignored when it started.
    """
    return handled(dict.fromkeys(_IGNORED_BY_PYTHON - ignored_signals(), signal.SIG_DFL))

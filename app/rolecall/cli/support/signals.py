"""The signals that the command of `exec` and `serve` ignores: those that its caller ignores."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager

from rolecall.terminal.shell import ignored_signals

_IGNORED_BY_PYTHON = {signal.SIGPIPE, signal.SIGXFSZ}


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

"""The signals that end rolecall: a lost terminal, Ctrl+C, Ctrl+\\ and kill(1)."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

ENDING: Final = (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM)
# Nobody ends rolecall with these, but by default they end it, and leave the terminal as it is.
_OF_LINUX: Final = {"SIGPOLL", "SIGPWR", "SIGSTKFLT"}
OTHERS: Final = (
    signal.SIGUSR1, signal.SIGUSR2, signal.SIGALRM, signal.SIGVTALRM, signal.SIGPROF,
    signal.SIGXCPU, signal.SIGABRT, signal.SIGTRAP, signal.SIGSYS,
    *(each for name, each in signal.Signals.__members__.items() if name in _OF_LINUX),
)  # fmt: skip


@contextmanager
def held() -> Iterator[None]:
    """Let these signals wait. No other thread may run: it would receive them."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)

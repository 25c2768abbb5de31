"""Waits for other threads and processes, and a time that does not pass by itself."""

from __future__ import annotations

import asyncio
import re
import threading
import time
from collections.abc import Callable


class Seconds:
    """Monotonic time that only a test moves."""

    def __init__(self, now: float = 0.0) -> None:
        self.now = now
        self.readings = 0

    def __call__(self) -> float:
        self.readings += 1
        assert self.readings < 100_000, "something waits for no time, over and over"
        return self.now


def wait_until(
    condition: Callable[[], object], what: str = "a condition", timeout: float = 60
) -> None:
    """Check a condition 200 times a second. Raises AssertionError after `timeout` seconds."""
    deadline = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < deadline, f"waited for {what}"
        time.sleep(0.005)


def wait_for_threads(name: str) -> None:
    """Wait for the threads of this name that something has left, at most 60 seconds for each.

    Raises AssertionError if one does not end.
    """
    for thread in threading.enumerate():
        if thread.name == name:
            thread.join(60)
            assert not thread.is_alive(), f"waited for {thread}"


async def pause_until(condition: Callable[[], object], timeout: float = 60) -> None:
    """Let an app run until a condition is true. Raises TimeoutError after `timeout` seconds.

    The app gets at least as much time as the condition takes. Otherwise, a slow one
    on a busy machine would leave it too little to become true.

    It does not use `Pilot.pause`: that waits for each widget of the screen, and for 30 seconds if
    the screen is removed meanwhile.
    """
    async with asyncio.timeout(timeout):
        while True:
            start = time.monotonic()
            if condition():
                return
            await asyncio.sleep(max(0.01, time.monotonic() - start))


def without_waits(errors: str) -> str:
    """Return the standard error without the lines that say what the command waits for."""
    return re.sub(r"(?m)^Waiting .*…\n", "", errors)

"""Waiting for what happens elsewhere: another thread, another process."""

from __future__ import annotations

import time
from collections.abc import Callable


def wait_until(true: Callable[[], object], what: str, timeout: float = 30) -> None:
    """Looks two hundred times a second; `timeout` is in seconds. Raises AssertionError."""
    deadline = time.monotonic() + timeout
    while not true():
        assert time.monotonic() < deadline, f"waited for {what}"
        time.sleep(0.005)

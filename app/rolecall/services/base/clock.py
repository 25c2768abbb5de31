"""The clocks of this machine: the defaults of everything that takes a clock."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Final

# On Linux, CLOCK_MONOTONIC stops while the machine sleeps; on macOS it keeps running.
_UPTIME: Final = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


def utc_now() -> datetime:
    """Return the current time as an aware UTC datetime."""
    return datetime.now(UTC)


def uptime() -> float:
    """Return seconds for what ends elsewhere too: unlike those of `time.monotonic`, they also count
    while the machine sleeps.
    """
    return time.clock_gettime(_UPTIME)

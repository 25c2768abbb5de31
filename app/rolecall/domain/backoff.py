"""Growing pauses between automatic attempts."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

_FIRST: Final = timedelta(seconds=10)
LONGEST_PAUSE: Final = timedelta(minutes=15)
_MOST_DOUBLINGS: Final = 10  # of a pause that is at its longest by then


def retry_pause(failures: int) -> timedelta:
    """Return how long to wait after so many failures in a row, at least one."""
    return min(_FIRST * (1 << min(failures - 1, _MOST_DOUBLINGS)), LONGEST_PAUSE)


def has_come(moment: datetime, now: datetime, longest: timedelta = LONGEST_PAUSE) -> bool:
    """Whether it is time. A moment beyond the longest pause means that the clock was set back."""
    return now >= moment or moment - now > longest

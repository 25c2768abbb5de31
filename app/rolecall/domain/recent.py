"""How long what is in the cache is recent enough."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

REFRESH_HOURS: Final = 24  # unless the settings have another number
_INACCURACY: Final = timedelta(minutes=2)  # of clocks


def is_within(age: timedelta, moment: datetime | None, now: datetime) -> bool:
    """Whether the moment is at most this long ago. A moment in the future is not: the clock was
    ahead when it was noted.
    """
    return moment is not None and -_INACCURACY < now - moment < age

"""Times as they are written in files and answers."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

_EARLIEST: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST: Final = datetime(9998, 12, 31, tzinfo=UTC)


def with_room(moment: datetime) -> datetime:
    """Return the time in UTC, or the nearest one with which calculations and time zones do not
    overflow.

    Programs write 0001-01-01 for no time, and 9999-12-31 for never.
    """
    if moment.year < _EARLIEST.year:
        return _EARLIEST
    return _LATEST if moment.year > _LATEST.year else moment.astimezone(UTC)


def write_time(moment: datetime) -> str:
    """Return a time as RFC 3339 in whole seconds, as the AWS CLI does; every client reads it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

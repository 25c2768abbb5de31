"""The time until something expires, or since it was noted.

Amber begins 15 minutes before expiry, red 5 minutes before: the AWS CLI renews an access token in
its last 15 minutes, the JavaScript and Go SDKs in its last 5.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import Enum
from typing import Final

from rolecall.domain.records import NamedTuple

SOON: Final = timedelta(minutes=15)
URGENT: Final = timedelta(minutes=5)
_INACCURACY: Final = timedelta(minutes=2)  # of clocks
_SECOND: Final = timedelta(seconds=1)
_SOON: Final = SOON // _SECOND
_URGENT: Final = URGENT // _SECOND


class Level(Enum):
    """How urgent an expiry is."""

    FINE = "fine"
    SOON = "soon"
    URGENT = "urgent"
    GONE = "gone"
    UNKNOWN = "unknown"  # it expires at an unknown time


class TimeLeft(NamedTuple):
    """`seconds` are rounded up, so the last value shown is 1; negative: seconds since expiry."""

    seconds: int

    @classmethod
    def until(cls, end: datetime, now: datetime) -> TimeLeft:
        """Return the time left from `now` until the end."""
        return cls(-((now - end) // _SECOND))

    @property
    def level(self) -> Level:
        if self.seconds <= 0:
            return Level.GONE
        if self.seconds < _URGENT:
            return Level.URGENT
        if self.seconds < _SOON:
            return Level.SOON
        return Level.FINE

    @property
    def minutes(self) -> int:
        return abs(self.seconds) // 60

    @property
    def hours(self) -> int:
        return abs(self.seconds) // 3600

    @property
    def days(self) -> int:
        return abs(self.seconds) // 86400


def share(remaining: TimeLeft, whole: timedelta) -> float:
    """Return the share of the whole that is left, from 0 to 1, for a bar."""
    return max(0.0, min(1.0, remaining.seconds / max(1.0, whole.total_seconds())))


def is_within(age: timedelta, moment: datetime | None, now: datetime) -> bool:
    """Whether the moment is at most this long ago. A moment in the future is not: the clock was
    ahead when it was noted.
    """
    return moment is not None and -_INACCURACY < now - moment < age


class UnwritableFile(NamedTuple):
    """A file that cannot be replaced. `reason` is a value of FileErrorReason."""

    path: str
    reason: str


class TokenExpiry(NamedTuple):
    """When an access token expires, and until when it can be renewed without an approval.

    `unwritable` is its file if a new token could not be saved, so that it is not renewed.
    `is_refused`: AWS no longer accepts it, or the sign-in that keys come from.
    """

    expires_at: datetime
    renewable_until: datetime | None
    unwritable: UnwritableFile | None = None
    is_refused: bool = False

    def renews(self, now: datetime) -> bool:
        """Whether it can be renewed without an approval, and is."""
        return self.unwritable is None and self._is_renewable(now)

    def is_revoked(self, now: datetime) -> bool:
        """Whether it is of no use because AWS has refused it, and not because it has expired."""
        return self.is_refused and not self.is_usable(now)

    def is_usable(self, now: datetime) -> bool:
        """Whether it is valid, or renews."""
        return now < self.expires_at or self.renews(now)

    def not_renewed(self, now: datetime) -> UnwritableFile | None:
        """Return the file because of which it is not renewed, though it could be."""
        return self.unwritable if self._is_renewable(now) else None

    def _is_renewable(self, now: datetime) -> bool:
        return self.renewable_until is not None and now < self.renewable_until


def is_signed_in(token: TokenExpiry | None, now: datetime) -> bool:
    """Whether clients can use or renew the token without a sign-in."""
    return token is not None and token.is_usable(now)

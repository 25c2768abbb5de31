"""The time that is left, its level and its bar."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from rolecall.domain.time_left import Level, TimeLeft, TokenExpiry, UnwritableFile, share
from tests.support.for_each import for_each

NOW = datetime(2026, 11, 24, tzinfo=UTC)


@for_each(
    ("left", "seconds", "level"),
    [
        (timedelta(hours=1), 3600, Level.FINE),
        (timedelta(minutes=15), 900, Level.FINE),
        (timedelta(minutes=15, microseconds=-1), 900, Level.FINE),
        (timedelta(minutes=15, seconds=-1), 899, Level.SOON),
        (timedelta(minutes=5), 300, Level.SOON),
        (timedelta(minutes=5, seconds=-1), 299, Level.URGENT),
        (timedelta(microseconds=1), 1, Level.URGENT),
        (timedelta(0), 0, Level.GONE),
        (timedelta(microseconds=-1), 0, Level.GONE),
        (timedelta(seconds=-90), -90, Level.GONE),
    ],
)
def test_seconds_are_rounded_up(left: timedelta, seconds: int, level: Level) -> None:
    found = TimeLeft.until(NOW + left, NOW)
    assert (found.seconds, found.level) == (seconds, level)


@pytest.mark.parametrize("sign", [1, -1])
def test_whole_minutes_hours_and_days(sign: int) -> None:
    for seconds, whole in ((59, (0, 0, 0)), (3599, (59, 0, 0)), (86399, (1439, 23, 0))):
        left = TimeLeft(sign * seconds)
        assert (left.minutes, left.hours, left.days) == whole
        more = TimeLeft(sign * (seconds + 1))
        assert (more.minutes, more.hours, more.days) == (
            (seconds + 1) // 60,
            (seconds + 1) // 3600,
            (seconds + 1) // 86400,
        )


@for_each(
    ("seconds", "whole", "expected"),
    [(30, 60, 0.5), (60, 60, 1), (90, 60, 1), (0, 60, 0), (-5, 60, 0), (1, 0, 1), (1, 1, 1)],
)
def test_the_share_is_from_0_to_1(seconds: int, whole: int, expected: float) -> None:
    assert share(TimeLeft(seconds), timedelta(seconds=whole)) == expected


@for_each("can_be_written", [True, False])
@for_each("renewable_for", [None, timedelta(0), timedelta(seconds=1)])
def test_a_token_renews_while_it_can_be_renewed_and_saved(
    renewable_for: timedelta | None, can_be_written: bool
) -> None:
    unwritable = None if can_be_written else UnwritableFile("token.json", "read-only-disk")
    is_renewable = renewable_for == timedelta(seconds=1)
    until = None if renewable_for is None else NOW + renewable_for
    expired = TokenExpiry(NOW, until, unwritable)
    renews = is_renewable and can_be_written
    assert (expired.renews(NOW), expired.is_usable(NOW)) == (renews, renews)
    assert expired.not_renewed(NOW) == (unwritable if is_renewable else None)
    assert TokenExpiry(NOW + timedelta(seconds=1), until, unwritable).is_usable(NOW)

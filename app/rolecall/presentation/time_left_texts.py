"""The time left as the table of the Tokens screen shows it: with a sign, and a bar for the share."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from rolecall.domain.time_left import Level, share
from rolecall.presentation import labels, token_strings

if TYPE_CHECKING:
    from rolecall.services.expiry import Expiry

_BAR_CELLS: Final = 5
_LEFT_CELLS: Final = 11  # `23 h 59 min`
WIDTH: Final = 2 + _BAR_CELLS + 1 + _LEFT_CELLS  # cells, as the next
SHORT_WIDTH: Final = 2 + _LEFT_CELLS


class TimeLeftText(NamedTuple):
    """What the table shows of the time left.

    `text` begins with a sign, for terminals without colours. It includes the bar: the text of an
    expired row uses the room of the bar. `short` is without a bar.
    """

    row: Expiry
    level: Level
    text: str
    short: str
    is_stale: bool
    share: float | None  # of the lifetime


def time_left_text(row: Expiry, now: datetime) -> TimeLeftText:
    """Return what to show of the row at `now`."""
    level, left = row.level(now), token_strings.left(row, now)
    sign = labels.LEVEL_SIGNS[level] if row.counts else " "
    short = f"{sign} {left}"
    part = None
    if row.counts and level is not Level.GONE and row.expires_at is not None:
        part = share(row.remaining(now), row.typical_lifetime)
        cells = max(1, round(part * _BAR_CELLS))
        left = f"{'━' * cells}{'╌' * (_BAR_CELLS - cells)} {left:>{_LEFT_CELLS}}"
    is_stale = level is Level.GONE and row.is_stale(now)
    return TimeLeftText(row, level, f"{sign} {left}", short, is_stale, part)

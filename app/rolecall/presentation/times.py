"""Times in words: time left, ages and moments."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from rolecall.domain.time_left import Level, TimeLeft
from rolecall.presentation.translation import Counted, _

_NEAR: Final = timedelta(days=30)
_SET_BACK: Final = 120  # seconds in the future that are no longer an inaccuracy
CLOCK_SKEW: Final = {
    "behind": _("The clock of this machine is {time} behind that of AWS. Set it."),
    "ahead": _("The clock of this machine is {time} ahead of that of AWS. Set it."),
}


def about(seconds: float) -> str:
    """An estimate, rounded so that it rarely changes: `about 5 s`, `about 40 s`, `about 3 min`."""
    if seconds < 90:
        step = 5 if seconds < 30 else 10
        return _("about {count} s").format(count=max(step, round(seconds / step) * step))
    return _("about {count} min").format(count=round(seconds / 60))


def seen(age: TimeLeft) -> str:
    """The age of the rows shown: `seen 3 h ago`; unknown if the clock has been set back."""
    if age.seconds > _SET_BACK:
        return _("seen at an unknown time")
    return _("seen {ago}").format(ago=_ago(age))


def time_left(remaining: TimeLeft) -> str:
    """The time left: `7 h 12 min`, `12 min`, `4:59`, `expired 3 min ago`.

    Seconds are shown only in the last five minutes, so that the text rarely changes.
    """
    if remaining.level is Level.GONE:
        # Translators: "expired 3 min ago", in a column of 20 cells.
        return _("expired {ago}").format(ago=_ago(remaining))
    if remaining.level is Level.URGENT:
        return f"{remaining.seconds // 60}:{remaining.seconds % 60:02d}"
    if remaining.days >= 2:
        return Counted("{count} day", "{count} days")(remaining.days)
    if remaining.hours:
        return _("{hours} h {minutes} min").format(
            hours=remaining.hours, minutes=remaining.minutes % 60
        )
    return _("{count} min").format(count=remaining.minutes)


def _ago(age: TimeLeft) -> str:
    if age.days >= 2:
        return Counted("{count} day ago", "{count} days ago")(age.days)
    if age.hours:
        return _("{count} h ago").format(count=age.hours)
    return _("{count} min ago").format(count=age.minutes) if age.minutes else _("just now")


def clock_skew(difference: timedelta) -> str:
    """That this machine's clock is wrong. `difference` is AWS's time minus that of the clock."""
    minutes = round(abs(difference) / timedelta(minutes=1))
    apart = about(minutes * 60) if minutes < 60 else time_left(TimeLeft(minutes * 60))
    return CLOCK_SKEW["behind" if difference > timedelta(0) else "ahead"].format(time=apart)


def moment(when: datetime, now: datetime) -> str:
    """A moment in local time: `21:49` today, `25 Nov 00:28` this year, else `25 Nov 2025`.

    Around New Year, one in the other year has its time, too.
    """
    return short_moment(when.astimezone(), now.astimezone())


def short_moment(when: datetime, now: datetime) -> str:
    """Return the same as `moment` for two moments in one time zone."""
    if when.date() == now.date():
        return f"{when:%H:%M}"
    has_time = when.year == now.year or abs(when - now) < _NEAR
    # Translators: a date as strftime writes it. Use numbers for the month if %b is not enough.
    return when.strftime(_("%d %b %H:%M") if has_time else _("%d %b %Y"))

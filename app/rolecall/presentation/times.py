"""Times in words: time left, ages and moments."""

from __future__ import annotations

from datetime import datetime

from rolecall.domain.time_left import Level, TimeLeft


def about(seconds: float) -> str:
    """Rounded so that it stands still: `about 5 s`, `about 40 s`, `about 3 min`."""
    if seconds < 90:
        step = 5 if seconds < 30 else 10
        return f"about {max(step, round(seconds / step) * step)} s"
    return f"about {round(seconds / 60)} min"


def seen(age: TimeLeft) -> str:
    """How old what stands here is."""
    return f"seen {_ago(age)}"


def left(remaining: TimeLeft) -> str:
    """What is left, in words that stay still: `7 h 12 min`, `12 min`, `4:59`, `ended 3 min ago`."""
    if remaining.level is Level.GONE:
        return f"ended {_ago(remaining)}"
    if remaining.level is Level.URGENT:
        return f"{remaining.seconds // 60}:{remaining.seconds % 60:02d}"
    if remaining.days >= 2:
        return f"{remaining.days} days"
    if remaining.hours:
        return f"{remaining.hours} h {remaining.minutes % 60} min"
    return f"{remaining.minutes} min"


def _ago(age: TimeLeft) -> str:
    if age.days >= 2:
        return f"{age.days} days ago"
    if age.hours:
        return f"{age.hours} h ago"
    return f"{age.minutes} min ago" if age.minutes else "just now"


def moment(when: datetime, now: datetime) -> str:
    """A moment in local time: `21:49` today, `25 Nov 00:28` this year, else the date alone."""
    here, today = when.astimezone(), now.astimezone()
    if here.date() == today.date():
        return f"{here:%H:%M}"
    return f"{here:%d %b %H:%M}" if here.year == today.year else f"{here:%d %b %Y}"

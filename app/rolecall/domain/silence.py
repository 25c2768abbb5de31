"""Since when a command has told the user nothing, and what it waits for.

A command that waits says so within five seconds, however many calls to AWS, and locks of other
rolecalls, that time went to.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

SLOW_AFTER: Final = 4.0  # seconds of a wait, or without words, after which `on_slow` is called
_USUAL: Final = 0.5  # seconds of a wait that is not slow, however long the command has been silent

OnSlow = Callable[[str, str, bool], None]

_since = time.monotonic()  # one for the process, as its standard error is
_on_slow: OnSlow | None = None


def silent_since() -> float:
    """Return the monotonic time of the last words, or of the start."""
    return _since


def break_silence() -> None:
    """Note that the user now knows something new, or that the wait of the user begins only now."""
    global _since  # noqa: PLW0603  # see above
    _since = time.monotonic()


def slow_at(began_at: float) -> float:
    """Return when a wait that began then is slow, in monotonic time.

    A user waits for a command, not for a call. So the time counts since the last words of the
    command, which the waits before this one may have taken.
    """
    last_words = silent_since() + SLOW_AFTER
    return min(began_at + SLOW_AFTER, max(last_words, began_at + _USUAL))


def set_on_slow(on_slow: OnSlow | None) -> None:
    """Set what is called, at most once for each wait, if it is slow (`slow_at`).

    It gets what `report_slow` gets, on the thread that waits.
    """
    global _on_slow  # noqa: PLW0603  # see above
    _on_slow = on_slow


def report_slow(operation: str = "", host: str = "", *, is_throttled: bool = False) -> None:
    """Report that a call has no answer yet.

    `operation` is AWS's name of it, and `is_throttled` says whether the host limits the rate. Both
    names are empty if it is not known yet which call it will be or, without `is_throttled`, if it
    is another rolecall that is waited for.
    """
    if _on_slow is not None:
        _on_slow(operation, host, is_throttled)

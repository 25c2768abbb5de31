"""Since when a command has told the user nothing.

A command that waits says so within five seconds, however many calls to AWS that time went to.
"""

from __future__ import annotations

import time

_since = time.monotonic()  # one for the process, as its standard error is


def silent_since() -> float:
    """Return the monotonic time of the last words, or of the start."""
    return _since


def break_silence() -> None:
    """Note that the user now knows something new, or that the wait of the user begins only now."""
    global _since  # noqa: PLW0603  # see above
    _since = time.monotonic()

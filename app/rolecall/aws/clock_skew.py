"""How wrong the clock of this machine is, by the Date of AWS's answers (RFC 9110, 6.6.1)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Final

# A smaller one may be the time that an answer takes. AWS refuses signatures that are 5 minutes old.
NOTABLE: Final = timedelta(minutes=2)

OnSkew = Callable[[timedelta], None]

_on_skew: OnSkew | None = None


def set_on_skew(on_skew: OnSkew | None) -> None:
    """Set what is called with a notable difference, on the thread that has measured it."""
    global _on_skew  # noqa: PLW0603  # one for the process, as its standard error is
    _on_skew = on_skew


class ClockSkew:
    """The difference that the last answer showed. `clock` returns an aware UTC datetime."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._difference = timedelta(0)

    @property
    def difference(self) -> timedelta:
        """AWS's time minus that of this machine; zero if it is not notable or unknown."""
        return self._difference if abs(self._difference) > NOTABLE else timedelta(0)

    def measure(self, http_response: Any, **_: object) -> None:
        """Take the Date of an answer: the handler of botocore's event `after-call`."""
        with suppress(AttributeError, TypeError, ValueError):
            date = parsedate_to_datetime(http_response.headers.get("date", ""))
            self._difference = date - self._clock()
            if self.difference and _on_skew is not None:
                _on_skew(self.difference)

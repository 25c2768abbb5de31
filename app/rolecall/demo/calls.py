"""A record of the calls to the demo, for tests."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import datetime

from rolecall.domain.records import dataclass


@dataclass(frozen=True, slots=True)
class Call:
    """One call. `account_id` is None if the operation is not about one account.

    `status` is 0 if no answer was sent. `agent` is the User-Agent of the client, `access_key_id`
    that of its signature; empty without one.
    """

    operation: str
    at: datetime
    account_id: str | None
    status: int
    agent: str = ""
    access_key_id: str = ""


class Calls:
    """The finished calls, in the order in which they finished. Safe to use from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._calls: list[Call] = []

    def record(self, call: Call) -> None:
        """Add a call."""
        with self._lock:
            self._calls.append(call)

    def all(self, operation: str | None = None) -> list[Call]:
        """Return the calls, of one operation or of all."""
        with self._lock:
            return [call for call in self._calls if operation in (None, call.operation)]

    def count(self, operation: str | None = None, *, status: int | None = None) -> int:
        """Return the number of calls, of one operation and status or of all."""
        return sum(status in (None, call.status) for call in self.all(operation))

    def counts(self) -> Counter[str]:
        """Return how often each operation was called."""
        return Counter(call.operation for call in self.all())

    def clear(self) -> None:
        """Forget all calls."""
        with self._lock:
            self._calls.clear()

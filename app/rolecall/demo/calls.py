"""What was asked of the demo, for tests to count."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Call:
    """`account_id` where the operation is about one account. `status` 0: no answer was sent.

    `agent` is what the client calls itself.
    """

    operation: str
    at: datetime
    account_id: str | None
    status: int
    agent: str = ""


class Calls:
    """Every operation that came to its end, in that order. Safe to use from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._calls: list[Call] = []

    def record(self, call: Call) -> None:
        with self._lock:
            self._calls.append(call)

    def all(self, operation: str | None = None) -> list[Call]:
        with self._lock:
            return [call for call in self._calls if operation in (None, call.operation)]

    def count(self, operation: str | None = None, *, status: int | None = None) -> int:
        return sum(status in (None, call.status) for call in self.all(operation))

    def counts(self) -> Counter[str]:
        """How often each operation was called."""
        return Counter(call.operation for call in self.all())

    def clear(self) -> None:
        with self._lock:
            self._calls.clear()

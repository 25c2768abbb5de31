"""What a crawl asks next, and when: one worker at a time waits for its turn, the others behind it.

Which account it is to be is settled when the turn comes, so that whoever moves the cursor while
all wait is served first.
"""

from __future__ import annotations

import heapq
import itertools
import threading
from collections import deque
from collections.abc import Iterable, Sequence

from rolecall.services.inventory.rate_limit import PRIORITY_DEBT, RequestRate

Rank = tuple[float, float]


class WorkQueue:
    """Account ids to ask about: the preferred first, then those with the lowest rank."""

    def __init__(self, request_rate: RequestRate) -> None:
        self._request_rate = request_rate
        self._gate = threading.Lock()
        self._changed = threading.Condition()
        self._ranked: list[tuple[Rank, int, str]] = []
        self._ids: set[str] = set()
        self._order = itertools.count()
        self._wanted: Sequence[str] = ()
        self._preferred: deque[str] = deque()  # of the wanted, what was not looked for in vain
        self._has_news = False
        self._is_complete = False

    def add(self, ranked: Iterable[tuple[Rank, str]]) -> None:
        """Account ids with their ranks; those of equal rank keep their order."""
        with self._changed:
            for rank, account_id in () if self._is_complete else ranked:
                heapq.heappush(self._ranked, (rank, next(self._order), account_id))
                self._ids.add(account_id)
            self._preferred = deque(self._wanted)
            self._changed.notify_all()

    def complete(self) -> None:
        """No more will be added."""
        with self._changed:
            self._is_complete = True
            self._changed.notify_all()

    def close(self) -> None:
        """No more will be given out."""
        with self._changed:
            self._is_complete = self._has_news = True
            self._ids.clear()
            self._changed.notify_all()

    def prioritise(self, account_ids: Sequence[str]) -> None:
        """Ask about these accounts first, in this order. The first may exceed the request rate.

        Those that are not there yet stay preferred until they are.
        """
        with self._changed:
            self._wanted, self._preferred = account_ids, deque(account_ids)
            self._has_news = True
            self._changed.notify_all()

    def take(self) -> str | None:
        """The next, once there is one and the pace allows; None when that was all.

        It has been taken from the request_rate.
        """
        with self._gate:
            while True:
                with self._changed:
                    self._changed.wait_for(lambda: self._ids or self._is_complete)
                    if not self._ids:
                        return None
                    self._has_news = False
                    is_wanted = self._wanted and self._wanted[0] in self._ids
                    debt = PRIORITY_DEBT if is_wanted else 0.0
                seconds = self._request_rate.take(debt)
                with self._changed:
                    if not seconds and self._ids:
                        return self._pop()
                    if not self._has_news:
                        self._changed.wait(seconds)

    def _pop(self) -> str:
        account_id = ""
        while account_id not in self._ids:
            more = self._preferred
            account_id = more.popleft() if more else heapq.heappop(self._ranked)[2]
        self._ids.remove(account_id)
        return account_id

"""Decides which account a crawl lists next, and when.

One worker at a time waits for the request rate; the others wait for that worker. The account is
chosen when the wait is over, so that an account selected in the meantime comes first.
"""

from __future__ import annotations

import heapq
import itertools
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence

from rolecall.domain.question import current
from rolecall.services.base.rate_limit import PRIORITY_DEBT, RequestRate
from rolecall.services.base.slow_wait import SlowWait

Rank = tuple[float, float]


class WorkQueue:
    """Account ids to list: prioritised ones first, then those with the lowest rank."""

    def __init__(
        self, request_rate: RequestRate, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._request_rate = request_rate
        self._monotonic = monotonic
        self._turn = threading.Lock()
        self._changed = threading.Condition()
        self._ranked: list[tuple[Rank, int, str]] = []
        self._ids: set[str] = set()
        self._order = itertools.count()
        self._wanted: Sequence[str] = ()
        self._prioritised: deque[str] = deque()  # those of `_wanted` that may be in the queue
        self._has_news = False
        self._is_complete = False

    def add(self, ranked: Iterable[tuple[Rank, str]]) -> None:
        """Add account ids with their ranks. Those of equal rank keep their order."""
        with self._changed:
            for rank, account_id in () if self._is_complete else ranked:
                heapq.heappush(self._ranked, (rank, next(self._order), account_id))
                self._ids.add(account_id)
            self._prioritised = deque(self._wanted)
            self._changed.notify_all()

    def complete(self) -> None:
        """Declare that no more accounts will be added."""
        with self._changed:
            self._is_complete = True
            self._changed.notify_all()

    def close(self) -> None:
        """Empty the queue; `take` returns None from now on."""
        with self._changed:
            self._is_complete = self._has_news = True
            self._ids.clear()
            self._changed.notify_all()

    def prioritise(self, account_ids: Sequence[str]) -> None:
        """Ask about these accounts first, in this order. The first may exceed the request rate.

        Accounts that have not been added yet come first once they are.
        """
        with self._changed:
            self._wanted, self._prioritised = account_ids, deque(account_ids)
            self._has_news = True
            self._changed.notify_all()

    def take(self) -> str | None:
        """Return the next account id when the request rate allows a call; None at the end.

        Blocks. The call is already counted by the rate, or comes before its turn because the
        question is soon over.
        """
        slow_wait: SlowWait | None = None
        question = current()
        with self._turn:
            while True:
                with self._changed:
                    self._changed.wait_for(lambda: self._ids or self._is_complete)
                    if not self._ids:
                        return None
                    self._has_news = False
                    is_wanted = self._wanted and self._wanted[0] in self._ids
                    debt = PRIORITY_DEBT if is_wanted else 0.0
                # Not before there is a call.
                slow_wait = slow_wait or SlowWait(question, self._monotonic)
                seconds = self._request_rate.take(debt)
                if seconds:
                    slow_wait.begin(seconds)
                    seconds = min(seconds, question.seconds_to_wait())
                with self._changed:
                    if not seconds and self._ids:
                        return self._pop()
                    if not self._has_news:
                        self._changed.wait(seconds)

    def _pop(self) -> str:
        account_id = ""
        while account_id not in self._ids:
            more = self._prioritised
            account_id = more.popleft() if more else heapq.heappop(self._ranked)[2]
        self._ids.remove(account_id)
        return account_id

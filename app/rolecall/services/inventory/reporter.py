"""From a crawl's workers to whoever listens: what they report is saved, counted, told."""

from __future__ import annotations

import queue
import threading
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Final

from rolecall.domain.errors import ServiceError, Unreachable
from rolecall.domain.model import PermissionSet, SsoSession
from rolecall.files.inventory import InventoryCache, KnownPermissionSets
from rolecall.services.inventory.events import (
    AccountFailed,
    AccountsListed,
    CallsWaiting,
    CrawlDone,
    Event,
    PermissionSetsListed,
    Progress,
)

_LOST_LINE: Final = 8  # accounts in a row that nothing answers about
_MEASURED: Final = 100  # answers, from which the time that is left is told
_MEASURED_AT_LEAST: Final = 10


class Signal(Enum):
    JOB_DONE = "job-done"
    WAKE_UP = "wake-up"


@dataclass(frozen=True, slots=True)
class CallThrottled:
    """`account_id` is empty where it is the listing of accounts."""

    account_id: str


@dataclass(frozen=True, slots=True)
class AccountsNotListed:
    error: ServiceError


Report = Event | CallThrottled | AccountsNotListed | Signal | Exception


@dataclass(frozen=True, slots=True)
class CrawlRecord:
    """Where a crawl keeps what it sees: the cache, and the crawl's number in it.

    `is_shared`: another rolecall may be listing the same. Number 0: nothing can be kept.
    """

    cache: InventoryCache
    session: SsoSession
    number: int
    is_shared: bool
    clock: Callable[[], datetime]

    def known(self) -> dict[str, KnownPermissionSets]:
        return self.cache.known(self.session)

    def seen(self, account_id: str) -> tuple[PermissionSet, ...] | None:
        """What another rolecall's part in this crawl has seen."""
        if not self.number:
            return None
        return self.cache.seen_in(self.session, account_id, self.number)

    def save(self, reports: Sequence[Report], place: int) -> bool:
        """All in one transaction. `place` is that of the first account among them."""
        accounts = [
            a for each in reports if isinstance(each, AccountsListed) for a in each.accounts
        ]
        sets = {
            each.account_id: each.permission_sets
            for each in reports
            if isinstance(each, PermissionSetsListed) and not each.from_cache
        }
        if not accounts and not sets:
            return True
        placed = enumerate(accounts, place)
        return self.cache.save(self.session, self.number, self.clock(), placed, sets)

    def complete(self) -> None:
        self.cache.complete(self.session, self.number, self.clock())


class Reporter:
    """The crawl's reports, turned into events one after the other, each saved before it is told.

    `on_event` is told on the thread that calls `tell`; `progress` may be read on any.
    """

    def __init__(
        self, record: CrawlRecord, monotonic: Callable[[], float], on_event: Callable[[Event], None]
    ) -> None:
        self.progress = Progress()
        self._record = record
        self._monotonic = monotonic
        self._on_event = on_event
        self._waiting: set[str] = set()
        self._listed = self._total = self._failed = 0
        self._is_complete = False
        self._is_saved = True
        self._lost_in_a_row = 0
        self._accounts_error: ServiceError | None = None
        self._answered_at: deque[float] = deque(maxlen=_MEASURED)

    def run(
        self,
        reports: queue.SimpleQueue[Report],
        jobs: int,
        stopped: threading.Event,
        unsaved: threading.Semaphore,
    ) -> None:
        """`unsaved` is released for each answer, once that is saved."""
        while jobs:
            batch = _all_there(reports)
            self._is_saved &= self._record.save(batch, self._total)
            if answers := sum(map(_is_answer, batch)):
                unsaved.release(answers)
            for report in batch:
                if stopped.is_set():
                    return
                jobs -= report is Signal.JOB_DONE
                self._take(report)
        if self._accounts_error is not None:
            raise self._accounts_error
        if self._is_saved:
            self._record.complete()
        self._say(CrawlDone(self._failed))

    def _take(self, report: Report) -> None:
        match report:
            case Signal():
                pass
            case Exception():
                raise report
            case CallThrottled(account_id):
                self._waiting.add(account_id)
                self._say(CallsWaiting(len(self._waiting)))
            case AccountsNotListed(error):
                self._accounts_error = error
            case _:
                self._count(report)
                self._say(report)

    def _count(self, event: Event) -> None:
        match event:
            case AccountsListed(accounts, complete):
                self._total += len(accounts)
                self._is_complete |= complete
                self._no_longer_waiting("")
            case PermissionSetsListed(account_id, _, from_cache):
                self._listed += 1
                self._lost_in_a_row = 0
                if not from_cache:
                    self._answered_at.append(self._monotonic())
                self._no_longer_waiting(account_id)
            case AccountFailed(account_id, error):
                self._no_longer_waiting(account_id)
                # One account that does not answer is its own affair; when none does, the line is
                # lost, and to mark every account as failed would be wrong.
                lost = isinstance(error, Unreachable)
                self._lost_in_a_row = self._lost_in_a_row + 1 if lost else 0
                if self._lost_in_a_row >= _LOST_LINE:
                    raise error
                self._failed += 1

    def _no_longer_waiting(self, account_id: str) -> None:
        if account_id in self._waiting:
            self._waiting.remove(account_id)
            self._say(CallsWaiting(len(self._waiting)))

    def _say(self, event: Event) -> None:
        self.progress = Progress(
            listed=self._listed,
            total=self._total,
            complete=self._is_complete,
            waiting=len(self._waiting),
            failed=self._failed,
            seconds_left=self._seconds_left(),
        )
        self._on_event(event)

    def _seconds_left(self) -> float | None:
        answers = len(self._answered_at)
        if not self._is_complete or answers < _MEASURED_AT_LEAST:
            return None
        taken = self._monotonic() - self._answered_at[0]
        return (self._total - self._listed - self._failed) * taken / (answers - 1)


def _is_answer(report: Report) -> bool:
    """To a call about an account."""
    if isinstance(report, PermissionSetsListed):
        return not report.from_cache
    return isinstance(report, AccountFailed)


def _all_there(reports: queue.SimpleQueue[Report]) -> list[Report]:
    """What has come, and if nothing has, the next that comes."""
    batch = [reports.get()]
    with suppress(queue.Empty):
        while True:
            batch.append(reports.get_nowait())
    return batch

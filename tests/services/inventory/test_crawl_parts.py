"""The parts of a crawl: the queue of accounts, and the reporter that saves the answers."""

from __future__ import annotations

import queue
import threading
import time
from concurrent.futures import Future
from datetime import UTC, datetime
from typing import Any, cast

import pytest

from rolecall.domain.errors import ServiceFault
from rolecall.domain.errors.role_errors import NoTenant
from rolecall.domain.model import Account, PermissionSet, SsoSession
from rolecall.domain.question import asking
from rolecall.services.base.rate_limit import PRIORITY_DEBT, RequestRate
from rolecall.services.inventory.crawl_events import (
    AccountsListed,
    CallsWaiting,
    CrawlDone,
    CrawlEvent,
    PermissionSetsListed,
    RolesListed,
    RolesNotListed,
)
from rolecall.services.inventory.reporter import (
    ROLES,
    AccountsNotListed,
    CallWaits,
    CrawlRecord,
    CrawlSignal,
    Report,
    Reporter,
)
from rolecall.services.inventory.work_queue import WorkQueue
from tests.support.for_each import for_each
from tests.support.waiting import wait_until

SESSION = SsoSession("corp", "https://corp.awsapps.com/start", "eu-west-1")
NOW = datetime(2026, 11, 26, tzinfo=UTC)


def slow_waits_for_first(work_queue: WorkQueue) -> list[tuple[str, str, bool]]:
    """Take the account `first`, and return what is reported about the wait for it."""
    reported: list[tuple[str, str, bool]] = []
    with asking(lambda *slow: reported.append(slow)):
        assert work_queue.take() == "first"
    return reported


def taken_by_a_thread(work_queue: WorkQueue) -> Future[str | None]:
    taken: Future[str | None] = Future()
    threading.Thread(target=lambda: taken.set_result(work_queue.take()), daemon=True).start()
    return taken


def test_what_changes_while_the_rate_is_asked_is_noticed_before_the_wait() -> None:
    """The rate asks for a wait of a minute, and at that moment the user opens an account."""

    class Rate(RequestRate):
        waits = iter((60.0, 0.0))

        def take(self, debt: float = 0.0) -> float:
            seconds = next(self.waits)
            if seconds:
                work_queue.prioritise(["second"])
            return seconds

    work_queue = WorkQueue(Rate(time.monotonic))
    work_queue.add([((0.0, 0.0), "first"), ((1.0, 0.0), "second")])
    taken = taken_by_a_thread(work_queue)
    assert taken.result(10) == "second"


def test_an_account_that_is_opened_during_the_wait_ends_it() -> None:
    asked = threading.Event()

    class Rate(RequestRate):
        waits = iter((60.0, 0.0))

        def take(self, debt: float = 0.0) -> float:
            asked.set()
            return next(self.waits)

    work_queue = WorkQueue(Rate(time.monotonic))
    work_queue.add([((0.0, 0.0), "first"), ((1.0, 0.0), "second")])
    taken = taken_by_a_thread(work_queue)
    assert asked.wait(10)
    work_queue.prioritise(["second"])
    assert taken.result(10) == "second"


def test_an_account_that_is_added_ends_the_wait_for_one() -> None:
    work_queue = WorkQueue(RequestRate(time.monotonic))
    taken = taken_by_a_thread(work_queue)
    waiters = work_queue._changed._waiters  # type: ignore[attr-defined]
    wait_until(lambda: waiters, "the thread to wait")
    work_queue.add([((0.0, 0.0), "first")])
    assert taken.result(10) == "first"


@pytest.mark.parametrize(("pause", "is_slow"), [(3.0, False), (300.0, True)])
def test_a_long_wait_for_the_next_account_is_reported(pause: float, is_slow: bool) -> None:
    class Rate(RequestRate):
        waits = iter((pause, 0.0))

        def take(self, debt: float = 0.0) -> float:
            seconds = next(self.waits)
            if seconds:
                work_queue.prioritise(["first"])  # ends the wait
            return seconds

    work_queue = WorkQueue(Rate(time.monotonic))
    work_queue.add([((0.0, 0.0), "first")])
    assert slow_waits_for_first(work_queue) == [("", "", True)] * is_slow


def test_only_an_account_on_the_screen_may_use_calls_in_advance() -> None:
    class Rate(RequestRate):
        def take(self, debt: float = 0.0) -> float:
            debts.append(debt)
            return 0.0

    debts: list[float] = []
    work_queue = WorkQueue(Rate(time.monotonic))
    work_queue.add([((0.0, 0.0), "first"), ((1.0, 0.0), "second")])
    work_queue.prioritise(["second"])
    assert [work_queue.take(), work_queue.take()] == ["second", "first"]
    assert debts == [PRIORITY_DEBT, 0.0]


class _Cache:
    """Saves one answer after the other, or not."""

    def __init__(self, *results: bool) -> None:
        self._results = iter(results)
        self.completed = 0

    def save(self, *_: object, **__: object) -> bool:
        return next(self._results)

    save_roles = keep_roles = save

    def complete(self, *_: object, **__: object) -> None:
        self.completed += 1


class _OneByOne(queue.SimpleQueue[Report]):
    """Gives each report as a batch."""

    def get_nowait(self) -> Report:
        raise queue.Empty


@for_each(
    "last",
    [
        PermissionSetsListed("2", (PermissionSet("A"),)),
        RolesListed((), complete=True),
        RolesNotListed(NoTenant("corp")),
    ],
)
@for_each(("results", "completed"), [((False, True), 0), ((True, False), 0), ((True, True), 1)])
def test_a_crawl_with_an_answer_that_was_not_saved_is_not_complete(
    last: Report, results: tuple[bool, bool], completed: int
) -> None:
    cache = _Cache(*results)
    reports = _OneByOne()
    for each in (PermissionSetsListed("1", (PermissionSet("A"),)), last, CrawlSignal.JOB_DONE):
        reports.put(each)
    record = CrawlRecord(cast("Any", cache), SESSION, 1, is_shared=False, clock=lambda: NOW)
    reporter = Reporter(record, time.monotonic, lambda _: None)
    reporter.run(reports, 1, threading.Event(), threading.Semaphore(0))
    assert cache.completed == completed


@pytest.mark.parametrize(("first_page", "known_after"), [(0, 10), (12, 13)])
def test_the_time_left_is_known_once_ten_answers_and_all_accounts_are_there(
    first_page: int, known_after: int
) -> None:
    """Each answer takes a second. `first_page` answers come before the last page of accounts."""
    ids = [str(number) for number in range(20)]
    accounts = tuple(Account(each, each, "") for each in ids)
    answers = [PermissionSetsListed(each, ()) for each in ids]
    reports = _OneByOne()
    last = AccountsListed((), complete=True)
    every: list[Report] = [AccountsListed(accounts, complete=False)]
    every += [*answers[:first_page], last, *answers[first_page:], CrawlSignal.JOB_DONE]
    for report in every:
        reports.put(report)
    left: list[float | None] = []

    def note(event: CrawlEvent) -> None:
        if isinstance(event, PermissionSetsListed):
            left.append(reporter.progress.seconds_left)

    cache = _Cache(*[True] * 30)
    record = CrawlRecord(cast("Any", cache), SESSION, 1, is_shared=False, clock=lambda: NOW)
    reporter = Reporter(record, lambda: float(len(left)), note)
    assert not reporter.progress.complete
    reporter.run(reports, 1, threading.Event(), threading.Semaphore(0))
    unknown = known_after - 1
    assert left == [None] * unknown + [float(each) for each in reversed(range(20 - unknown))]


def test_a_call_that_has_failed_no_longer_waits() -> None:
    reports = _OneByOne()
    error = ServiceFault("List", "host", 503)
    for report in (
        CallWaits(ROLES, False),
        RolesNotListed(error),
        CallWaits("", False),
        AccountsNotListed(error),
        CrawlSignal.JOB_DONE,
    ):
        reports.put(report)
    repeated: list[int] = []

    def note(event: CrawlEvent) -> None:
        if isinstance(event, CallsWaiting):
            repeated.append(event.repeated)

    record = CrawlRecord(
        cast("Any", _Cache(*[True] * 6)), SESSION, 1, is_shared=False, clock=lambda: NOW
    )
    with pytest.raises(ServiceFault):
        Reporter(record, time.monotonic, note).run(
            reports, 1, threading.Event(), threading.Semaphore(0)
        )
    assert repeated == [1, 0, 1, 0]


def test_a_listing_is_not_whole_before_its_last_page() -> None:
    reports = _OneByOne()
    page = AccountsListed((Account("1", "1", ""),), complete=False)
    last = AccountsListed((), complete=True)
    for report in (CallWaits("", True), page, CallWaits("", False), last, CrawlSignal.JOB_DONE):
        reports.put(report)
    found: list[tuple[type[CrawlEvent], bool, int, int]] = []

    def note(event: CrawlEvent) -> None:
        progress = reporter.progress
        found.append((type(event), progress.complete, progress.waiting, progress.repeated))

    record = CrawlRecord(cast("Any", _Cache(True)), SESSION, 1, is_shared=False, clock=lambda: NOW)
    reporter = Reporter(record, time.monotonic, note)
    reporter.run(reports, 1, threading.Event(), threading.Semaphore(0))
    assert found == [
        (CallsWaiting, False, 1, 0),
        (CallsWaiting, False, 0, 0),
        (AccountsListed, False, 0, 0),
        (CallsWaiting, False, 0, 1),
        (CallsWaiting, True, 0, 0),
        (AccountsListed, True, 0, 0),
        (CrawlDone, True, 0, 0),
    ]

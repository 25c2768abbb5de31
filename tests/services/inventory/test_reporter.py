"""The reporter of a crawl: what it counts, what it calls an outage, which error it raises."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import pytest

from rolecall.domain.errors import AccessRefused, ServiceFault
from rolecall.domain.model import Account, Assignment, PermissionSet, SsoSession
from rolecall.files.inventory.inventory import InventoryCache
from rolecall.services.inventory.crawl_events import (
    AccountFailed,
    PermissionSetsListed,
    Progress,
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

SESSION = SsoSession("corp", "https://corp.awsapps.com/start", "eu-west-1")
NOW = datetime(2026, 11, 26, tzinfo=UTC)
FAULT = ServiceFault("ListAccountRoles", "host", 503)
REFUSED = AccessRefused("ListAccountRoles", "host", "")

T = TypeVar("T")


@pytest.fixture
def record(tmp_path: Path) -> CrawlRecord:
    cache = InventoryCache(tmp_path / "cache", tmp_path / "state")
    number, is_shared = cache.begin(SESSION, NOW, lambda _: False)
    return CrawlRecord(cache, SESSION, number, is_shared, lambda: NOW)


def run(record: CrawlRecord, *reports: Report, found: Callable[[Reporter], T]) -> list[T]:
    """Report these one after the other. Return what is found after each event."""
    results: list[T] = []
    reporter = Reporter(record, time.monotonic, lambda _: results.append(found(reporter)))
    waiting: queue.SimpleQueue[Report] = queue.SimpleQueue()
    for each in (*reports, CrawlSignal.JOB_DONE):
        waiting.put(each)
    reporter.run(waiting, 1, threading.Event(), threading.Semaphore(0))
    return results


def failed(first: int, count: int) -> list[AccountFailed]:
    return [AccountFailed(str(number), FAULT) for number in range(first, first + count)]


@pytest.mark.parametrize(
    "between",
    [PermissionSetsListed("answer", (PermissionSet("A"),)), AccountFailed("answer", REFUSED)],
    ids=["a list", "a refusal"],
)
def test_eight_accounts_in_a_row_without_an_answer_are_an_outage(
    record: CrawlRecord, between: Report
) -> None:
    seven = failed(0, 7)
    more = isinstance(between, AccountFailed)
    counts = run(record, *seven, between, *failed(7, 7), found=lambda it: it.progress.failed)
    assert counts[-1] == 14 + more
    with pytest.raises(ServiceFault):
        run(record, *seven, between, *failed(7, 8), found=lambda it: it.progress.failed)


def test_what_waited_no_longer_does_once_it_is_listed_or_has_failed(record: CrawlRecord) -> None:
    role = Assignment(Account("1", "one", ""), PermissionSet("role/A"))
    waiting = run(
        record,
        CallWaits(ROLES, True),
        RolesListed((role,), complete=False),
        CallWaits("1", False),
        AccountFailed("1", REFUSED),
        found=lambda it: (it.progress.waiting, it.progress.repeated),
    )
    # Each call first waits, then it does not, and then its event comes; at the end the crawl is.
    assert waiting == [(1, 0), (0, 0), (0, 0), (0, 1), (0, 0), (0, 0), (0, 0)]


@pytest.mark.parametrize("roles_first", [True, False])
def test_why_there_are_no_accounts_is_raised_before_why_there_are_no_roles(
    record: CrawlRecord, roles_first: bool
) -> None:
    reports: list[Report] = [RolesNotListed(FAULT), AccountsNotListed(REFUSED)]
    with pytest.raises(AccessRefused):
        run(record, *(reports if roles_first else reports[::-1]), found=lambda _: None)


def test_roles_are_counted_page_by_page(record: CrawlRecord) -> None:
    roles = [Assignment(Account("1", "one", ""), PermissionSet(f"role/{n}")) for n in range(3)]

    def counts(reporter: Reporter) -> tuple[int, int, bool]:
        progress = reporter.progress
        return progress.roles, progress.role_pages, progress.roles_complete

    found = run(
        record,
        AccountFailed("1", REFUSED),
        RolesListed(tuple(roles[:2]), complete=False),
        RolesListed(tuple(roles[2:]), complete=False),
        RolesListed((), complete=True),
        found=counts,
    )
    assert found[:4] == [(0, 0, False), (2, 1, False), (3, 2, False), (3, 2, True)]


def test_before_a_crawl_nothing_waits_and_nothing_is_silent() -> None:
    progress = Progress()
    assert (progress.waiting, progress.repeated, progress.is_silent) == (0, 0, False)

"""One crawl: its order, its silence, whether it is stored, and that nothing of it stays."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable

import pytest

from rolecall.domain.errors.role_errors import NoTenant
from rolecall.domain.model import Account, Assignment, PermissionSet
from rolecall.domain.question import SLOW_AFTER
from rolecall.domain.records import replace
from rolecall.files.inventory import database
from rolecall.files.inventory.queries import INVENTORY
from rolecall.services.base.rate_limit import RequestRate
from rolecall.services.inventory.crawl import WORKERS
from rolecall.services.inventory.crawl_events import (
    AccountsListed,
    CatalogueBuilder,
    CrawlEvent,
    RolesListed,
    RolesNotListed,
)
from rolecall.services.inventory.work_queue import WorkQueue
from rolecall.services.services import Services
from tests.services.access_roles import with_tenant
from tests.services.inventory.test_cached_inventory import crawl
from tests.services.inventory.test_crawl_parts import slow_waits_for_first, taken_by_a_thread
from tests.support.desk import Desk, demo
from tests.support.waiting import wait_until


@demo(accounts=100)
def test_accounts_are_asked_about_in_the_order_of_the_portal(desk: Desk) -> None:
    desk.services.inventory.crawl(desk.session, desk.server.sign_in()).run(lambda _: None)
    ids = [account.id for account in desk.server.organisation.accounts]
    asked = [call.account_id for call in desk.server.calls.all("ListAccountRoles")]
    # Each of the other workers may be late with one call.
    early = [id_ for place, id_ in enumerate(ids) if asked.index(id_) <= place - WORKERS]
    assert early == []


@demo(accounts=1)
def test_a_crawl_without_an_event_for_some_seconds_is_silent(desk: Desk) -> None:
    clock = desk.clock  # its monotonic time moves only here
    services = Services(desk.environ, clock, lambda: clock.moved, clock.sleep)
    listing = services.inventory.crawl(desk.session, desk.server.sign_in())
    silent: list[bool] = []

    def on_event(_: CrawlEvent) -> None:
        silent.append(listing.progress().is_silent)
        clock.forward(SLOW_AFTER + 0.1)
        silent.append(listing.progress().is_silent)

    listing.run(on_event)
    assert silent
    assert silent == [False, True] * (len(silent) // 2)


@demo(accounts=1)
def test_a_crawl_is_stored_if_the_cache_can_be_written(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = desk.server.sign_in()
    assert desk.services.inventory.crawl(desk.session, token).is_stored is True
    monkeypatch.setattr(database, "_BUSY_TIMEOUT", 0.01)
    holder = sqlite3.connect(desk.services.locations.cache / INVENTORY, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    try:
        assert desk.another().inventory.crawl(desk.session, token).is_stored is False
    finally:
        holder.close()


@demo(accounts=60)
def test_no_worker_of_a_cancelled_crawl_waits_for_the_rate(desk: Desk) -> None:
    def workers() -> set[threading.Thread]:
        return {each for each in threading.enumerate() if each.name == "crawl"}

    others = workers()
    inventory = desk.services.inventory
    listing = inventory.crawl(desk.session, desk.server.sign_in())

    def cancel(event: CrawlEvent) -> None:
        if isinstance(event, AccountsListed):
            rate = inventory.request_rate(desk.session)
            rate.record_throttling(desk.clock.monotonic(), 3000)
            listing.cancel()

    listing.run(cancel)
    wait_until(lambda: workers() <= others, "the workers to end", timeout=30)


@demo(accounts=20)
def test_a_refresh_that_was_interrupted_is_due_again(desk: Desk) -> None:
    crawl(desk)
    assert not desk.services.inventory.is_due(desk.session)
    crawl(desk, refresh=True, stop_at=5)
    assert desk.services.inventory.is_due(desk.session)


@with_tenant
@pytest.mark.usefixtures("tenant")
def test_roles_are_listed_while_aws_limits_the_rate_of_the_portal(desk: Desk) -> None:
    token = desk.sign_in()
    inventory = desk.services.inventory
    inventory.request_rate(desk.session).record_throttling(desk.clock.monotonic(), 3000)
    listing = inventory.crawl(desk.session, token)
    running = threading.Thread(target=listing.run, args=[lambda _: None])
    running.start()
    try:
        wait_until(lambda: desk.server.calls.count("ListRoles"), "the roles", timeout=30)
    finally:
        listing.cancel()
        running.join()
    assert desk.server.calls.count("ListAccounts") == 0


def test_roles_add_accounts_that_the_portal_does_not_list() -> None:
    listed, other = Account("1" * 12, "listed", "a@b"), Account("2" * 12, "other", "")
    one, two = PermissionSet("role/One"), PermissionSet("role/Two")
    builder = CatalogueBuilder()
    builder.add(AccountsListed((listed,), complete=False))
    elsewhere = replace(listed, name="elsewhere", email="")
    pages = [Assignment(elsewhere, one)], [Assignment(other, one), Assignment(elsewhere, two)]
    for page in pages:
        builder.add(RolesListed(tuple(page), complete=False))
    found = {each.account: each.roles for each in builder.catalogue}
    assert found == {listed: (one, two), other: (one,)}
    assert not builder.complete
    builder.add(AccountsListed((), complete=True))
    assert builder.complete
    assert [each.account for each in builder.catalogue] == [listed, other]
    again = CatalogueBuilder(builder.catalogue)
    again.add(AccountsListed((listed,), complete=False))
    again.add(RolesListed((Assignment(other, two),), complete=False))
    assert {each.account: each.roles for each in again.catalogue} == {
        listed: (one, two),
        other: (two, one),
    }
    again.add(RolesListed((), complete=True))
    again.add(AccountsListed((), complete=True))
    assert {each.account: each.roles for each in again.catalogue} == {listed: (), other: (two,)}


def test_accounts_with_known_roles_stay_while_the_roles_cannot_be_listed() -> None:
    with_role, without = Account("1" * 12, "role", ""), Account("2" * 12, "gone", "")
    known = CatalogueBuilder()
    known.add(AccountsListed((with_role, without), complete=True))
    known.add(RolesListed((Assignment(with_role, PermissionSet("role/One")),), complete=True))
    builder = CatalogueBuilder(known.catalogue)
    problem = NoTenant("corp")
    builder.add(RolesNotListed(problem))
    builder.add(AccountsListed((), complete=True))
    assert builder.roles_error is problem
    assert [each.account for each in builder.catalogue] == [with_role]


class Rate(RequestRate):
    """Asks for these waits, one after the other, and calls `on_take` each time."""

    def __init__(self, *waits: float, on_take: Callable[[], None]) -> None:
        super().__init__(lambda: 0.0)
        self._waits = iter(waits)
        self._on_take = on_take

    def take(self, debt: float = 0.0) -> float:
        self._on_take()
        return next(self._waits)


def filled(rate: RequestRate, monotonic: Callable[[], float] = lambda: 0.0) -> WorkQueue:
    work_queue = WorkQueue(rate, monotonic)
    work_queue.add([((0.0, 0.0), "first"), ((1.0, 0.0), "second")])
    return work_queue


def test_a_closed_queue_has_no_accounts() -> None:
    work_queue = filled(RequestRate(lambda: 0.0))
    work_queue.close()
    assert work_queue.take() is None


def test_a_wait_for_the_rate_ends_when_the_queue_is_closed() -> None:
    asked = threading.Event()
    work_queue = filled(Rate(3000.0, 0.0, on_take=asked.set))
    taken = taken_by_a_thread(work_queue)
    assert asked.wait(10)
    work_queue.close()
    assert taken.result(10) is None


@pytest.mark.parametrize("seconds", [0.0, 3000.0])
def test_a_queue_that_is_closed_while_the_rate_is_asked_has_no_accounts(seconds: float) -> None:
    def close() -> None:
        work_queue.close()

    work_queue = filled(Rate(seconds, 0.0, on_take=close))
    assert taken_by_a_thread(work_queue).result(10) is None


@pytest.mark.parametrize(("turns", "is_slow"), [(3, False), (4, True)])
def test_short_waits_for_one_account_are_reported_once_they_are_long_together(
    turns: int, is_slow: bool
) -> None:
    passed: list[float] = []

    def let_a_second_pass() -> None:
        passed.append(1.0)
        work_queue.prioritise(["first"])  # ends the wait at once

    rate = Rate(*[1.0] * turns, 0.0, on_take=let_a_second_pass)
    work_queue = filled(rate, lambda: sum(passed))
    assert slow_waits_for_first(work_queue) == [("", "", True)] * is_slow

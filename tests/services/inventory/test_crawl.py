"""One crawl: its order, its silence, whether it is stored, and that nothing of it stays."""

from __future__ import annotations

import sqlite3
import threading

import pytest

from rolecall.domain.question import SLOW_AFTER
from rolecall.files.inventory import database
from rolecall.files.inventory.queries import INVENTORY
from rolecall.services.inventory.crawl import WORKERS
from rolecall.services.inventory.crawl_events import AccountsListed, CrawlEvent
from rolecall.services.services import Services
from tests.services.access_roles import with_tenant
from tests.services.inventory.test_cached_inventory import crawl
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

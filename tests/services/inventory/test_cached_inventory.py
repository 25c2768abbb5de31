"""The cache of the inventory: shown at once, continued after a kill, shared by processes."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import threading
from typing import Any, ClassVar

import pytest

from rolecall.demo.faults import Fault
from rolecall.demo.options import RateLimit
from rolecall.domain.errors import SignInNeeded
from rolecall.domain.inventory.catalogue import Catalogue
from rolecall.files.inventory import database
from rolecall.files.inventory.inventory import InventoryCache
from rolecall.files.inventory.queries import INVENTORY
from rolecall.services.inventory.crawl import WORKERS, Crawl
from rolecall.services.inventory.crawl_events import (
    AccountsListed,
    CatalogueBuilder,
    CrawlDone,
    CrawlEvent,
    PermissionSetsListed,
    Progress,
)
from rolecall.services.inventory.inventory import CachedInventory, InventoryService
from tests.services.inventory.test_inventory import everything
from tests.support.desk import Desk, demo
from tests.support.waiting import wait_until

pytestmark = pytest.mark.usefixtures("short_pauses")


def listed(cached: CachedInventory | CatalogueBuilder) -> dict[str, tuple[str, ...]]:
    return {
        each.account.id: tuple(one.name for one in each.permission_sets or ())
        for each in cached.catalogue
    }


def crawl(
    desk: Desk,
    *,
    inventory: InventoryService | None = None,
    refresh: bool = False,
    stop_at: int = -1,
) -> CatalogueBuilder:
    """Run a crawl. It is cancelled once so many accounts have been listed."""
    inventory = inventory or desk.services.inventory
    builder = CatalogueBuilder()
    crawl = inventory.crawl(desk.session, desk.server.sign_in(), refresh=refresh)
    asked = 0

    def on_event(event: CrawlEvent) -> None:
        nonlocal asked
        builder.add(event)
        asked += isinstance(event, PermissionSetsListed) and not event.from_cache
        if asked == stop_at:
            crawl.cancel()

    crawl.run(on_event)
    return builder


def asked(desk: Desk) -> int:
    """Return the number of accounts listed since the last call."""
    count = desk.server.calls.count("ListAccountRoles", status=200)
    desk.server.calls.clear()
    return count


class TestShownAtOnce:
    def test_before_the_first_crawl_there_is_nothing(self, desk: Desk) -> None:
        cached = desk.services.inventory.cached(desk.session)
        assert (len(cached.catalogue), cached.seen_at, cached.complete_at) == (0, None, None)
        assert desk.services.inventory.complete_at(desk.session) is None
        assert desk.services.inventory.is_due(desk.session)

    def test_the_next_rolecall_has_the_cache_at_once(self, desk: Desk) -> None:
        crawl(desk)
        then = desk.clock.now
        desk.clock.forward(3600)
        cached = desk.another().inventory.cached(desk.session)
        assert listed(cached) == everything(desk)
        assert set(cached.catalogue.accounts) == set(desk.server.organisation.accounts)
        assert (cached.seen_at, cached.complete_at) == (then, then)
        assert desk.another().inventory.complete_at(desk.session) == then
        assert not desk.services.inventory.is_due(desk.session)

    def test_a_single_refreshed_account_is_saved(self, desk: Desk) -> None:
        crawl(desk, stop_at=0)
        first = desk.server.organisation.accounts[0].id
        token = desk.server.sign_in()
        desk.services.inventory.permission_sets(desk.session, token, first)
        assert (
            listed(desk.another().inventory.cached(desk.session))[first] == everything(desk)[first]
        )

    def test_it_works_without_a_writable_cache(self, desk: Desk) -> None:
        (desk.home / ".cache").write_text("no folder")
        inventory = desk.another().inventory
        assert listed(crawl(desk, inventory=inventory)) == everything(desk)
        assert listed(inventory.cached(desk.session)) == everything(desk)
        assert not inventory.is_due(desk.session)
        assert desk.another().inventory.is_due(desk.session)


class TestOldestFirst:
    @demo(accounts=60, rate_limit=RateLimit(per_second=1000, burst=1000))
    def test_the_oldest_accounts_come_first(self, desk: Desk) -> None:
        crawl(desk)
        ids = [account.id for account in desk.server.organisation.accounts]
        desk.clock.forward(7200)
        token = desk.server.sign_in()
        for recent in ids[:30]:
            desk.services.inventory.permission_sets(desk.session, token, recent)
        desk.clock.forward(86400)
        desk.server.calls.clear()
        crawl(desk)
        order = [call.account_id for call in desk.server.calls.all("ListAccountRoles")]
        first_recent = min(order.index(each) for each in ids[:30])
        late = [each for each in ids[30:] if order.index(each) > first_recent]
        assert len(late) < WORKERS, "only calls under way come later"


class TestInterrupted:
    @demo(accounts=150)
    def test_an_interrupted_crawl_is_continued(self, desk: Desk) -> None:
        crawl(desk, stop_at=60)
        first = asked(desk)
        assert desk.services.inventory.is_due(desk.session)
        builder = crawl(desk, inventory=desk.another().inventory)
        assert listed(builder) == everything(desk)
        # Calls in progress when it stopped were answered, but the answers were ignored.
        assert first + asked(desk) - 150 <= WORKERS
        assert not desk.services.inventory.is_due(desk.session)

    @demo(accounts=50)
    def test_a_crawl_interrupted_yesterday_starts_again(self, desk: Desk) -> None:
        crawl(desk, stop_at=20)
        asked(desk)
        desk.clock.forward(24 * 3600)
        crawl(desk)
        # As a set, because calls of the first crawl may still have been under way.
        again = {call.account_id for call in desk.server.calls.all("ListAccountRoles")}
        assert again == {account.id for account in desk.server.organisation.accounts}

    @demo(accounts=30)
    def test_only_a_failed_account_is_listed_again(self, desk: Desk) -> None:
        bad = desk.server.organisation.accounts[7].id
        desk.server.faults.add("ListAccountRoles", 403, account_id=bad)
        assert crawl(desk).catalogue.failed == 1
        assert desk.services.inventory.is_due(desk.session)
        desk.server.faults.clear()
        asked(desk)
        assert listed(crawl(desk)) == everything(desk)
        assert asked(desk) == 1
        assert not desk.services.inventory.is_due(desk.session)

    @pytest.mark.thorough
    @demo(accounts=400, latency=0.005)
    def test_a_kill_loses_little(self, desk: Desk) -> None:
        desk.sign_in()
        command = [sys.executable, "-m", "rolecall", "list", "--csv"]
        process = subprocess.Popen(command, env=desk.environ, stdout=subprocess.PIPE)
        calls = desk.server.calls
        wait_until(lambda: calls.count("ListAccountRoles", status=200) >= 200, "half of it")
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
        first = asked(desk)
        assert 200 <= first < 400
        assert listed(crawl(desk)) == everything(desk)
        assert first + asked(desk) - 400 <= WORKERS

    @demo(accounts=100)
    def test_a_kill_loses_little_even_if_saving_is_slow(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        save, answered = InventoryCache.save, desk.server.calls
        saved, lost = 0, []

        def slowly(*args: Any, **options: Any) -> bool:
            nonlocal saved
            sets = args[-1]
            due = min(100, saved + WORKERS) if sets else 0
            wait_until(lambda: answered.count("ListAccountRoles") >= due, "every worker's answer")
            lost.append(answered.count("ListAccountRoles") - saved)
            saved += len(sets)
            return save(*args, **options)

        monkeypatch.setattr(InventoryCache, "save", slowly)
        assert listed(crawl(desk)) == everything(desk)
        assert saved == 100
        assert max(lost) <= WORKERS

    @demo(accounts=300, rate_limit=RateLimit(per_second=0.01, burst=30))
    def test_cancel_waits_neither_for_a_call_nor_for_the_rate_limit(self, desk: Desk) -> None:
        """Waiting for the hanging call takes 10 seconds, for the rate limit 100."""
        desk.server.faults.add("ListAccountRoles", Fault.HANG, times=4)
        crawl = desk.services.inventory.crawl(desk.session, desk.server.sign_in())
        is_waiting = threading.Event()

        def on_event(_event: CrawlEvent) -> None:
            if crawl.progress().waiting:
                is_waiting.set()

        running = threading.Thread(target=crawl.run, args=[on_event])
        running.start()
        assert is_waiting.wait(30)
        crawl.cancel()
        running.join(9)
        has_ended = not running.is_alive()
        desk.server.faults.clear()
        assert has_ended


class TestSharing:
    @pytest.mark.thorough
    @demo(accounts=300, latency=0.01)
    def test_two_rolecalls_share_a_crawl(self, desk: Desk) -> None:
        desk.sign_in()
        command = [sys.executable, "-m", "rolecall", "list", "--csv"]
        both = [
            subprocess.Popen(command, env=desk.environ, stdout=subprocess.PIPE) for _ in range(2)
        ]
        lines = [process.communicate()[0].decode().splitlines() for process in both]
        everything = sum(1 for _ in desk.server.organisation.assignments()) + 1
        assert [len(each) for each in lines] == [everything] * 2
        assert asked(desk) < 450
        assert not desk.services.inventory.is_due(desk.session)

    @pytest.mark.thorough
    @demo(accounts=300, latency=0.01)
    def test_two_rolecalls_share_a_refresh(self, desk: Desk) -> None:
        """Only what was listed before the second refresh is listed again."""
        desk.sign_in()
        found: list[Catalogue] = []
        is_half_listed = threading.Event()

        def on_progress(progress: Progress) -> None:
            if progress.listed >= 150:
                is_half_listed.set()

        def refresh(inventory: InventoryService) -> None:
            found.append(inventory.list_everything(desk.session, on_progress, refresh=True))

        both = [
            threading.Thread(target=refresh, args=[each.inventory])
            for each in (desk.services, desk.another())
        ]
        crawl(desk)
        asked(desk)
        both[0].start()
        assert is_half_listed.wait(30)
        both[1].start()
        for each in both:
            each.join()
        assert [each.listed for each in found] == [300, 300]
        assert 450 <= asked(desk) < 500
        assert not desk.services.inventory.is_due(desk.session)


class TestListEverything:
    def test_listing_everything_needs_a_sign_in(self, desk: Desk) -> None:
        with pytest.raises(SignInNeeded):
            desk.services.inventory.list_everything(desk.session, lambda progress: None)


class _Counting(sqlite3.Connection):
    """Notes how long SQLite has waited whenever it was busy, in milliseconds."""

    waits: ClassVar[list[int]] = []

    def execute(self, *arguments: Any) -> sqlite3.Cursor:
        try:
            return super().execute(*arguments)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_BUSY:
                _Counting.waits += super().execute("PRAGMA busy_timeout").fetchone()
            raise


@demo(accounts=5)
def test_five_accounts_wait_once_for_a_database_that_stays_locked(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    crawl(desk)
    monkeypatch.setitem(database._OPTIONS, "factory", _Counting)
    monkeypatch.setattr(_Counting, "waits", [])
    holder = sqlite3.connect(desk.services.locations.cache / INVENTORY, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    try:
        desk.clock.forward(2 * 24 * 3600)
        found = crawl(desk, inventory=desk.another().inventory, refresh=True)
    finally:
        holder.close()
    assert listed(found) == everything(desk)
    assert len(_Counting.waits) > 5  # each account was to be written
    assert sum(_Counting.waits) == 1000 * database._BUSY_TIMEOUT


class TestProgress:
    @demo(accounts=120)
    def test_it_counts_accounts_and_estimates_the_remaining_time(self, desk: Desk) -> None:
        bad = desk.server.organisation.accounts[1].id
        desk.server.faults.add("ListAccountRoles", 403, account_id=bad)
        crawl = desk.services.inventory.crawl(desk.session, desk.server.sign_in())
        assert crawl.progress() == Progress()
        seen: list[Progress] = []
        crawl.run(lambda event: seen.append(crawl.progress()))
        last = crawl.progress()
        assert (last.listed, last.total, last.failed) == (119, 120, 1)
        assert last.complete
        assert last.seconds_left == 0
        counts = [each.listed for each in seen]
        assert counts == sorted(counts)
        assert any(each.seconds_left for each in seen)

    def test_accounts_from_the_cache_count_too(self, desk: Desk) -> None:
        crawl(desk)
        again = desk.services.inventory.crawl(desk.session, desk.server.sign_in())
        events: list[CrawlEvent] = []
        again.run(events.append)
        assert isinstance(events[0], AccountsListed)
        assert events[-1] == CrawlDone(0)
        assert again.progress().listed == 41

    def test_a_crawl_that_was_never_run_can_be_cancelled(self, desk: Desk) -> None:
        never: Crawl = desk.services.inventory.crawl(desk.session, desk.server.sign_in())
        progress = never.progress()
        assert (progress.listed, progress.total, progress.waiting, progress.failed) == (0, 0, 0, 0)
        assert (progress.roles, progress.role_pages) == (0, 0)
        assert not progress.complete
        assert not progress.roles_complete
        never.cancel()
        events: list[CrawlEvent] = []
        never.run(events.append)
        assert events == []

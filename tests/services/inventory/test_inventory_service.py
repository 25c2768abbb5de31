"""What the inventory service says about its cache: how old it is, and who changed it."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest

from rolecall.demo.organisation import Organisation
from rolecall.files.inventory.inventory import InventoryCache
from rolecall.files.inventory.queries import INVENTORY
from rolecall.services.base.rate_limit import BURST
from rolecall.services.inventory.crawl_events import CrawlEvent, PermissionSetsListed
from rolecall.services.inventory.listed import listed_in_cache
from rolecall.services.services import Services
from tests.services.inventory.test_cached_inventory import crawl, listed
from tests.services.inventory.test_inventory import everything
from tests.support.desk import Desk, demo
from tests.support.open_files import open_files


def test_a_listing_is_old_after_the_time_in_the_settings_but_not_sooner_than_15_minutes(
    desk: Desk,
) -> None:
    def is_old(minutes: float) -> bool:
        then = desk.clock.now - timedelta(minutes=minutes)
        return desk.services.inventory.is_old(then)

    assert desk.services.inventory.is_old(None)
    assert [is_old(60 * hours) for hours in (1, 23, 25)] == [False, False, True]
    desk.services.settings.save({"refresh_hours": 0.01})
    assert [is_old(minutes) for minutes in (1, 14, 16)] == [False, False, True]
    desk.services.settings.save({"refresh_hours": 72})
    assert [is_old(60 * hours) for hours in (25, 73)] == [False, True]


def test_what_is_taken_from_the_cache_does_not_become_younger(desk: Desk) -> None:
    crawl(desk)
    listed_at = desk.clock.now
    desk.clock.forward(3600)
    crawl(desk)
    cached = desk.services.inventory.cached(desk.session)
    assert cached.seen_at == cached.complete_at == listed_at
    assert desk.server.calls.count("ListAccountRoles") == len(everything(desk))


def test_all_is_listed_again_only_on_request(desk: Desk) -> None:
    desk.sign_in()
    count = len(everything(desk))
    list_all = partial(desk.services.inventory.list_everything, desk.session, lambda _: None)
    for act, calls in ((list_all, 1), (list_all, 1), (partial(list_all, refresh=True), 2)):
        assert act().listed == count
        assert desk.server.calls.count("ListAccountRoles") == calls * count


def test_a_closed_cache_opens_itself_again(desk: Desk) -> None:
    crawl(desk)
    inventory = desk.services.inventory

    def is_open() -> bool:
        return str(desk.home / ".cache" / "rolecall" / INVENTORY) in open_files()

    assert is_open()
    inventory.cache.close()
    assert not is_open()
    assert listed(inventory.cached(desk.session)) == everything(desk)


def test_a_change_by_another_rolecall_is_noticed(desk: Desk) -> None:
    inventory, other = desk.services.inventory, desk.another().inventory
    inventory.set_favourite(desk.session, "1" * 12, on=True)
    assert not inventory.cache.is_changed_by_others
    other.set_favourite(desk.session, "2" * 12, on=True)
    assert inventory.cache.is_changed_by_others


@demo(accounts=3)
def test_a_listing_is_made_anew_once_it_is_older_than_the_settings_say(desk: Desk) -> None:
    desk.services.settings.save({"refresh_hours": 1})
    crawl(desk)
    for hours, calls in ((0.9, 3), (0.2, 6)):
        desk.clock.forward(hours * 3600)
        crawl(desk)
        assert desk.server.calls.count("ListAccountRoles") == calls


@demo(accounts=3)
def test_what_another_rolecall_has_listed_uses_up_no_call_and_keeps_its_age(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = desk.sign_in()
    crawl(desk)
    listed_at = desk.clock.now
    desk.clock.forward(60)
    # To this one it seems that the other has listed them after it began.
    monkeypatch.setattr(InventoryCache, "known", lambda *_: {})
    now = desk.clock.monotonic()  # it stands still, so that nothing is filled up again
    inventory = Services(desk.environ, desk.clock, lambda: now).inventory
    inventory.crawl(desk.session, token).run(lambda _: None)
    assert desk.server.calls.count("ListAccountRoles") == 3
    rate, left = inventory.request_rate(desk.session), 0
    while rate.take() == 0:
        left += 1
    assert left == BURST - 1  # the call for the accounts
    assert inventory.cached(desk.session).seen_at == listed_at


def test_listings_are_kept_where_python_has_sqlite(desk: Desk) -> None:
    assert desk.services.inventory.cache.is_available is True


@demo(accounts=3)
def test_after_a_sign_in_everything_is_listed_again(desk: Desk) -> None:
    """It may be another person, and AWS shows new accounts only after a sign-in."""
    inventory = desk.services.inventory
    list_all = partial(inventory.list_everything, desk.session, lambda _: None)
    desk.sign_in()
    list_all()
    first = inventory.complete_at(desk.session)
    desk.clock.forward(60)
    desk.sign_in()
    assert inventory.is_due(desk.session)
    assert listed_in_cache(desk.environ, "corp", desk.clock.now) is None
    # What is known is shown until the answers come.
    assert inventory.complete_at(desk.session) == first
    assert listed(inventory.cached(desk.session)) == everything(desk)
    list_all()
    assert desk.server.calls.count("ListAccountRoles") == 6
    assert inventory.changes(desk.session).since == first
    assert not inventory.is_due(desk.session)


@demo(accounts=30)
@pytest.mark.parametrize("signs_out", [False, True])
def test_an_interrupted_listing_is_continued_after_a_sign_in_but_not_after_a_sign_out(
    desk: Desk, *, signs_out: bool
) -> None:
    desk.sign_in()
    crawl(desk, stop_at=10)
    known = desk.services.inventory.cached(desk.session).catalogue.listed
    assert 10 <= known < 30
    if signs_out:
        desk.services.tokens.sign_out(desk.session)
    events: list[CrawlEvent] = []
    desk.services.inventory.crawl(desk.session, desk.sign_in()).run(events.append)
    sets = [each for each in events if isinstance(each, PermissionSetsListed)]
    assert sum(each.from_cache for each in sets) == (0 if signs_out else known)


@demo(accounts=30)
def test_an_account_that_goes_while_a_listing_is_interrupted_is_not_kept(desk: Desk) -> None:
    inventory, organisation = desk.services.inventory, desk.server.organisation
    crawl(desk, stop_at=10)
    known = inventory.cached(desk.session).catalogue
    gone = next(each.account for each in known if each.permission_sets is not None)
    others = [each for each in organisation.accounts if each != gone]
    desk.server.organisation = Organisation(
        [(each, organisation.permission_sets(each.id)) for each in others]
    )
    desk.clock.forward(60)
    assert crawl(desk).complete
    assert set(inventory.cached(desk.session).catalogue.accounts) == set(others)
    assert not inventory.is_due(desk.session)


@demo(accounts=5)
def test_an_account_that_failed_and_then_goes_is_no_longer_missing(desk: Desk) -> None:
    inventory, organisation = desk.services.inventory, desk.server.organisation
    list_all = partial(inventory.list_everything, desk.session, lambda _: None)
    desk.sign_in()
    gone, *others = organisation.accounts
    desk.server.faults.add("ListAccountRoles", 400, account_id=gone.id)
    assert list_all().failed == 1
    since = desk.clock.now
    desk.server.organisation = Organisation(
        [(each, organisation.permission_sets(each.id)) for each in others]
    )
    desk.clock.forward(60)
    assert set(list_all().accounts) == set(others)
    assert not inventory.is_due(desk.session)
    assert set(inventory.cached(desk.session).catalogue.accounts) == set(others)
    sessions = listed_in_cache(desk.environ, "corp", desk.clock.now)
    assert sessions is not None
    assert [each.id for each in sessions[0].accounts] == [each.id for each in others]
    desk.clock.forward(60)
    list_all(refresh=True)
    changes = inventory.changes(desk.session)
    assert (changes.since, changes.gone_accounts) == (since, (gone,))


@demo(accounts=5)
def test_an_account_that_comes_back_is_listed_again(desk: Desk) -> None:
    inventory, organisation = desk.services.inventory, desk.server.organisation
    _, *others = organisation.accounts
    crawl(desk)
    desk.server.organisation = Organisation(
        [(each, organisation.permission_sets(each.id)) for each in others]
    )
    desk.clock.forward(60)
    crawl(desk)
    assert set(inventory.cached(desk.session).catalogue.accounts) == set(others)
    desk.server.organisation = organisation
    desk.clock.forward(60)
    crawl(desk)
    assert listed(inventory.cached(desk.session)) == everything(desk)
    assert not inventory.is_due(desk.session)

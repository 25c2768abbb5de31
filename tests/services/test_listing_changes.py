"""What changes between listings, and what is kept of favourites."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rolecall.demo.organisation import Organisation
from rolecall.domain.model import Account
from tests.services.test_cached_inventory import crawl, everything, listed
from tests.support.desk import Desk, demo


def entry(id_: str, *names: str) -> tuple[Account, tuple[str, ...]]:
    return Account(id_ * 12, f"account {id_}", ""), names


class TestChanges:
    @demo(organisation=Organisation([entry("1", "A", "B"), entry("2", "A")]))
    def test_changes_are_kept_until_the_next_complete_crawl(self, desk: Desk) -> None:
        inventory = desk.services.inventory
        crawl(desk)
        assert not inventory.changes(desk.session)
        desk.server.organisation = Organisation([entry("1", "A", "C"), entry("3", "A")])
        since = desk.clock.now
        desk.clock.forward(86400)
        crawl(desk)
        changes = inventory.changes(desk.session)
        assert changes.since == since
        assert [each.name for each in changes.new_accounts] == ["account 3"]
        assert [each.name for each in changes.gone_accounts] == ["account 2"]
        assert {each.permission_set.name for each in changes.new_assignments} == {"A", "C"}
        assert {each.key for each in changes.gone_assignments} == {("1" * 12, "B"), ("2" * 12, "A")}
        desk.clock.forward(10)
        crawl(desk, refresh=True)
        assert not inventory.changes(desk.session)

    @demo(organisation=Organisation([entry("1", "A"), entry("2", "A")]))
    def test_an_account_that_could_not_be_listed_is_not_removed(self, desk: Desk) -> None:
        crawl(desk)
        desk.server.faults.add("ListAccountRoles", 403)
        crawl(desk, refresh=True)
        assert not desk.services.inventory.changes(desk.session)
        desk.server.faults.clear()
        desk.server.faults.add("ListAccounts", 500)
        with pytest.raises(Exception, match="ServiceFault"):
            crawl(desk, refresh=True)
        assert not desk.services.inventory.changes(desk.session)
        assert listed(desk.services.inventory.cached(desk.session)) == everything(desk)


class TestFavourites:
    def test_favourites_and_uses_are_saved(self, desk: Desk) -> None:
        inventory = desk.services.inventory
        inventory.set_favourite(desk.session, "1" * 12, "A", on=True)
        inventory.set_favourite(desk.session, "2" * 12, on=True)
        inventory.note_use(desk.session, "3" * 12, "B")
        favourites = desk.another().inventory.favourites(desk.session)
        assert favourites.favourites == {("1" * 12, "A"), ("2" * 12, "")}
        assert favourites.used_at == {("3" * 12, "B"): desk.clock.now}
        desk.clock.forward(timedelta(days=1).total_seconds())
        inventory.set_favourite(desk.session, "1" * 12, "A", on=False)
        assert inventory.favourites(desk.session).favourites == {("2" * 12, "")}

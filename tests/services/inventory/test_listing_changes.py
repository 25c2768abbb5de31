"""What changes between listings, and what is kept of favourites."""

from __future__ import annotations

import pytest

from rolecall.demo.organisation import Organisation
from rolecall.domain.errors import ServiceError
from rolecall.domain.model import Account
from rolecall.services.inventory.crawl_events import CatalogueBuilder
from tests.services.inventory.test_cached_inventory import crawl, listed
from tests.support.desk import Desk, demo


def entry(id_: str, *names: str) -> tuple[Account, tuple[str, ...]]:
    return Account(id_ * 12, f"account {id_}", ""), names


class TestChanges:
    @pytest.mark.parametrize("answer", [403, 404, None])
    @demo(organisation=Organisation([entry("1", "A"), entry("2", "A", "B")]))
    def test_an_account_in_which_the_user_has_nothing_loses_its_permission_sets(
        self, desk: Desk, answer: int | None
    ) -> None:
        """AWS hides it from the list, and refuses it. It may still list it for a moment."""
        inventory = desk.services.inventory
        crawl(desk)
        if answer:
            desk.server.faults.add("ListAccountRoles", answer, account_id="2" * 12)
        else:
            desk.server.organisation = Organisation([entry("1", "A"), entry("2")])
        builder = CatalogueBuilder(inventory.cached(desk.session).catalogue)
        token = desk.server.sign_in()
        inventory.crawl(desk.session, token, refresh=True).run(builder.add)
        cached = inventory.cached(desk.session)
        assert listed(builder) == listed(cached) == {"1" * 12: ("A",), "2" * 12: ()}
        gone = inventory.changes(desk.session).gone_assignments
        assert [each.key for each in gone] == [("2" * 12, "A"), ("2" * 12, "B")]
        # A refusal is shown, and asked about again until AWS no longer lists the account.
        assert builder.catalogue.failed == (answer is not None)
        assert inventory.is_due(desk.session) is (answer is not None)
        desk.server.faults.clear()
        desk.server.organisation = Organisation([entry("1", "A")])
        desk.clock.forward(60)
        crawl(desk, refresh=not answer)
        assert listed(inventory.cached(desk.session)) == {"1" * 12: ("A",)}
        assert not inventory.is_due(desk.session)

    @pytest.mark.parametrize(("answer", "kept"), [(400, ("A", "B")), (403, ()), (404, ())])
    @demo(organisation=Organisation([entry("1", "A"), entry("2", "A", "B")]))
    def test_an_account_that_is_asked_about_alone_loses_them_too(
        self, desk: Desk, answer: int, kept: tuple[str, ...]
    ) -> None:
        inventory = desk.services.inventory
        crawl(desk)
        desk.server.faults.add("ListAccountRoles", answer)
        with pytest.raises(ServiceError):
            inventory.permission_sets(desk.session, desk.server.sign_in(), "2" * 12)
        assert listed(inventory.cached(desk.session))["2" * 12] == kept
        assert inventory.is_due(desk.session) == (not kept)

    @pytest.mark.parametrize("answer", [400, 403])
    @demo(organisation=Organisation([entry("1", "A"), entry("2", "A")]))
    def test_what_was_never_listed_of_an_account_stays_unknown(
        self, desk: Desk, answer: int
    ) -> None:
        desk.server.faults.add("ListAccountRoles", answer, account_id="2" * 12)
        found = crawl(desk).catalogue
        cached = desk.services.inventory.cached(desk.session).catalogue
        assert found["2" * 12].permission_sets is cached["2" * 12].permission_sets is None

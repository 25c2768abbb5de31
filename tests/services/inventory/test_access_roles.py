"""Roles of account access manager: listed, with and without the address of their portal."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from rolecall.aws.portal import Portal
from rolecall.demo.faults import Fault
from rolecall.demo.organisation import Organisation, Role
from rolecall.domain.access_role import SCOPES
from rolecall.domain.errors import RolecallError
from rolecall.domain.errors.role_errors import TenantUnknown, TokenLacksScopes
from rolecall.domain.model import ACCOUNT_ACCESS_SCOPE, Account
from rolecall.domain.records import replace
from rolecall.services.inventory.crawl_events import AccountsListed, RolesListed, RolesNotListed
from rolecall.services.inventory.startup_snapshot import startup_snapshot
from tests.services.access_roles import (
    ROLES_ONLY,
    TENANT,
    all_roles,
    crawl,
    listed,
    move,
    set_roles,
    set_tenant,
    sign_in_without_scopes,
    with_tenant,
)
from tests.support.desk import Desk, demo
from tests.support.waiting import wait_until

pytestmark = pytest.mark.usefixtures("tenant")


@with_tenant
class TestSession:
    def test_it_keeps_the_address_and_the_scopes_of_both_services(self, desk: Desk) -> None:
        text = desk.config.read_text()
        assert (
            f"rolecall_account_access = https://{TENANT}.account-access.eu-west-1.app.aws" in text
        )
        assert f"sso_registration_scopes = {ACCOUNT_ACCESS_SCOPE},{','.join(SCOPES)}" in text

    def test_a_new_one_has_the_same_keys(self, desk: Desk) -> None:
        add = desk.services.session_edits.add_session
        new = add("new", desk.session.start_url, desk.session.region, desk.session.tenant)
        assert new == replace(desk.session, name="new")

    def test_without_the_portal_it_has_its_first_scopes_again(self, desk: Desk) -> None:
        edits, session = desk.services.session_edits, desk.session
        new = edits.edited(session, session.start_url, session.region, "")
        edits.commit(edits.plan_edit(session, new))
        assert "account_access" not in desk.config.read_text()
        assert desk.services.sign_in.sessions() == [new]

    def test_without_the_portal_and_other_scopes_it_has_no_scopes(self, desk: Desk) -> None:
        text = desk.config.read_text()
        desk.config.write_text(text.replace(f"{ACCOUNT_ACCESS_SCOPE},", ""))
        edits, session = desk.services.session_edits, next(iter(desk.services.sign_in.sessions()))
        assert session.scopes == SCOPES
        new = edits.edited(session, session.start_url, session.region, "")
        edits.commit(edits.plan_edit(session, new))
        assert "sso_registration_scopes" not in desk.config.read_text()

    def test_a_sign_in_asks_for_the_scopes_of_both_services(self, desk: Desk) -> None:
        desk.sign_in()
        registration = desk.token_cache.registration(desk.session)
        assert registration is not None
        assert registration.scopes == (ACCOUNT_ACCESS_SCOPE, *SCOPES)


def test_roles_that_cannot_be_listed_are_not_said_to_be_complete(desk: Desk) -> None:
    desk.sign_in()
    of_roles = [each for each in crawl(desk) if isinstance(each, RolesListed | RolesNotListed)]
    assert list(map(type, of_roles)) == [RolesNotListed]


@pytest.mark.thorough
@demo(tenant=TENANT, accounts=400)
def test_there_is_one_call_for_each_page(desk: Desk) -> None:
    desk.sign_in()
    events = crawl(desk)
    pages = -(-len(desk.server.organisation.roles) // 100)
    assert desk.server.calls.count("ListRoles") == pages
    counted = [each for each in events if isinstance(each, RolesListed) and not each.complete]
    assert len(counted) == pages


@with_tenant
@pytest.mark.usefixtures("tenant", "signed_in")
class TestListing:
    def test_roles_stand_beside_permission_sets(self, desk: Desk) -> None:
        crawl(desk)
        assert listed(desk) == all_roles(desk)
        catalogue = desk.services.inventory.cached(desk.session).catalogue
        others = [each for each in catalogue.assignments() if not each.permission_set.is_role]
        assert set(others) == set(desk.server.organisation.assignments())

    def test_accounts_come_before_roles_that_are_listed_sooner(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        list_accounts = Portal.accounts

        def accounts(*words: Any) -> Iterator[list[Account]]:
            wait_until(lambda: desk.server.calls.count("ListRoles", status=200))
            return list_accounts(*words)

        monkeypatch.setattr(Portal, "accounts", accounts)
        kinds = [type(each) for each in crawl(desk)]
        assert kinds.index(AccountsListed) < kinds.index(RolesListed)

    def test_that_all_roles_are_listed_is_said_once(self, desk: Desk) -> None:
        found = [each.complete for each in crawl(desk) if isinstance(each, RolesListed)]
        assert (found.count(True), found[-1]) == (1, True)

    def test_an_account_with_roles_only_is_listed_too(self, desk: Desk) -> None:
        crawl(desk)
        cached = desk.services.inventory.cached(desk.session)
        (found,) = [each for each in cached.catalogue if each.account.name == ROLES_ONLY]
        assert found.permission_sets == ()
        assert [each.name for each in found.roles or ()] == ["role/Auditor"]
        assert cached.complete_at is not None

    def test_an_account_with_roles_only_is_listed_from_any_page(self, desk: Desk) -> None:
        roles = desk.server.organisation.roles
        (only,) = [each for each in roles if each.account.name == ROLES_ONLY]
        more = [Role(roles[0].account, f"role/Number{n}") for n in range(120)]
        set_roles(desk, [only, *more])
        crawl(desk)
        assert desk.server.calls.count("ListRoles") == 2
        catalogue = desk.services.inventory.cached(desk.session).catalogue
        assert catalogue[only.account.id].permission_sets == ()

    def test_a_token_without_the_scopes_lists_the_permission_sets(self, desk: Desk) -> None:
        sign_in_without_scopes(desk)
        events = crawl(desk)
        (missing,) = [each for each in events if isinstance(each, RolesNotListed)]
        assert isinstance(missing.error, TokenLacksScopes)
        cached = desk.services.inventory.cached(desk.session)
        assert set(cached.catalogue.assignments()) == set(desk.server.organisation.assignments())
        assert desk.services.inventory.is_due(desk.session)
        desk.sign_in()
        crawl(desk)
        assert listed(desk) == all_roles(desk)
        assert not desk.services.inventory.is_due(desk.session)

    def test_a_command_is_told_that_the_roles_are_missing(self, desk: Desk) -> None:
        told: list[RolecallError] = []

        def list_everything() -> None:
            desk.services.inventory.list_everything(
                desk.session, lambda _: None, refresh=True, on_roles_refused=told.append
            )

        desk.sign_in()
        list_everything()
        assert told == []
        sign_in_without_scopes(desk)
        list_everything()
        assert [type(each) for each in told] == [TokenLacksScopes]

    def test_roles_stay_while_a_token_cannot_list_them(self, desk: Desk) -> None:
        crawl(desk)
        sign_in_without_scopes(desk)
        desk.clock.forward(timedelta(days=2).total_seconds())
        sign_in_without_scopes(desk)
        crawl(desk)
        assert listed(desk) == all_roles(desk)

    def test_another_tenant_is_named(self, desk: Desk) -> None:
        set_tenant(desk, "aa-other")
        (missing,) = [each for each in crawl(desk) if isinstance(each, RolesNotListed)]
        assert isinstance(missing.error, TenantUnknown)
        assert missing.error.tenant == "aa-other"

    @pytest.mark.usefixtures("short_pauses")
    def test_a_crawl_without_the_roles_is_not_complete(self, desk: Desk) -> None:
        desk.server.faults.add("ListRoles", Fault.RESET)
        with pytest.raises(RolecallError):
            crawl(desk)
        assert desk.services.inventory.cached(desk.session).complete_at is None
        desk.server.faults.clear()
        crawl(desk)
        assert listed(desk) == all_roles(desk)

    def test_each_role_counts_once(self, desk: Desk) -> None:
        desk.server.faults.add("ListRoles", Fault.TWICE)
        crawl(desk)
        catalogue = desk.services.inventory.cached(desk.session).catalogue
        assert listed(desk) == all_roles(desk)
        assert catalogue.assignment_count == len(set(catalogue.assignments()))

    def test_what_changed_names_roles(self, desk: Desk) -> None:
        crawl(desk)
        gone, *kept = desk.server.organisation.roles
        new = Role(gone.account, "role/New")
        set_roles(desk, [*kept, new])
        desk.clock.forward(timedelta(days=2).total_seconds())
        desk.sign_in()
        crawl(desk)
        changes = desk.services.inventory.changes(desk.session)
        assert [each.key for each in changes.new_assignments] == [(new.account.id, new.name)]
        assert [each.key for each in changes.gone_assignments] == [(gone.account.id, gone.name)]

    def test_the_first_listing_of_roles_is_no_change(self, desk: Desk) -> None:
        sign_in_without_scopes(desk)
        crawl(desk)
        desk.sign_in()
        desk.clock.forward(timedelta(hours=25).total_seconds())
        desk.sign_in()
        crawl(desk)
        changes = desk.services.inventory.changes(desk.session)
        assert not changes.gone_assignments
        assert {each.account.name for each in changes.new_assignments} == {ROLES_ONLY}


@with_tenant
@pytest.mark.usefixtures("tenant", "signed_in")
class TestChangeOfTenant:
    def test_the_roles_of_the_tenant_before_are_not_shown_and_others_are_listed(
        self, desk: Desk
    ) -> None:
        crawl(desk)
        before, other = desk.session, move(desk)
        set_tenant(desk, "aa-other")
        assert not listed(desk)
        assert desk.services.inventory.is_due(desk.session)
        asked = desk.server.calls.count("ListAccountRoles")
        crawl(desk)
        assert listed(desk) == {(other.account.id, other.name)}
        assert not desk.services.inventory.is_due(desk.session)
        assert desk.server.calls.count("ListAccountRoles") == asked
        assert desk.services.inventory.is_due(before)

    @pytest.mark.parametrize("other", ["aa-other", ""], ids=["another", "none"])
    def test_accounts_that_only_the_tenant_before_had_are_gone_at_once(
        self, desk: Desk, other: str
    ) -> None:
        crawl(desk)
        before = accounts(desk)
        if other:
            move(desk)
        set_tenant(desk, other)
        for _ in range(2):  # before a crawl, and after one that lists only what is missing
            assert accounts(desk) == before - {ROLES_ONLY} == of_snapshot(desk)
            crawl(desk)

    def test_they_are_back_with_the_tenant(self, desk: Desk) -> None:
        """As after an undo. Favourites outlive the change."""
        crawl(desk)
        before, service = accounts(desk), desk.services.inventory
        (id_,) = [
            each.account.id
            for each in service.cached(desk.session).catalogue
            if each.account.name == ROLES_ONLY
        ]
        service.set_favourite(desk.session, id_, "role/Auditor", on=True)
        set_tenant(desk, "")
        assert accounts(desk) == before - {ROLES_ONLY}
        set_tenant(desk, TENANT)
        assert accounts(desk) == before == of_snapshot(desk)
        assert listed(desk) == all_roles(desk)
        assert not service.is_due(desk.session)
        assert (id_, "role/Auditor") in service.favourites(desk.session).favourites

    def test_an_account_of_the_access_portal_stays_without_permission_sets(
        self, desk: Desk
    ) -> None:
        organisation = desk.server.organisation
        (only,) = [each.account for each in organisation.roles if each.account.name == ROLES_ONLY]
        entries = [(each, organisation.permission_sets(each.id)) for each in organisation.accounts]
        desk.server.organisation = Organisation([*entries, (only, ())], organisation.roles)
        crawl(desk)
        set_tenant(desk, "")
        assert ROLES_ONLY in accounts(desk)
        assert ROLES_ONLY in of_snapshot(desk)

    def test_an_account_with_a_new_permission_set_stays(self, desk: Desk) -> None:
        crawl(desk)
        cached, service = desk.services.inventory.cached(desk.session), desk.services.inventory
        (only,) = [each.account for each in cached.catalogue if each.account.name == ROLES_ONLY]
        organisation = desk.server.organisation
        entries = [(each, organisation.permission_sets(each.id)) for each in organisation.accounts]
        desk.server.organisation = Organisation([*entries, (only, ("New",))], organisation.roles)
        token = desk.services.sign_in.valid_token(desk.session)
        assert token is not None
        service.permission_sets(desk.session, token, only.id)  # `list again` on the row
        set_tenant(desk, "")
        assert ROLES_ONLY in accounts(desk)

    def test_what_changed_names_them_after_the_next_complete_crawl(self, desk: Desk) -> None:
        crawl(desk)
        set_tenant(desk, "")
        assert not desk.services.inventory.changes(desk.session)
        token = desk.services.sign_in.valid_token(desk.session)
        assert token is not None
        desk.services.inventory.crawl(desk.session, token, refresh=True).run(lambda _: None)
        changes = desk.services.inventory.changes(desk.session)
        assert [each.name for each in changes.gone_accounts] == [ROLES_ONLY]


def accounts(desk: Desk) -> set[str]:
    catalogue = desk.services.inventory.cached(desk.session).catalogue
    return {each.account.name for each in catalogue}


def of_snapshot(desk: Desk) -> set[str]:
    """Return the names of the accounts that the first paint of the next start shows."""
    snapshot = startup_snapshot(desk.environ, desk.clock)
    assert snapshot is not None
    return {each.account.name for each in snapshot.catalogue}

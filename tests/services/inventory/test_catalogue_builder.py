"""The catalogue that the events of a crawl build."""

from __future__ import annotations

from rolecall.domain.errors.role_errors import NoTenant
from rolecall.domain.model import Account, Assignment, PermissionSet
from rolecall.domain.records import replace
from rolecall.services.inventory.crawl_events import (
    AccountsListed,
    CatalogueBuilder,
    RolesListed,
    RolesNotListed,
)


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

"""Additions and removals between two catalogues."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rolecall.domain.inventory.catalogue import Catalogue, Listing, ListingChanges, difference
from rolecall.domain.model import Account, PermissionSet

names = st.lists(st.sampled_from("ABCDE"), unique=True)
organisations = st.dictionaries(st.sampled_from("123456"), st.none() | names)


def catalogue(organisation: dict[str, list[str] | None]) -> Catalogue:
    return Catalogue.of(
        Listing(
            Account(id_, f"account {id_}", ""),
            None if sets is None else tuple(map(PermissionSet, sets)),
        )
        for id_, sets in organisation.items()
    )


def test_each_kind_of_change_is_found() -> None:
    before = catalogue({"2": ["A"], "1": ["A", "B"], "3": None})
    after = catalogue({"4": ["D"], "1": ["B", "C"], "3": ["A"]})
    changes = difference(before, after)
    assert [each.id for each in changes.new_accounts] == ["4"]
    assert [each.id for each in changes.gone_accounts] == ["2"]
    assert [each.key for each in changes.new_assignments] == [("1", "C"), ("4", "D")]
    assert [each.key for each in changes.gone_assignments] == [("1", "A"), ("2", "A")]


@given(organisations)
def test_equal_catalogues_have_no_changes(organisation: dict[str, list[str] | None]) -> None:
    assert difference(catalogue(organisation), catalogue(organisation)) == ListingChanges()
    reordered = {id_: sets and sets[::-1] for id_, sets in reversed(organisation.items())}
    assert not difference(catalogue(organisation), catalogue(reordered))


@given(organisations, organisations)
def test_swapping_the_catalogues_swaps_new_and_gone(
    one: dict[str, list[str] | None], other: dict[str, list[str] | None]
) -> None:
    there = difference(catalogue(one), catalogue(other))
    back = difference(catalogue(other), catalogue(one))
    assert set(there.new_accounts) == set(back.gone_accounts)
    assert set(there.gone_assignments) >= set(back.new_assignments) - _unknown(one, other)
    assert {each.id for each in there.new_accounts} == other.keys() - one.keys()


def _unknown(one: dict[str, list[str] | None], other: dict[str, list[str] | None]) -> set[object]:
    """Assignments of accounts that one of the catalogues has not listed."""
    return {
        assignment
        for listing in catalogue(one)
        for assignment in listing.assignments
        if other.get(listing.account.id, []) is None
    }

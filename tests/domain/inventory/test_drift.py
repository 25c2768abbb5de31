"""How profiles differ from a listing."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from rolecall.domain.inventory.catalogue import Catalogue, Listing
from rolecall.domain.inventory.drift import Drift, compare, without_session
from rolecall.domain.model import Account, PermissionSet, Profile, SsoSession
from rolecall.domain.profile_kind import ProfileKind

THEN = datetime(2026, 11, 24, tzinfo=UTC)
CORP = SsoSession("corp", "https://corp.awsapps.com/start", "eu-west-1")


def profile(
    name: str, account_id: str, permission_set: str, session: str = "corp", region: str = ""
) -> Profile:
    return Profile(
        name,
        ProfileKind.SSO,
        session_name=session,
        account_id=account_id,
        permission_set=permission_set,
        region=region or None,
    )


def catalogue(organisation: dict[str, str]) -> Catalogue:
    """The letters are permission sets."""
    return Catalogue.of(
        Listing(Account(id_, f"account {id_}", ""), tuple(map(PermissionSet, sets)))
        for id_, sets in organisation.items()
    )


def drift_of(
    profiles: list[Profile],
    organisation: dict[str, str],
    seen: str | None = None,
    when: datetime | None = THEN,
) -> Drift:
    ids = set(organisation) if seen is None else set(seen)
    return compare(CORP, profiles, catalogue=catalogue(organisation), seen=ids, complete_at=when)


def test_each_kind_of_drift_is_found() -> None:
    kept = profile("kept", "1", "A")
    duplicate = profile("duplicate", "1", "A")
    there = profile("there", "1", "A", region="eu-west-1")
    gone = profile("gone", "1", "C")
    account_gone = profile("account-gone", "9", "A")
    others = profile("others", "9", "A", session="other")
    closed = profile("closed", "1", "A", session="closed")
    role = Profile("role", ProfileKind.ROLE, account_id="9", permission_set="A")
    found = drift_of(
        [kept, duplicate, there, gone, account_gone, others, closed, role], {"1": "AB", "2": "A"}
    )
    assert [each.key for each in found.missing] == [("1", "B"), ("2", "A")]
    assert found.not_assigned == (gone, account_gone)
    assert without_session([kept, others, closed, role], {"corp", "other"}) == (closed,)
    assert found.duplicates == ((kept, duplicate),)
    assert found


def test_nothing_is_gone_in_an_account_that_was_not_listed() -> None:
    assert drift_of([profile("new", "1", "B")], {"1": "A", "2": ""}, seen="2").not_assigned == ()
    assert drift_of([profile("new", "1", "B")], {"1": "A", "2": ""}, seen="12").not_assigned != ()


def test_a_profile_without_an_account_or_a_permission_set_is_not_compared() -> None:
    half = [profile("no-set", "9", ""), profile("no-account", "", "A")]
    found = drift_of(half, {"1": "A"})
    assert [each.key for each in found.missing] == [("1", "A")]
    assert (found.not_assigned, found.duplicates) == ((), ())


def test_without_a_complete_listing_nothing_is_missing_or_dead() -> None:
    found = drift_of([profile("x", "1", "A"), profile("y", "1", "A")], {"2": "A"}, when=None)
    assert (found.missing, found.not_assigned) == ((), ())
    assert len(found.duplicates) == 1


def test_equal_profiles_and_listings_have_no_drift() -> None:
    assert not drift_of([profile("a", "1", "A"), profile("b", "2", "B")], {"1": "A", "2": "B"})


targets = st.tuples(st.sampled_from("123"), st.sampled_from("ABC"))


@given(
    st.lists(st.tuples(targets, st.sampled_from(["corp", "other", "closed"])), max_size=6),
    st.dictionaries(st.sampled_from("123"), st.sampled_from(["", "A", "AB", "BC"])),
    st.sets(st.sampled_from("123")),
)
def test_only_unlisted_profiles_of_the_session_are_dead(
    made: list[tuple[tuple[str, str], str]], organisation: dict[str, str], seen: set[str]
) -> None:
    profiles = [profile(str(i), *target, session) for i, (target, session) in enumerate(made)]
    found = drift_of(profiles, organisation, seen="".join(seen))
    for each in found.not_assigned:
        assert each.is_of(CORP)
        assert each.account_id is not None
        assert each.account_id in seen or each.account_id not in organisation
        assert each.permission_set is not None
        assert each.permission_set not in organisation.get(each.account_id, "")
    ours = {(p.account_id, p.permission_set) for p in profiles if p.is_of(CORP)}
    assert ours.isdisjoint(each.key for each in found.missing)

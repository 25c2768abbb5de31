"""The catalogue: every account once, counts that agree with the listing, old values unchanged."""

from hypothesis import given
from hypothesis import strategies as st

from rolecall.domain.errors import Throttled
from rolecall.domain.inventory.catalogue import Catalogue, Listing
from rolecall.domain.model import Account, PermissionSet

ERROR = Throttled("ListAccountRoles", "portal.example")


def accounts(count: int, name: str = "n") -> list[Account]:
    return [Account(id=f"{n:012}", name=f"{name}{n}", email="") for n in range(count)]


def test_accounts_are_unique_and_names_are_updated() -> None:
    first = Catalogue().with_accounts(accounts(300))
    first = first.with_permission_sets("000000000005", [PermissionSet("A"), PermissionSet("B")])
    second = first.with_accounts(accounts(310, "new"))
    assert (len(first), len(second)) == (300, 310)
    assert first["000000000005"].account.name == "n5"
    assert second["000000000005"].account.name == "new5"
    assert [each.permission_set.name for each in second.assignments()] == ["A", "B"]
    assert sorted(each.id for each in second.accounts) == [f"{n:012}" for n in range(310)]
    assert second == Catalogue.of(reversed(list(second)))


@given(st.lists(st.tuples(st.sampled_from("123456"), st.text("aBb_-é[", max_size=3)), max_size=30))
def test_accounts_are_sorted_however_they_come(named: list[tuple[str, str]]) -> None:
    listed = Catalogue()
    for id_, name in named:
        listed = listed.with_accounts([Account(id_, name, "")])
    whole = Catalogue.of(Listing(Account(id_, name, "")) for id_, name in dict(named).items())
    assert listed == whole
    assert listed.with_accounts(listed.accounts) is listed


def test_names_are_sorted_as_people_read_them() -> None:
    names = ["1st", "core", "Core-dev", "core_prod", "CoreX", "zoo", "[dev] a", "Émile", "本番"]
    mixed = [Listing(Account(f"{n}", name, "")) for n, name in enumerate(names)]
    same = [Listing(Account(id_, "Core", "")) for id_ in ("y", "x")]
    accounts = Catalogue.of([*same, *reversed(mixed)]).accounts
    assert [each.name for each in accounts] == [*names[:2], "Core", "Core", *names[2:]]
    assert [each.id for each in accounts if each.name == "Core"] == ["x", "y"]


def test_an_error_keeps_earlier_results_and_success_clears_it() -> None:
    whole = Catalogue().with_accounts(accounts(1))
    failed = whole.with_permission_sets("000000000000", [PermissionSet("A")]).with_error(
        "000000000000", ERROR
    )
    assert (failed.assignment_count, failed.listed, failed.failed) == (1, 1, 1)
    again = failed.with_permission_sets("000000000000", [PermissionSet("A")])
    assert (again.assignment_count, again.listed, again.failed) == (1, 1, 0)
    assert again.with_permission_sets("000000000000", [PermissionSet("A")]) is again
    listed = failed.with_permission_sets("000000000000", [])
    assert (listed.assignment_count, listed.listed, listed.failed) == (0, 1, 0)


def test_an_unknown_account_changes_nothing() -> None:
    whole = Catalogue().with_accounts(accounts(1))
    assert whole.with_permission_sets("x", [PermissionSet("A")]) is whole
    assert whole.with_error("x", ERROR) is whole
    assert whole.get("x") is None


def test_roles_are_counted_beside_permission_sets_and_before_they_are_known() -> None:
    first, second = (account.id for account in accounts(2))
    whole = Catalogue().with_accounts(accounts(2))
    roles = (PermissionSet("role/A"), PermissionSet("role/B"))
    listed = whole.with_roles({first: roles, second: ()})
    assert (listed.assignment_count, listed.listed) == (2, 0)
    assert (listed[first].all_sets, listed[second].all_sets) == (roles, None)
    assert listed.with_roles({first: roles}) is listed
    listed = listed.with_permission_sets(first, [PermissionSet("A")])
    assert (listed.assignment_count, listed.listed) == (3, 1)
    fewer = listed.with_roles({first: roles[:1]})
    assert [each.permission_set.name for each in fewer.assignments()] == ["A", "role/A"]
    assert fewer.assignment_count == 2


def test_a_catalogue_of_listings_has_their_counts() -> None:
    one, two, three = accounts(3)
    sets = (PermissionSet("A"), PermissionSet("B"))
    whole = Catalogue.of([Listing(one, sets, error=ERROR), Listing(two, ()), Listing(three)])
    assert (whole.assignment_count, whole.listed, whole.failed) == (2, 2, 1)
    assert whole.accounts == [one, two, three]


STEP = st.tuples(st.sampled_from(["sets", "error", "only"]), st.integers(0, 299), st.integers(0, 3))


@given(st.lists(STEP, max_size=30))
def test_counts_agree_with_the_listings(steps: list[tuple[str, int, int]]) -> None:
    whole = Catalogue().with_accounts(accounts(300))
    for what, number, count in steps:
        before = list(whole)
        if what == "sets":
            sets = [PermissionSet(str(each)) for each in range(count)]
            new = whole.with_permission_sets(f"{number:012}", sets)
        elif what == "error":
            new = whole.with_error(f"{number:012}", ERROR)
        else:
            new = whole.only({each.id for each in whole.accounts} - {f"{number:012}"})
        assert list(whole) == before
        whole = new
    assert whole.assignment_count == len(list(whole.assignments()))
    assert whole.listed == sum(each.permission_sets is not None for each in whole)
    assert whole.failed == sum(each.error is not None for each in whole)
    assert all(whole[each.id].account is each for each in whole.accounts)

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rolecall.demo.organisation import organisation_of


@given(st.integers(0, 300))
def test_the_same_number_gives_the_same_accounts(count: int) -> None:
    organisation = organisation_of(count)
    assert len(organisation.accounts) == count
    assert organisation.accounts == organisation_of(300).accounts[:count]


def test_every_account_is_valid_for_aws() -> None:
    organisation = organisation_of(20_000)
    ids = {account.id for account in organisation.accounts}
    assert len(ids) == 20_000
    assert all(re.fullmatch("[0-9]{12}", account_id) for account_id in ids)
    assert any(account_id.startswith("0") for account_id in ids)
    for account in organisation.accounts:
        assert re.fullmatch(r"[\w.+-]{1,30}@[\w.-]+\.example", account.email, re.ASCII)
        names = organisation.permission_sets(account.id)
        assert 1 <= len(names) <= 6
        assert len(set(names)) == len(names)
        assert all(re.fullmatch(r"[\w+=,.@-]{1,32}", name, re.ASCII) for name in names)


def test_the_default_organisation_has_varied_accounts() -> None:
    organisation = organisation_of(41)
    names = [account.name for account in organisation.accounts]
    alike = [account for account in organisation.accounts if account.name == "sandbox"]
    assert len(alike) == 2
    assert alike[0].id != alike[1].id
    assert alike[0].email != alike[1].email
    assert max(map(len, names)) > 60
    for sign in ("[", "(", "'", " ", "é", "基", "🚀"):
        assert any(sign in name for name in names), sign
    for stage in ("prod", "staging", "sandbox", "audit", "log archive"):
        assert any(stage in name for name in names), stage
    assert any(account.id.startswith("0") for account in organisation.accounts)
    assert (
        max(map(len, map(organisation.permission_sets, (a.id for a in organisation.accounts)))) == 6
    )


@pytest.mark.parametrize("count", [1, 41, 5000])
def test_the_example_of_the_readme_works(count: int) -> None:
    organisation = organisation_of(count)
    assert "AWSAdministratorAccess" in organisation.permission_sets(organisation.named("audit").id)


def test_unknown_accounts_have_nothing() -> None:
    organisation = organisation_of(3)
    assert organisation.account("999999999999") is None
    assert organisation.permission_sets("999999999999") == ()
    with pytest.raises(KeyError):
        organisation.named("nobody")


def test_assignments_are_all_pairs_in_the_portals_order() -> None:
    organisation = organisation_of(41)
    assert [assignment.key for assignment in organisation.assignments()] == [
        (account.id, name)
        for account in organisation.accounts
        for name in organisation.permission_sets(account.id)
    ]

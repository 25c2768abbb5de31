"""The state that the screens show."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from rolecall.domain.config.config import Config
from rolecall.domain.inventory.catalogue import Catalogue, Listing
from rolecall.domain.model import AccessToken, Account, PermissionSet, Profile, Secret, SsoSession
from rolecall.domain.profile_kind import ProfileKind
from rolecall.services.tokens.expiries import Expiries
from rolecall.ui.state.app_state import AppState

pytestmark = pytest.mark.quick

_END = datetime(2026, 1, 1, tzinfo=UTC)


def test_the_sign_of_a_verified_profile_goes_when_the_profile_changes() -> None:
    state = AppState()
    state.set_config(Config(profiles=(Profile("mine", ProfileKind.SSO, region="eu-west-1"),)))
    state.note_verified("mine", state.question(), works=True)
    state.set_config(Config(profiles=(Profile("mine", ProfileKind.SSO, region="eu-west-1"),)))
    assert state.verification_of("mine") is True
    state.set_config(Config(profiles=(Profile("mine", ProfileKind.SSO, region="us-east-1"),)))
    assert state.verification_of("mine") is None


def test_an_answer_about_a_profile_that_has_changed_since_does_not_count() -> None:
    state = AppState()
    state.set_config(Config(profiles=(Profile("mine", ProfileKind.SSO, region="eu-west-1"),)))
    asked = state.question()
    state.set_config(Config(profiles=(Profile("mine", ProfileKind.SSO, region="us-east-1"),)))
    state.note_verified("mine", state.question(), works=False)
    state.note_verified("mine", asked, works=True)
    assert state.verification_of("mine") is False


def test_a_key_that_is_only_in_the_credentials_file_counts_as_a_change() -> None:
    state = AppState()
    for role in ("One", "Two"):
        profile = Profile("mine", ProfileKind.ROLE, settings={"role_arn": role})
        state.set_config(Config(profiles=(profile,)))
        assert state.profiles[0].settings["role_arn"] == role


def test_a_key_that_both_files_have_counts_as_a_change() -> None:
    state = AppState()
    for overridden in ({}, {"region": "eu-west-1"}):
        profile = Profile(
            "mine", ProfileKind.SSO, settings={"region": "eu-west-1"}, overridden={**overridden}
        )
        state.set_config(Config(profiles=(profile,)))
        assert state.profiles[0].overridden == overridden


def test_the_accounts_of_several_sessions_are_in_one_order() -> None:
    state = AppState()
    for name, accounts in (("corp", ("beta", "delta")), ("lab", ("Alpha", "delta", "gamma"))):
        session = SsoSession(name, f"https://{name}.awsapps.com/start", "eu-west-1")
        state.show_session(session, with_others=True)
        listings = [
            Listing(Account(str(at), each, ""), (PermissionSet("Two"), PermissionSet("One")))
            for at, each in enumerate(accounts)
        ]
        state.state_of(session).set_catalogue(Catalogue.of(listings), complete=True)
        state.state_of(session).loaded = True
    in_order = ["Alpha", "beta", "delta", "delta", "gamma"]
    assert [row.account.name for row in state.accounts] == in_order
    assert [row.account.name for row in state.assignments[::2]] == in_order
    assert [row.permission_set.name for row in state.assignments[:4]] == ["Two", "One"] * 2


def sign_in(state: AppState, session: SsoSession) -> None:
    token = AccessToken("", "", Secret("t"), _END)
    state.set_expiries(Expiries(usable={session: token}))


def sign_out(state: AppState) -> None:
    state.set_expiries(Expiries())


def _signed_in(*profiles: Profile) -> tuple[AppState, SsoSession]:
    """Return a state with one session, signed in, and profiles that were verified."""
    session = SsoSession("corp", "https://corp.awsapps.com/start", "eu-west-1")
    state = AppState()
    state.set_sessions([session])
    state.set_config(Config(profiles=profiles))
    sign_in(state, session)
    for profile in profiles:
        state.note_verified(profile.name, state.question(), works=True)
    return state, session


def test_the_sign_of_a_verified_profile_goes_when_its_session_signs_out() -> None:
    ours = Profile("ours", ProfileKind.SSO, session_name="corp")
    role = Profile("role", ProfileKind.ROLE, settings={"source_profile": "ours"})
    loop = Profile("loop", ProfileKind.ROLE, settings={"source_profile": "loop"})
    other = Profile("other", ProfileKind.SSO, session_name="acme")
    state, session = _signed_in(ours, role, loop, other)
    assert state.state_of(session).token is not None
    sign_out(state)
    assert state.state_of(session).token is None
    assert [state.verification_of(name) for name in ("ours", "role")] == [None, None]
    assert [state.verification_of(name) for name in ("loop", "other")] == [True, True]
    state.note_verified("ours", state.question(), works=False)
    sign_out(state)  # it was signed out already
    assert state.verification_of("ours") is False


def test_a_sign_out_while_aws_is_asked_voids_the_answer() -> None:
    ours = Profile("ours", ProfileKind.SSO, session_name="corp")
    role = Profile("role", ProfileKind.ROLE, settings={"source_profile": "ours"})
    other = Profile("other", ProfileKind.SSO, session_name="acme")
    state, session = _signed_in(ours, role, other)
    asked = state.question()
    sign_out(state)
    sign_in(state, session)  # perhaps another user
    for name in ("ours", "role", "other"):
        state.note_verified(name, asked, works=True)
    assert [state.verification_of(name) for name in ("ours", "role")] == [None, None]
    assert state.verification_of("other") is True
    state.note_verified("ours", asked, works=False)
    assert state.verification_of("ours") is False


def test_a_reading_that_began_earlier_is_not_shown_after_a_later_one() -> None:
    state, session = _signed_in()
    state.set_expiries(Expiries(number=2))
    state.set_expiries(Expiries(usable={session: AccessToken("", "", Secret("t"), _END)}, number=1))
    assert not state.usable_tokens


def test_a_profile_is_unassigned_if_the_complete_listing_lacks_its_permission_set() -> None:
    def profile(account_id: str | None, name: str | None, session: str = "corp") -> Profile:
        return Profile(
            f"{account_id}-{name}", ProfileKind.SSO, session_name=session,
            account_id=account_id, permission_set=name,
        )  # fmt: skip

    state, session = _signed_in()
    listings = (
        Listing(Account("1" * 12, "one", ""), (PermissionSet("A"),)),
        Listing(Account("2" * 12, "two", "")),  # its permission sets are not listed yet
    )
    found = {
        profile("1" * 12, "A"): False,
        profile("1" * 12, "B"): True,
        profile("2" * 12, "B"): False,
        profile("3" * 12, "A"): True,
        profile("3" * 12, "A", "acme"): False,
        profile(None, None): False,
    }
    state.state_of(session).set_catalogue(Catalogue.of(listings), complete=False)
    assert not any(map(state.is_unassigned, found))
    state.state_of(session).set_catalogue(Catalogue.of(listings), complete=True)
    assert {each: state.is_unassigned(each) for each in found} == found


def test_a_role_is_production_by_the_account_that_it_is_in() -> None:
    """Any session may know the account, also one that does not sign in for the role."""
    arn = "arn:aws:iam::{}:role/path/Deployer"
    known = Profile("known", ProfileKind.ROLE, settings={"role_arn": arn.format(123456789012)})
    other = Profile("other", ProfileKind.ROLE, settings={"role_arn": arn.format(999999999999)})
    wrong = Profile("wrong", ProfileKind.ROLE, settings={"role_arn": "Deployer"})
    state, session = _signed_in(known, other, wrong)
    listing = Listing(Account("123456789012", "core-prod", ""), ())
    state.state_of(session).set_catalogue(Catalogue.of([listing]), complete=True)
    assert state.names_of(known) == ["known", "core-prod"]
    assert state.names_of(other) == ["other", "999999999999"]
    assert state.names_of(wrong) == ["wrong"]
    assert set(state.names_of_account("123456789012")) == {"known", "core-prod"}

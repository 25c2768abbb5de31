"""A sign-out of a login session deletes its keys and the roles assumed with them, and no others."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from rolecall.domain.errors.file_errors import FileBusy
from rolecall.domain.errors.login_errors import LoginNeeded
from rolecall.domain.model import Assignment, LoginSession, Profile, RoleCredentials, Secret
from rolecall.domain.profile_kind import ProfileKind
from rolecall.services.credentials import credentials as credentials_module
from rolecall.services.tokens import login_sign_out
from rolecall.services.tokens.cached_roles import assumed_roles, cached_roles
from rolecall.services.tokens.login_sign_out import LoginSignOutPlan
from tests.support import logins
from tests.support.desk import Desk
from tests.support.gate import Gate
from tests.support.login_files import fields, write

BOB = "arn:aws:iam::038410265977:user/bob"


@pytest.fixture
def session(desk: Desk) -> LoginSession:
    return logins.log_in(desk)


def plan(desk: Desk, arn: str) -> LoginSignOutPlan:
    return desk.services.login_sign_out.plan(arn)


def assume(desk: Desk) -> None:
    """Let a role be assumed with the session, so that its credentials are cached."""
    account = desk.server.organisation.accounts[0].id
    desk.add(
        f"[profile deploy]\nrole_arn = arn:aws:iam::{account}:role/Deploy\n"
        "source_profile = console\nregion = eu-west-1"
    )
    desk.services.credentials.of_profile("deploy")


def test_the_plan_has_what_is_of_the_session(desk: Desk, session: LoginSession) -> None:
    desk.add(f"[profile again]\nlogin_session = {session.arn}")
    desk.add(f"[profile other]\nlogin_session = {BOB}")
    desk.add("[profile none]\nregion = eu-west-1")
    assert plan(desk, session.arn) == LoginSignOutPlan(
        session.arn, ("console", "again"), has_file=True, roles=()
    )
    assume(desk)
    found = plan(desk, session.arn)
    assert [(role.account, role.permission_set) for role in found.roles] == [("deploy", "Deploy")]
    assert plan(desk, BOB) == LoginSignOutPlan(BOB, ("other",), has_file=False, roles=())


def test_a_file_or_a_role_is_enough_for_a_sign_out(desk: Desk, session: LoginSession) -> None:
    assert plan(desk, session.arn)
    assert not plan(desk, BOB)
    assume(desk)
    logins.cache(desk).forget(session.arn)
    assert plan(desk, session.arn)


def test_a_role_is_not_kept_if_a_sign_out_comes_between_the_calls(
    desk: Desk, session: LoginSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Gate(monkeypatch, credentials_module, "assume_role")
    with ThreadPoolExecutor() as threads:
        assuming = threads.submit(assume, desk)
        assert gate.entered.wait(20)
        desk.services.login_sign_out.sign_out(session.arn)
        gate.open()
        with pytest.raises(LoginNeeded):
            assuming.result(20)
    assert not desk.role_cache.files()


def test_only_what_is_of_the_session_is_deleted(
    desk: Desk, session: LoginSession, audit: Assignment
) -> None:
    desk.sign_in()
    desk.cache_role(audit)
    others = desk.role_cache.files()
    bobs = write(logins.cache(desk).folder, fields(desk.clock.now, BOB, left=timedelta(0)), BOB)
    assume(desk)
    assert (len(others), len(desk.role_cache.files())) == (1, 2)
    desk.services.login_sign_out.sign_out(session.arn)
    assert desk.role_cache.files() == others
    assert logins.cache(desk).files() == [bobs]
    assert not plan(desk, session.arn)


def test_nothing_is_of_no_session(desk: Desk, session: LoginSession) -> None:
    """The key of a profile may be gone since it was shown."""
    arn = "arn:aws:iam::111122223333:role/Deploy"
    desk.add("[profile keys]\nregion = eu-west-1")
    desk.add(f"[profile deploy]\nrole_arn = {arn}\nsource_profile = keys")
    desk.role_cache.save_assumed({"RoleArn": arn}, session.keys)
    assert plan(desk, "") == LoginSignOutPlan("", (), has_file=False, roles=())
    assert not plan(desk, "")


def test_a_role_of_the_credentials_file_is_deleted_too(desk: Desk, session: LoginSession) -> None:
    account = desk.server.organisation.accounts[0].id
    desk.services.locations.credentials.write_text(
        f"[deploy]\nrole_arn = arn:aws:iam::{account}:role/Deploy\n"
        f"source_profile = console\nregion = eu-west-1\n[again]\nlogin_session = {session.arn}\n"
    )
    desk.services.credentials.of_profile("deploy")
    assert plan(desk, session.arn).profiles == ("console", "again")
    desk.services.login_sign_out.sign_out(session.arn)
    assert not desk.role_cache.files()


def test_a_sign_out_waits_for_a_renewal_in_progress(
    desk: Desk, session: LoginSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise the renewal would bring the session back."""
    monkeypatch.setattr(login_sign_out, "_LOCK_TIMEOUT", 0)
    assume(desk)
    with logins.cache(desk).renewal_lock(session.arn, 0), pytest.raises(FileBusy):
        desk.services.login_sign_out.sign_out(session.arn)
    found = plan(desk, session.arn)
    assert (found.has_file, len(found.roles)) == (True, 1)


ARN = "arn:aws:iam::111111111111:role/path/"


def profile(name: str, source: str = "") -> Profile:
    if not source:
        return Profile(name, ProfileKind.SSO)
    settings = {"role_arn": f"{ARN}Of-{name}", "source_profile": source}
    return Profile(name, ProfileKind.ROLE, settings=settings)


def names(*profiles: Profile) -> set[tuple[str, str]]:
    """Return the profile and the role of each role that is assumed through “session”."""
    return set(assumed_roles(profiles, lambda each: each.name == "session").values())


def test_a_role_is_found_through_any_number_of_profiles() -> None:
    chain = profile("session"), profile("a", "session"), profile("b", "a"), profile("c", "b")
    assert names(*chain) == {("a", "Of-a"), ("b", "Of-b"), ("c", "Of-c")}
    assert names(*reversed(chain)) == names(*chain)


def test_a_role_of_another_source_is_not_found() -> None:
    assert names(profile("session"), profile("other"), profile("a", "other")) == set()
    assert names(profile("session"), profile("a", "gone")) == set()


def test_profiles_that_lead_back_to_each_other_have_no_source() -> None:
    loop = profile("a", "b"), profile("b", "c"), profile("c", "b"), profile("own", "own")
    assert names(profile("session"), *loop) == set()


def test_only_what_is_in_the_cache_is_deleted() -> None:
    end = datetime(2026, 11, 27, tzinfo=UTC)
    found = RoleCredentials("ASIA", Secret("s"), Secret("t"), end)
    known = {"stem": ("audit", "Admin"), "gone": ("audit", "View")}
    assert list(cached_roles(known, {"stem": found, "other": found})) == [
        ("audit", "Admin", end, "stem")
    ]

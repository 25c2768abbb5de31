"""Keys of login sessions: renewed once for all processes, in files that botocore reads too."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import boto3
import pytest

from rolecall.aws.console_sign_in import LoginProblem
from rolecall.domain.errors import ServiceFault, UnexpectedAnswer
from rolecall.domain.login_errors import CrtMissing, LoginNeeded
from rolecall.domain.model import Credentials, LoginSession
from rolecall.files.fast.login_file import login_stem
from tests.support import logins
from tests.support.desk import Desk, demo

PROFILE = "console"
CREATE_TOKEN = "CreateOAuth2Token"


@pytest.fixture
def session(desk: Desk) -> LoginSession:
    found = logins.log_in(desk)
    desk.server.calls.clear()
    return found


def credentials(desk: Desk) -> Credentials:
    return desk.services.credentials.of_profile(PROFILE)


def needed(desk: Desk) -> str:
    with pytest.raises(LoginNeeded) as caught:
        credentials(desk)
    assert caught.value.profile == PROFILE
    return caught.value.problem


def test_keys_that_are_valid_are_taken_from_the_file(desk: Desk, session: LoginSession) -> None:
    assert credentials(desk) == session.keys
    desk.clock.forward(9 * 60)
    assert credentials(desk) == session.keys
    assert desk.server.calls.count() == 0


def test_keys_are_renewed_in_their_last_five_minutes(desk: Desk, session: LoginSession) -> None:
    desk.clock.forward(10 * 60)
    keys = credentials(desk)
    assert keys.access_key_id != session.keys.access_key_id
    assert keys.expires_at == desk.clock.now + timedelta(minutes=15)
    assert keys.account_id == desk.server.organisation.accounts[0].id
    saved = logins.cache(desk).session(session.arn)
    assert saved is not None
    assert saved.keys == keys
    assert saved.refresh_token != session.refresh_token
    assert (saved.id_token, saved.dpop_key) == (session.id_token, session.dpop_key)
    assert credentials(desk) == keys
    assert desk.server.calls.count(CREATE_TOKEN) == 1


def test_ten_callers_make_one_call(desk: Desk, session: LoginSession) -> None:
    desk.clock.forward(20 * 60)
    found: list[str] = []

    def ask() -> None:
        found.append(desk.another().credentials.of_profile(PROFILE).access_key_id)

    threads = [threading.Thread(target=ask) for _ in range(10)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(found) == 10
    assert len(set(found)) == 1
    assert desk.server.calls.count(CREATE_TOKEN) == 1


def test_a_session_that_has_ended_needs_a_sign_in(desk: Desk, session: LoginSession) -> None:
    desk.clock.forward(13 * 3600)
    assert needed(desk) == LoginProblem.ENDED
    assert logins.cache(desk).is_refused(login_stem(session.arn), session)
    assert needed(desk) == LoginProblem.ENDED
    assert desk.server.calls.count(CREATE_TOKEN) == 1  # the refusal is known


def test_changed_credentials_need_a_sign_in(desk: Desk, session: LoginSession) -> None:
    desk.server.forget_logins(changed=True)
    desk.clock.forward(20 * 60)
    assert needed(desk) == LoginProblem.CHANGED


def test_a_failed_renewal_is_no_error_while_the_keys_are_valid(
    desk: Desk, session: LoginSession
) -> None:
    desk.server.faults.add(CREATE_TOKEN, 500)
    desk.clock.forward(12 * 60)
    assert credentials(desk) == session.keys
    desk.clock.forward(12 * 60)
    with pytest.raises((ServiceFault, UnexpectedAnswer)):
        credentials(desk)


def test_a_half_written_file_is_named_and_kept(desk: Desk, session: LoginSession) -> None:
    path = logins.cache(desk).path(session.arn)
    half = path.read_text()[:100]
    path.write_text(half)
    assert needed(desk) == LoginProblem.BROKEN
    assert path.read_text() == half


def test_a_file_that_is_being_written_is_read_again(desk: Desk, session: LoginSession) -> None:
    path = logins.cache(desk).path(session.arn)
    whole = path.read_text()
    path.write_text("")

    def finish(seconds: float) -> None:
        path.write_text(whole)

    desk.clock.sleep = finish  # type: ignore[method-assign]
    assert desk.another().credentials.of_profile(PROFILE) == session.keys


def test_a_profile_without_a_file_is_signed_out(desk: Desk, session: LoginSession) -> None:
    logins.cache(desk).forget(session.arn)
    assert needed(desk) == LoginProblem.SIGNED_OUT


def test_a_key_that_is_none_is_a_broken_file(desk: Desk, session: LoginSession) -> None:
    path = logins.cache(desk).path(session.arn)
    path.write_text(path.read_text().replace("BEGIN EC PRIVATE KEY-----\\n", "BEGIN-----\\nAAAA"))
    desk.clock.forward(20 * 60)
    assert needed(desk) == LoginProblem.BROKEN


def test_without_awscrt_the_error_says_what_to_install(
    desk: Desk, session: LoginSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "awscrt.crypto", None)
    assert credentials(desk) == session.keys
    desk.clock.forward(20 * 60)
    with pytest.raises(CrtMissing) as caught:
        credentials(desk)
    assert caught.value.command.endswith("awscrt")


def test_a_role_is_assumed_with_a_login_session(desk: Desk, session: LoginSession) -> None:
    account = desk.server.organisation.accounts[0].id
    with desk.config.open("a") as file:
        file.write(
            f"\n[profile deploy]\nrole_arn = arn:aws:iam::{account}:role/Deploy\n"
            f"source_profile = {PROFILE}\nregion = eu-west-1\n"
        )
    assert desk.services.credentials.of_profile("deploy").account_id == account


def test_verifying_renews_under_rolecalls_lock(desk: Desk, session: LoginSession) -> None:
    identity = desk.services.verification.verify(PROFILE)
    assert identity.arn == session.arn
    assert identity.method == "login"


def test_boto3_goes_on_with_what_rolecall_wrote(
    desk: Desk, session: LoginSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And rolecall with what boto3 wrote: each uses the refresh token of the other."""
    for name, value in desk.environ.items():
        monkeypatch.setenv(name, value)

    def caller() -> Any:
        client = boto3.Session(profile_name=PROFILE).client("sts", region_name="eu-west-1")
        return client.get_caller_identity()["Arn"]

    logins.expire(desk, session.arn)
    assert caller() == session.arn
    theirs = logins.cache(desk).session(session.arn)
    assert theirs is not None
    assert theirs.keys != session.keys
    logins.expire(desk, session.arn)
    ours = credentials(desk)
    assert ours.access_key_id not in {theirs.keys.access_key_id, session.keys.access_key_id}
    assert caller() == session.arn
    assert desk.server.calls.count(CREATE_TOKEN) == 2


@demo(console_allowed=False)
def test_an_identity_without_the_policy_gets_no_keys(desk: Desk) -> None:
    from rolecall.domain.login_errors import LoginRefused

    with pytest.raises(LoginRefused):
        logins.log_in(desk)

"""Keys of login sessions: renewed once for all processes, in files that botocore reads too."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import boto3
import pytest

from rolecall.aws.console_sign_in import ConsoleSignIn, LoginProblem
from rolecall.demo.faults import Fault
from rolecall.domain.errors import RegionInvalid, ServiceFault, UnexpectedAnswer, Unreachable
from rolecall.domain.errors.file_errors import TokenNotSaved
from rolecall.domain.errors.login_errors import CrtMissing, LoginNeeded
from rolecall.domain.model import Credentials, LoginSession, Secret
from rolecall.domain.records import replace
from rolecall.files.caches.login_file import login_stem
from rolecall.files.caches.refusals import REFRESH
from rolecall.services.services import Services
from tests.support import logins
from tests.support.desk import Desk, demo
from tests.support.obstacles.full_disk import no_write_works

PROFILE = "console"
CREATE_TOKEN = "CreateOAuth2Token"
SOON = timedelta(minutes=4)


@pytest.fixture
def session(desk: Desk) -> LoginSession:
    found = logins.log_in(desk)
    desk.server.calls.clear()
    return found


def credentials(desk: Desk) -> Credentials:
    return desk.services.credentials.of_profile(PROFILE)


def with_sleep(desk: Desk, sleep: Callable[[float], None]) -> Services:
    """Return the services of a rolecall that waits with `sleep`."""
    return Services(desk.environ, desk.clock, desk.clock.monotonic, sleep)


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


def test_new_keys_that_cannot_be_saved_are_used_from_memory(
    desk: Desk, session: LoginSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk fails between the check and the write."""
    file = logins.cache(desk).path(session.arn)
    renew = ConsoleSignIn.renew

    def renew_and_fail(*arguments: Any) -> LoginSession:
        no_write_works(monkeypatch, desk.home)
        return renew(*arguments)

    monkeypatch.setattr(ConsoleSignIn, "renew", renew_and_fail)
    desk.clock.forward(10 * 60)
    keys = credentials(desk)
    assert keys.access_key_id != session.keys.access_key_id
    assert logins.cache(desk).session(session.arn) == session
    (problem,) = desk.services.tokens.renewal.problems
    assert isinstance(problem, TokenNotSaved)
    assert (problem.session, problem.path) == (PROFILE, file)
    assert credentials(desk) == keys
    monkeypatch.undo()
    desk.clock.forward(11 * 60)
    later = credentials(desk)
    assert later not in (session.keys, keys)
    saved = logins.cache(desk).session(session.arn)
    assert saved is not None
    assert saved.keys == later
    assert desk.server.calls.count(CREATE_TOKEN) == 2


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


def test_keys_of_another_process_that_expire_soon_are_renewed(
    desk: Desk, session: LoginSession
) -> None:
    """They are written after this process has read the file, and before it has the lock."""
    desk.clock.forward(20 * 60)
    keys = replace(session.keys, access_key_id="ASIATHEIRS", expires_at=desk.clock() + SOON)

    def clock() -> datetime:
        if logins.cache(desk).session(session.arn) == session:
            logins.cache(desk).save(replace(session, keys=keys))
        return desk.clock()

    services = Services(desk.environ, clock, desk.clock.monotonic, desk.clock.sleep)
    found = services.credentials.of_profile(PROFILE)
    assert found.access_key_id not in {keys.access_key_id, session.keys.access_key_id}
    assert desk.server.calls.count(CREATE_TOKEN) == 1


def test_a_session_that_has_ended_needs_a_sign_in(desk: Desk, session: LoginSession) -> None:
    desk.clock.forward(13 * 3600)
    assert needed(desk) == LoginProblem.ENDED
    assert desk.services.refusals.has(session.refresh_token)
    assert needed(desk) == LoginProblem.ENDED
    assert desk.server.calls.count(CREATE_TOKEN) == 1  # the refusal is known


def test_a_refusal_after_an_answer_that_was_lost_is_explained(
    desk: Desk, session: LoginSession
) -> None:
    desk.clock.forward(20 * 60)
    desk.server.faults.add(CREATE_TOKEN, Fault.ANSWER_LOST, times=1)
    for _ in range(2):  # the refusal is known the second time, and why
        assert needed(desk) == LoginProblem.INTERRUPTED


@pytest.mark.thorough
def test_a_refusal_long_after_an_answer_that_was_lost_is_explained(
    desk: Desk, session: LoginSession
) -> None:
    desk.clock.forward(20 * 60)
    desk.server.faults.add(CREATE_TOKEN, Fault.ANSWER_LOST, times=1)
    desk.server.faults.add(CREATE_TOKEN, Fault.RESET)
    with pytest.raises(Unreachable):
        credentials(desk)
    desk.server.faults.clear()
    assert needed(desk) == LoginProblem.INTERRUPTED


def test_changed_credentials_need_a_sign_in(desk: Desk, session: LoginSession) -> None:
    desk.server.forget_logins(changed=True)
    desk.clock.forward(20 * 60)
    for _ in range(2):  # the refusal is known the second time, and why
        assert needed(desk) == LoginProblem.CHANGED
    assert desk.server.calls.count(CREATE_TOKEN) == 1


def test_a_refusal_that_another_version_has_recorded_is_known(
    desk: Desk, session: LoginSession
) -> None:
    for problem in ("", "of a later version"):
        refused = login_stem(session.arn), REFRESH, session.refresh_token
        desk.another().refusals.note(*refused, desk.clock(), problem)
        desk.clock.forward(20 * 60)
        assert needed(desk) == LoginProblem.ENDED
    assert desk.server.calls.count(CREATE_TOKEN) == 0


@pytest.mark.thorough
def test_a_failed_renewal_is_no_error_while_the_keys_are_valid(
    desk: Desk, session: LoginSession
) -> None:
    desk.server.faults.add(CREATE_TOKEN, 500)
    desk.clock.forward(12 * 60)
    assert credentials(desk) == session.keys
    desk.clock.forward(3 * 60 - 1)
    assert credentials(desk) == session.keys
    desk.clock.forward(1)
    with pytest.raises((ServiceFault, UnexpectedAnswer)):
        credentials(desk)


def test_keys_that_would_be_valid_for_too_long_are_renewed(
    desk: Desk, session: LoginSession
) -> None:
    """They last 15 minutes: the clock of this machine is behind."""
    desk.clock.forward(-5 * 60)
    assert credentials(desk) == session.keys
    desk.clock.forward(-1)
    desk.server.faults.add(CREATE_TOKEN, 500)
    with pytest.raises(ServiceFault):
        credentials(desk)
    desk.server.faults.clear()
    assert credentials(desk) != session.keys


def test_valid_keys_do_not_wait_for_the_renewal_of_another_process(
    desk: Desk, session: LoginSession
) -> None:
    desk.clock.forward(12 * 60)
    with logins.cache(desk).renewal_lock(session.arn, 0):
        assert credentials(desk) == session.keys
    assert desk.server.calls.count() == 0


def test_keys_are_renewed_early_if_the_user_wants_it(desk: Desk, session: LoginSession) -> None:
    renewed = desk.services.login_sessions.renew(session.arn, PROFILE, "")
    assert renewed.keys != session.keys
    assert renewed == logins.cache(desk).session(session.arn)


def test_keys_are_renewed_in_the_region_of_the_sign_in_or_else_of_the_profile(
    desk: Desk, session: LoginSession
) -> None:
    renew, invalid = desk.services.login_sessions.renew, "eu west 1"
    assert renew(session.arn, PROFILE, invalid).keys != session.keys
    cache = logins.cache(desk)
    found = cache.session(session.arn)
    assert found is not None
    cache.forget(session.arn)
    cache.save(replace(found, sign_in_region=""))
    with pytest.raises(RegionInvalid):
        renew(session.arn, PROFILE, invalid)
    assert renew(session.arn, PROFILE, "").keys != found.keys


@pytest.mark.usefixtures("dead_proxy")
@pytest.mark.parametrize(
    ("of_sign_in", "of_profile", "asked"),
    [
        ("us-west-2", "eu-west-1", "us-west-2"),
        ("", "eu-west-1", "eu-west-1"),
        ("", "", "us-east-1"),
    ],
)
def test_the_region_decides_which_host_is_asked(
    desk: Desk, session: LoginSession, of_sign_in: str, of_profile: str, asked: str
) -> None:
    cache = logins.cache(desk)
    cache.forget(session.arn)
    cache.save(replace(session, sign_in_region=of_sign_in))
    services = desk.another(AWS_ENDPOINT_URL_SIGNIN="")
    with pytest.raises(Unreachable) as caught:
        services.login_sessions.renew(session.arn, PROFILE, of_profile)
    assert caught.value.host == f"{asked}.signin.aws.amazon.com"


def test_keys_of_a_client_that_was_quicker_are_taken(desk: Desk, session: LoginSession) -> None:
    """It has no lock: AWS refuses the refresh token, and then its file has a new one."""
    desk.clock.forward(20 * 60)
    desk.server.forget_logins()
    cache = logins.cache(desk)
    keys = replace(session.keys, expires_at=desk.clock.now + timedelta(minutes=15))
    theirs = replace(session, keys=keys, refresh_token=Secret("theirs"))
    cache.save(theirs)
    written = cache.path(session.arn).read_text()
    cache.save(session)
    contents = iter(["", written])

    def write(_: float) -> None:
        cache.path(session.arn).write_text(next(contents))

    desk.services = with_sleep(desk, write)
    assert credentials(desk) == keys
    assert not desk.services.refusals.has(session.refresh_token)


def test_a_half_written_file_is_named_and_kept(desk: Desk, session: LoginSession) -> None:
    path = logins.cache(desk).path(session.arn)
    half = path.read_text()[:100]
    path.write_text(half)
    waits: list[float] = []
    desk.services = with_sleep(desk, waits.append)
    assert needed(desk) == LoginProblem.BROKEN
    assert path.read_text() == half
    assert sum(waits) == pytest.approx(1.5)
    assert len(waits) == 15


def test_a_refused_refresh_token_may_have_been_used_by_another_client(
    desk: Desk, session: LoginSession
) -> None:
    waits: list[float] = []
    desk.services = with_sleep(desk, waits.append)
    desk.server.forget_logins()
    desk.clock.forward(20 * 60)
    assert needed(desk) == LoginProblem.ENDED
    assert sum(waits) == pytest.approx(1.5)


def test_a_file_that_is_being_written_is_read_again(desk: Desk, session: LoginSession) -> None:
    path = logins.cache(desk).path(session.arn)
    whole = path.read_text()
    path.write_text("")

    def finish(seconds: float) -> None:
        path.write_text(whole)

    desk.services = with_sleep(desk, finish)
    assert credentials(desk) == session.keys


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
    desk.add(
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
    from rolecall.domain.errors.login_errors import LoginRefused

    with pytest.raises(LoginRefused):
        logins.log_in(desk)

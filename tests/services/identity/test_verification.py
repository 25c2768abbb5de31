"""Verifying profiles with the real boto3, in a separate process, against the demo."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from rolecall.aws import identity
from rolecall.demo.faults import AnyFault, Fault, StsError
from rolecall.domain.errors import ServiceError, VerifyFailed
from rolecall.domain.model import Assignment, LoginSession, PermissionSet, VerifyResult
from rolecall.domain.records import replace
from rolecall.presentation.errors import explain
from rolecall.presentation.texts.errors import error_strings
from rolecall.services.identity.verification import is_temporary
from rolecall.services.tokens import login_sessions, renewal
from tests.support import logins
from tests.support.desk import Desk, demo, save
from tests.support.for_each import for_each
from tests.support.network.web_server import web_server
from tests.support.obstacles.locks import stopped_with_lock
from tests.support.obstacles.unwritable import read_only, unwritable


def let_expire(desk: Desk, minutes: float) -> LoginSession:
    """Sign in with console credentials, and let the keys have only this time left."""
    session = logins.log_in(desk)
    expires_at = datetime.now(UTC) + timedelta(minutes=minutes)
    session = replace(session, keys=replace(session.keys, expires_at=expires_at))
    logins.cache(desk).save(session)
    desk.server.calls.clear()
    return session


def leave(desk: Desk, role: Assignment, minutes: float) -> None:
    """Sign in, let the token have only this time left, and save the profile x for the role."""
    token = desk.sign_in()
    save(desk, "x", role)
    soon = datetime.now(UTC) + timedelta(minutes=minutes)
    desk.token_cache.save_token(desk.session, replace(token, expires_at=soon))
    desk.server.calls.clear()


@pytest.fixture
def saved(desk: Desk, audit: Assignment) -> Assignment:
    """Sign in, and save the profile x for the role."""
    desk.sign_in()
    save(desk, "x", audit)
    return audit


class TestVerifyOne:
    def test_the_identity_is_that_of_the_role(self, desk: Desk, audit: Assignment) -> None:
        desk.sign_in()
        save(desk, "audit-admin", audit)
        identity = desk.services.verification.verify("audit-admin")
        assert identity.account_id == audit.account.id
        assert identity.arn == desk.server.organisation.assumed_role_arn(*audit.key)

    @pytest.mark.thorough
    @pytest.mark.parametrize(
        ("content", "problem"),
        [
            ("", "not-found"),
            ("[profile x\n", "malformed"),
            ("[profile x]\nsso_session = gone\n", "malformed"),
            ("[profile x]\nrole_arn = r\nsource_profile = x\n", "malformed"),
            ("[profile x]\nregion = eu-west-1\n", "no-credentials"),
            ("[profile x]\nrole_arn = arn:aws:iam::1:role/r\nmfa_serial = m\n"
             "source_profile = y\nregion = eu-west-1\n[profile y]\naws_access_key_id = a\n"
             "aws_secret_access_key = b\n", "mfa-needed"),
        ],
        ids=["not there", "broken", "session gone", "circle", "no credentials", "asks for a code"],
    )  # fmt: skip
    def test_problems_of_the_config_are_named(self, desk: Desk, content: str, problem: str) -> None:
        desk.config.write_text(content)
        assert self.problem(desk) == problem

    def test_a_missing_token_is_the_problem(self, desk: Desk, audit: Assignment) -> None:
        save(desk, "x", audit)
        assert self.problem(desk) == "sign-in-needed"

    def test_a_token_that_the_portal_refuses(self, desk: Desk, saved: Assignment) -> None:
        desk.server.forget_sign_ins()
        assert self.problem(desk) == "token-refused"
        assert not desk.another().sign_in.valid_tokens([desk.session])

    def test_a_token_that_another_process_has_renewed_is_not_noted_as_refused(
        self, desk: Desk, audit: Assignment, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """boto3 has read the old token, which AWS refuses."""
        token = desk.sign_in()
        save(desk, "x", audit)
        desk.server.revoke(token.value.reveal())
        ask = identity.verify_all

        def ask_and_renew(*arguments: Any) -> None:
            ask(*arguments)
            monkeypatch.undo()
            desk.another().tokens.renew(desk.session)

        monkeypatch.setattr(identity, "verify_all", ask_and_renew)
        assert desk.services.verification.verify("x").account_id == audit.account.id
        assert desk.server.calls.count("CreateToken", status=200) == 2  # one is of the sign-in

    def problem(self, desk: Desk) -> str:
        with pytest.raises(VerifyFailed) as caught:
            desk.services.verification.verify("x")
        assert caught.value.detail or caught.value.cause
        assert "\n" not in caught.value.detail
        return str(caught.value.problem)


def ask(desk: Desk, *names: str) -> dict[str, str]:
    """Verify the profiles. Return the ARN or the problem of each."""
    found: dict[str, str] = {}

    def on_answer(name: str, answer: VerifyResult) -> None:
        assert name not in found
        found[name] = answer.problem if isinstance(answer, VerifyFailed) else answer.arn

    desk.services.verification.verify_all(names, on_answer)
    return found


NOT_FROM_AWS = [Fault.HTML, Fault.GARBAGE, Fault.EMPTY_BODY, Fault.HTML_403, Fault.REDIRECT]


class TestVerifyingMany:
    def test_each_has_its_arn_or_its_problem(self, desk: Desk, audit: Assignment) -> None:
        desk.sign_in()
        save(desk, "works", audit)
        save(desk, "gone", replace(audit, permission_set=PermissionSet("Gone")))
        account = audit.account.id
        desk.add(
            f"[profile role]\nrole_arn = arn:aws:iam::{account}:role/Ops\n"
            "source_profile = works\nregion = eu-west-1\n"
            "[profile denied]\nrole_arn = arn:aws:iam::999999999999:role/Ops\n"
            "source_profile = works\nregion = eu-west-1\n"
            f"[profile mfa]\nrole_arn = arn:aws:iam::{account}:role/Ops\nmfa_serial = m\n"
            "source_profile = works\nregion = eu-west-1\n"
            "[profile elsewhere]\nsso_session = other\nsso_account_id = 1\n"
            "sso_role_name = A\nregion = eu-west-1\n"
            "[sso-session other]\nsso_start_url = https://other.awsapps.com/start\n"
            "sso_region = eu-west-1\n"
        )
        names = ["works", "gone", "role", "denied", "mfa", "elsewhere", "not there"]
        found = ask(desk, *names)
        assert found.pop("works") == desk.server.organisation.assumed_role_arn(*audit.key)
        assert found.pop("role").startswith(f"arn:aws:sts::{account}:assumed-role/Ops/")
        assert found == {
            "gone": "no-such-permission-set",
            "denied": "access-refused",
            "mfa": "mfa-needed",
            "elsewhere": "sign-in-needed",
            "not there": "not-found",
        }

    @pytest.mark.thorough
    @pytest.mark.parametrize(
        ("operation", "fault", "expected"),
        [
            ("GetRoleCredentials", 401, "token-refused"),
            *[("GetRoleCredentials", fault, "odd-answer") for fault in NOT_FROM_AWS],
            *[("GetCallerIdentity", fault, "odd-answer") for fault in NOT_FROM_AWS],
            ("GetCallerIdentity", 500, "service-failed"),
            ("GetCallerIdentity", 503, "service-failed"),
            ("GetCallerIdentity", 429, "throttled"),
            ("GetRoleCredentials", 500, "service-failed"),
            ("GetRoleCredentials", 429, "throttled"),
            ("GetRoleCredentials", 403, "no-such-permission-set"),
            ("GetRoleCredentials", 404, "no-such-permission-set"),
            ("GetRoleCredentials", Fault.RESET, "no-network"),
            ("GetCallerIdentity", Fault.RESET, "no-network"),
            ("GetCallerIdentity", StsError("ExpiredToken", "is expired"), "credentials-expired"),
            ("GetCallerIdentity", StsError("AccessDenied", "explicit deny"), "access-refused"),
            (
                "GetCallerIdentity",
                StsError("SignatureDoesNotMatch", "Signature expired: x is now earlier than y"),
                "clock-skew",
            ),
            (
                "GetCallerIdentity",
                StsError("RegionDisabledException", "STS is not activated in this region"),
                "wrong-region",
            ),
        ],
    )
    def test_faults_become_problems(
        self, desk: Desk, saved: Assignment, operation: str, fault: AnyFault, expected: str
    ) -> None:
        desk.environ["AWS_MAX_ATTEMPTS"] = "1"
        desk.services = desk.another()
        desk.server.faults.add(operation, fault)
        assert ask(desk, "x") == {"x": expected}
        sentences = {explain(VerifyFailed("x", each, "")) for each in error_strings.VERIFY_PROBLEMS}
        assert len(sentences) == len(error_strings.VERIFY_PROBLEMS)

    def test_an_invalid_region_of_the_session_is_named(self, desk: Desk, saved: Assignment) -> None:
        for name in ("AWS_ENDPOINT_URL_SSO", "AWS_ENDPOINT_URL_STS"):
            del desk.environ[name]
        text = desk.config.read_text().replace("sso_region = eu-west-1", "sso_region = eu-wset-1")
        desk.config.write_text(text)
        desk.environ["AWS_MAX_ATTEMPTS"] = "1"
        desk.services = desk.another()
        assert ask(desk, "x") == {"x": "wrong-region"}

    @pytest.mark.thorough
    def test_eight_profiles_are_asked_at_a_time(self, desk: Desk, audit: Assignment) -> None:
        desk.sign_in()
        names = [f"p{n}" for n in range(12)]
        for name in names:
            save(desk, name, audit)
        desk.server.faults.add("GetRoleCredentials", Fault.HANG)
        found: dict[str, str] = {}
        asking = threading.Thread(target=lambda: found.update(ask(desk, *names)))
        asking.start()
        for _ in range(8):
            assert desk.server.faults.hanging.acquire(timeout=30)
        assert not desk.server.faults.hanging.acquire(timeout=1)
        desk.server.faults.clear()
        asking.join(timeout=60)
        assert set(found.values()) == {desk.server.organisation.assumed_role_arn(*audit.key)}
        assert len(found) == 12

    def test_of_two_refused_tokens_the_one_that_renews_is_asked_about_again(
        self, desk: Desk, audit: Assignment
    ) -> None:
        token = desk.sign_in()
        save(desk, "x", audit)
        account, role = audit.key
        desk.add(
            f"[sso-session fixed]\nsso_start_url = {desk.session.start_url}\n"
            "sso_region = eu-west-1\n[profile y]\nsso_session = fixed\n"
            f"sso_account_id = {account}\nsso_role_name = {role}\nregion = eu-west-1"
        )
        fixed = replace(desk.session, name="fixed")
        desk.token_cache.save_token(fixed, replace(token, refresh_token=None, registration=None))
        desk.server.revoke(token.value.reveal())
        desk.server.calls.clear()
        assert ask(desk, "x", "y") == {
            "x": desk.server.organisation.assumed_role_arn(*audit.key),
            "y": "token-refused",
        }
        assert desk.server.calls.count("CreateToken") == 1
        assert desk.server.calls.count("GetRoleCredentials") == 3

    def test_cancel_ends_it_at_once(self, desk: Desk, saved: Assignment) -> None:
        desk.server.faults.add("GetRoleCredentials", Fault.HANG)
        cancelled = threading.Event()
        answers: list[str] = []
        asking = threading.Thread(
            target=desk.services.verification.verify_all,
            args=(["x"], lambda name, _: answers.append(name), cancelled),
        )
        asking.start()
        assert desk.server.faults.hanging.acquire(timeout=30)
        cancelled.set()
        asking.join(timeout=9)  # the call's own deadline is ten seconds
        assert not asking.is_alive()
        assert answers == []

    @demo(access_token_lifetime=3600)
    def test_a_token_about_to_expire_is_renewed_once_before(
        self, desk: Desk, audit: Assignment
    ) -> None:
        desk.clock.forward(-50 * 60)
        desk.sign_in()
        desk.clock.forward(50 * 60)
        names = [f"p{n}" for n in range(4)]
        for name in names:
            save(desk, name, audit)
        desk.server.calls.clear()
        found = ask(desk, *names)
        assert set(found.values()) == {desk.server.organisation.assumed_role_arn(*audit.key)}
        assert desk.server.calls.count("CreateToken") == 1


class TestRenewing:
    def test_the_process_that_asks_never_renews(self, desk: Desk, audit: Assignment) -> None:
        """The renewal before it failed, and then AWS answers again."""
        leave(desk, audit, 5)
        found = identity.verify("x", desk.environ)
        assert found.arn == desk.server.organisation.assumed_role_arn(*audit.key)
        assert desk.server.calls.count("CreateToken") == 0

    @pytest.mark.parametrize("minutes", [5, 12])
    def test_a_valid_token_waits_for_no_other_rolecall(
        self, desk: Desk, audit: Assignment, minutes: int
    ) -> None:
        leave(desk, audit, minutes)
        with stopped_with_lock(
            desk.token_cache.token_path(desk.session), desk.token_cache.state, "renewal"
        ):
            began_at = time.monotonic()
            assert ask(desk, "x") == {"x": desk.server.organisation.assumed_role_arn(*audit.key)}
            assert time.monotonic() - began_at < 20  # a wait for the lock takes 30 seconds
        assert desk.server.calls.count("CreateToken") == 0

    def test_an_expired_token_that_another_rolecall_renews_is_no_expired_sign_in(
        self, desk: Desk, audit: Assignment, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(renewal, "_LOCK_TIMEOUT", 0.1)
        leave(desk, audit, -1)
        with desk.services.tokens.renewal.renewal_lock(desk.session):
            assert ask(desk, "x") == {"x": "not-renewed"}
        assert ask(desk, "x") == {"x": desk.server.organisation.assumed_role_arn(*audit.key)}

    @pytest.mark.parametrize("is_valid", [True, False])
    def test_the_process_that_asks_never_renews_a_login_session(
        self, desk: Desk, is_valid: bool
    ) -> None:
        let_expire(desk, minutes=4 if is_valid else -1)
        with pytest.raises(VerifyFailed) as caught:
            identity.verify("console", desk.environ)
        assert caught.value.problem == "not-renewed"
        assert desk.server.calls.count("CreateOAuth2Token") == 0

    @pytest.mark.parametrize("is_valid", [True, False])
    def test_a_login_session_is_not_renewed_past_the_lock_of_another_rolecall(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch, is_valid: bool
    ) -> None:
        session = let_expire(desk, minutes=4 if is_valid else -1)
        monkeypatch.setattr(login_sessions, "LOCK_TIMEOUT", 0.1)
        with logins.cache(desk).renewal_lock(session.arn, 1):
            assert ask(desk, "console") == {"console": "not-renewed"}
        assert desk.server.calls.count("CreateOAuth2Token") == 0
        assert ask(desk, "console") == {"console": session.arn}
        assert desk.server.calls.count("CreateOAuth2Token") == 1

    def test_keys_that_need_no_renewal_wait_for_no_lock(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        session = let_expire(desk, minutes=5.5)
        monkeypatch.setattr(login_sessions, "LOCK_TIMEOUT", 3600)
        with logins.cache(desk).renewal_lock(session.arn, 1):
            assert ask(desk, "console") == {"console": session.arn}
        assert desk.server.calls.count("CreateOAuth2Token") == 0

    def test_a_login_session_that_cannot_be_saved_is_not_renewed(self, desk: Desk) -> None:
        let_expire(desk, minutes=4)
        with read_only(logins.cache(desk).folder), pytest.raises(VerifyFailed) as caught:
            desk.services.verification.verify("console")
        assert caught.value.problem == "other"
        assert explain(caught.value).startswith(f"{logins.cache(desk).folder}")
        assert desk.server.calls.count("CreateOAuth2Token") == 0

    def test_an_expired_token_that_cannot_be_saved_is_not_blamed_on_the_sign_in(
        self, desk: Desk, saved: Assignment
    ) -> None:
        desk.clock.forward(9 * 3600)
        path = desk.token_cache.token_path(desk.session)
        with unwritable(path, "read-only"), pytest.raises(VerifyFailed) as caught:
            desk.services.verification.verify("x")
        assert caught.value.problem == "other"
        reason = f"{path} cannot be written (read-only file) and the new token would be lost."
        assert explain(caught.value).endswith(f"{reason} Run chmod u+w on it.")

    def test_a_login_session_that_a_policy_no_longer_allows_says_so(self, desk: Desk) -> None:
        let_expire(desk, minutes=4)
        headers = {"Content-Type": "application/json", "x-amzn-ErrorType": "AccessDeniedException"}
        body = b'{"error": "INSUFFICIENT_PERMISSIONS", "message": "no policy allows it"}'
        with web_server((403, headers, body)) as url, pytest.raises(VerifyFailed) as caught:
            desk.another(AWS_ENDPOINT_URL_SIGNIN=url).verification.verify("console")
        assert (caught.value.problem, caught.value.detail) == (
            "access-refused",
            "no policy allows it",
        )

    @pytest.mark.usefixtures("dead_proxy")
    @pytest.mark.parametrize("region", ["us-west-2", ""])
    def test_a_login_session_without_a_region_is_renewed_in_that_of_the_profile(
        self, desk: Desk, region: str
    ) -> None:
        session = let_expire(desk, minutes=-1)
        logins.cache(desk).forget(session.arn)
        logins.cache(desk).save(replace(session, sign_in_region=""))
        line = "region = eu-west-1\n"
        text = desk.config.read_text()
        head, _, profile = text.partition("[profile console]")
        new = f"region = {region}\n" if region else ""
        desk.config.write_text(f"{head}[profile console]{profile.replace(line, new)}")
        with pytest.raises(VerifyFailed) as caught:
            desk.another(AWS_ENDPOINT_URL_SIGNIN="").verification.verify("console")
        assert isinstance(caught.value.cause, ServiceError)
        assert caught.value.cause.host == f"{region or 'us-east-1'}.signin.aws.amazon.com"

    def test_a_refused_renewal_is_not_repeated_by_the_process_that_asks(self, desk: Desk) -> None:
        let_expire(desk, minutes=4)
        desk.server.forget_logins()
        assert ask(desk, "console") == {"console": "login-needed"}
        assert desk.server.calls.count("CreateOAuth2Token") == 1

    def test_a_renewal_whose_answer_is_lost_is_said_as_everywhere(self, desk: Desk) -> None:
        let_expire(desk, minutes=-1)
        desk.server.faults.add("CreateOAuth2Token", Fault.ANSWER_LOST, times=1)
        said = []
        for _ in range(2):
            with pytest.raises(VerifyFailed) as caught:
                desk.services.verification.verify("console")
            said.append(explain(caught.value))
        assert "A renewal of the console sign-in of console was interrupted" in said[1]

    @pytest.mark.thorough
    @pytest.mark.parametrize(
        ("fault", "problem"),
        [
            (Fault.RESET, "no-network"),
            (429, "throttled"),
            (500, "service-failed"),
            (Fault.HTML, "odd-answer"),
        ],
    )
    def test_an_expired_token_that_cannot_be_renewed_is_not_blamed_on_the_sign_in(
        self, desk: Desk, saved: Assignment, fault: AnyFault, problem: str
    ) -> None:
        desk.environ["AWS_MAX_ATTEMPTS"] = "1"
        desk.services = desk.another()
        desk.clock.forward(9 * 3600)
        desk.server.faults.add("CreateToken", fault)
        with pytest.raises(VerifyFailed) as caught:
            desk.services.verification.verify("x")
        assert caught.value.problem == problem
        assert isinstance(caught.value.cause, ServiceError)
        assert caught.value.cause.operation == "CreateToken"
        assert caught.value.cause.host.startswith("127.0.0.1")
        assert ask(desk, "x") == {"x": problem}

    def test_the_token_of_a_profile_in_the_credentials_file_is_renewed(
        self, desk: Desk, audit: Assignment
    ) -> None:
        account, role = audit.key
        text = f"sso_session = corp\nsso_account_id = {account}\nsso_role_name = {role}\n"
        desk.services.locations.credentials.write_text(f"[x]\n{text}region = eu-west-1\n")
        desk.sign_in()
        desk.clock.forward(9 * 3600)
        identity = desk.services.verification.verify("x")
        assert identity.arn == desk.server.organisation.assumed_role_arn(*audit.key)
        assert desk.server.calls.count("CreateToken", status=200) == 2

    @pytest.mark.parametrize(("seconds_left", "renewals"), [(16 * 60, 0), (16 * 60 - 1, 1)])
    def test_a_token_is_renewed_in_its_last_sixteen_minutes(
        self, desk: Desk, audit: Assignment, seconds_left: int, renewals: int
    ) -> None:
        token = desk.sign_in()
        save(desk, "x", audit)
        soon = desk.clock.now + timedelta(seconds=seconds_left)
        desk.token_cache.save_token(desk.session, replace(token, expires_at=soon))
        desk.server.calls.clear()
        desk.services.verification.verify("x")
        assert desk.server.calls.count("CreateToken") == renewals

    @pytest.mark.parametrize(("seconds_left", "renewals"), [(6 * 60 + 1, 0), (6 * 60, 1)])
    def test_keys_of_a_login_session_are_renewed_in_their_last_six_minutes(
        self, desk: Desk, seconds_left: int, renewals: int
    ) -> None:
        logins.log_in(desk)
        desk.server.calls.clear()
        desk.clock.forward(15 * 60 - seconds_left)
        desk.services.verification.verify("console")
        assert desk.server.calls.count("CreateOAuth2Token") == renewals

    def test_a_role_renews_the_token_of_the_profile_that_it_is_assumed_with(
        self, desk: Desk, audit: Assignment
    ) -> None:
        token = desk.sign_in()
        save(desk, "x", audit)
        desk.add("[profile role]\nrole_arn = arn:aws:iam::1:role/Ops\nsource_profile = x")
        desk.add("[profile other]\nregion = eu-west-1")
        soon = desk.clock.now + timedelta(minutes=5)
        desk.token_cache.save_token(desk.session, replace(token, expires_at=soon))
        desk.server.calls.clear()
        with pytest.raises(VerifyFailed):
            desk.services.verification.verify("other")
        assert desk.server.calls.count("CreateToken") == 0
        with pytest.raises(VerifyFailed):
            desk.services.verification.verify("role")
        assert desk.server.calls.count("CreateToken") == 1

    def test_a_role_fails_with_the_login_session_that_it_is_assumed_with(self, desk: Desk) -> None:
        logins.log_in(desk)
        desk.add("[profile role]\nrole_arn = arn:aws:iam::1:role/Ops\nsource_profile = console")
        desk.add("[profile other]\nregion = eu-west-1")
        desk.clock.forward(20 * 60)
        desk.server.faults.add("CreateOAuth2Token", Fault.RESET)
        found = ask(desk, "role", "other")
        assert found == {"role": "no-network", "other": "no-credentials"}


@for_each("problem", identity.VerifyProblem)
def test_asking_again_is_worth_it_if_the_answer_says_nothing_about_the_profile(
    problem: identity.VerifyProblem,
) -> None:
    temporary = {"no-network", "service-failed", "throttled", "odd-answer", "not-renewed"}
    assert is_temporary(VerifyFailed("x", problem, "")) == (problem in temporary)
    assert not is_temporary(problem)

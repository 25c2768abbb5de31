"""Renewal: what rolecall does in every row of a table of clients, and what it never does.

The table has the behaviour of the AWS CLI, boto3, and the SDKs for JavaScript, Go and Ruby.
"""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from rolecall.aws.sign_in import SignInProblem
from rolecall.domain.errors import RolecallError, SignInNeeded
from rolecall.domain.model import AccessToken, Secret
from rolecall.domain.records import replace
from tests.support.desk import Desk

HOURS_8 = 8 * 3600


def token_file(desk: Desk) -> Path:
    return next(desk.sso_cache.glob("ee0b*"))


def minutes_left(desk: Desk, minutes: float) -> AccessToken:
    """Signed in nearly eight hours ago: return the token, with so many minutes left."""
    token = desk.sign_in()
    desk.clock.forward(HOURS_8 - minutes * 60)
    desk.server.calls.clear()
    return token


def valid_token(desk: Desk) -> AccessToken | None:
    return desk.services.sign_in.valid_token(desk.session)


def value(token: AccessToken | None) -> Secret | None:
    return None if token is None else token.value


def renewals(desk: Desk) -> int:
    return desk.server.calls.count("CreateToken")


class TestTheClientsTable:
    """One test for each row. The first line says what the other clients do."""

    def test_14_minutes_before_expiry_the_token_is_used(self, desk: Desk) -> None:
        """CLI, boto3 and Ruby renew; JavaScript and Go use it.

        rolecall uses it: starting at 10 minutes leaves time for ten attempts. A user who works
        with the CLI meanwhile has it renewed there, without two clients renewing at once.
        """
        old = minutes_left(desk, 14)
        assert valid_token(desk) == desk.token_cache.token(desk.session)
        assert value(valid_token(desk)) == old.value
        assert renewals(desk) == 0

    @pytest.mark.parametrize("minutes", [10, 4])
    def test_4_minutes_before_expiry_the_token_is_renewed(self, desk: Desk, minutes: int) -> None:
        """CLI, boto3, JavaScript and Ruby renew; Go uses it. rolecall renews."""
        self.is_renewed(desk, minutes)

    @pytest.mark.parametrize("minutes", [0, -600])
    def test_an_expired_token_is_renewed(self, desk: Desk, minutes: int) -> None:
        """All renew, and so does rolecall: no sign-in is needed."""
        self.is_renewed(desk, minutes)

    def is_renewed(self, desk: Desk, minutes: int) -> None:
        old = minutes_left(desk, minutes)
        new = valid_token(desk)
        assert new is not None
        assert new.value != old.value
        assert new.expires_at == desk.clock.now + timedelta(seconds=HOURS_8)
        assert valid_token(desk) == desk.token_cache.token(desk.session) == new
        assert renewals(desk) == 1

    def test_an_expired_registration_needs_a_sign_in(self, desk: Desk) -> None:
        """CLI, boto3 and Ruby fail without a call; JavaScript and Go make one, which must fail.

        rolecall makes none and asks for a sign-in, because the server would refuse the client.
        """
        minutes_left(desk, 0)
        desk.clock.forward(91 * 86400)
        assert valid_token(desk) is None
        with pytest.raises(SignInNeeded):
            desk.services.tokens.renew(desk.session)
        assert renewals(desk) == 0

    def test_a_token_without_a_refresh_token_is_used_until_it_expires(self, desk: Desk) -> None:
        """CLI and boto3 use the old token, JavaScript fails. rolecall uses it while it is valid."""
        old = minutes_left(desk, 4)
        desk.token_cache.save_token(desk.session, replace(old, refresh_token=None))
        assert valid_token(desk) == desk.token_cache.token(desk.session)
        assert renewals(desk) == 0
        desk.clock.forward(240)
        assert valid_token(desk) is None

    def test_the_answer_brings_no_new_refresh_token(self, desk: Desk) -> None:
        """CLI, boto3, JavaScript, Go and Ruby drop the old one, and with it the next renewal.

        rolecall keeps it, as the SDK for Rust does and as RFC 6749 §6 says: if the server issues no
        new one, the old one stays valid.
        """
        old = minutes_left(desk, 0)
        object.__setattr__(desk.server.options, "refresh_allowed", False)
        new = valid_token(desk)
        assert new is not None
        assert new.value != old.value
        assert new.refresh_token == old.refresh_token


class TestWhen:
    def test_11_minutes_left_the_token_is_used_unchanged(self, desk: Desk) -> None:
        old = minutes_left(desk, 11)
        assert value(valid_token(desk)) == old.value
        assert renewals(desk) == 0

    def test_without_a_token_none_is_valid(self, desk: Desk) -> None:
        assert valid_token(desk) is None

    def test_the_portal_refuses_a_valid_token(self, desk: Desk) -> None:
        """It is renewed if the session is valid; if not, a sign-in is needed."""
        old = desk.sign_in()
        desk.server.calls.clear()
        desk.services.tokens.renewal.note_refused(desk.session, old)
        new = valid_token(desk)
        assert new is not None
        assert new.value != old.value
        assert valid_token(desk) == new
        assert renewals(desk) == 1
        desk.server.forget_sign_ins()
        desk.services.tokens.renewal.note_refused(desk.session, new)
        assert valid_token(desk) is None


class TestWhatIsKept:
    def test_extra_keys_in_the_token_file_are_kept(self, desk: Desk) -> None:
        minutes_left(desk, 0)
        path = token_file(desk)
        path.write_text(json.dumps({**json.loads(path.read_text()), "theirs": [1]}))
        assert valid_token(desk) is not None
        assert json.loads(path.read_text())["theirs"] == [1]


class TestTogether:
    def test_many_rolecalls_make_one_call(self, desk: Desk) -> None:
        minutes_left(desk, 0)
        services = [desk.another() for _ in range(8)]
        with ThreadPoolExecutor(len(services)) as pool:
            found = list(pool.map(lambda each: each.sign_in.valid_token(desk.session), services))
        assert renewals(desk) == 1
        assert len({token.value for token in found if token is not None}) == 1
        assert None not in found

    def test_if_renewal_is_refused_only_one_rolecall_asks(self, desk: Desk) -> None:
        """The portal session has expired, and every terminal notices it in the same minute."""
        minutes_left(desk, -1)
        desk.server.forget_sign_ins()
        rolecalls = [desk.another() for _ in range(5)]
        before = desk.clock.now
        for rolecall in rolecalls:
            assert rolecall.sign_in.valid_token(desk.session) is None
        assert renewals(desk) == 1
        assert desk.clock.now - before < timedelta(seconds=2)
        desk.clock.forward(3600)
        assert desk.another().sign_in.valid_token(desk.session) is None
        assert renewals(desk) == 1

    def test_a_refusal_counts_only_for_its_refresh_token(self, desk: Desk) -> None:
        minutes_left(desk, -1)
        desk.server.forget_sign_ins()
        assert valid_token(desk) is None
        minutes_left(desk, -1)
        assert desk.another().sign_in.valid_token(desk.session) is not None

    def test_the_token_that_the_cli_has_just_renewed_is_used(self, desk: Desk) -> None:
        """The CLI has no lock: the refresh token is refused because the CLI has used it."""
        old = minutes_left(desk, 0)
        theirs = replace(
            old, value=Secret("theirs"), expires_at=desk.clock.now + timedelta(hours=8)
        )
        desk.token_cache.save_token(desk.session, theirs)
        written = token_file(desk).read_bytes()
        desk.token_cache.save_token(desk.session, old)
        desk.server.forget_sign_ins()
        naps: list[float] = []

        def sleep(seconds: float) -> None:
            """The CLI writes in place, a second after the answer of the server."""
            naps.append(seconds)
            if len(naps) == 5:
                token_file(desk).write_text("")
            if len(naps) == 10:
                token_file(desk).write_bytes(written)

        found = replace(desk.services.tokens.renewal, sleep=sleep).valid_token(desk.session)
        assert value(found) == Secret("theirs")
        assert len(naps) >= 10

    def test_an_expired_token_of_another_client_is_renewed_too(self, desk: Desk) -> None:
        old = minutes_left(desk, 0)
        theirs = replace(old, value=Secret("theirs"))
        desk.token_cache.save_token(desk.session, theirs)
        renewal = desk.services.tokens.renewal
        found = renewal.replace(old, desk.session)
        assert renewal.is_valid(found)
        assert found.value not in {old.value, theirs.value}
        assert renewals(desk) == 1

    def test_a_half_written_file_is_read_again(self, desk: Desk) -> None:
        desk.sign_in()
        whole = token_file(desk).read_bytes()
        token_file(desk).write_bytes(b"")

        def sleep(_: float) -> None:
            token_file(desk).write_bytes(whole)

        renewal = replace(desk.services.tokens.renewal, sleep=sleep)
        assert renewal.valid_token(desk.session) is not None

    def test_nobody_waits_for_a_file_that_is_whole_or_missing(self, desk: Desk) -> None:
        naps: list[float] = []
        renewal = replace(desk.services.tokens.renewal, sleep=naps.append)
        assert renewal.token(desk.session) is None
        token = desk.sign_in()
        found = renewal.token(desk.session)
        assert found is not None
        assert found.value == token.value
        assert naps == []
        token_file(desk).write_bytes(b"")
        assert renewal.token(desk.session) is None
        assert len(naps) == 1

    def test_renewing_by_hand_ignores_the_time_left(self, desk: Desk) -> None:
        old = desk.sign_in()
        new = desk.services.tokens.renew(desk.session)
        assert new.value != old.value

    def test_a_token_that_is_signed_out_meanwhile_is_not_renewed(self, desk: Desk) -> None:
        old = desk.sign_in()
        desk.another().tokens.sign_out(desk.session)
        with pytest.raises(SignInNeeded):
            desk.services.tokens.renewal.replace(old, desk.session)

    def test_an_expired_token_is_told_from_one_that_aws_has_revoked(self, desk: Desk) -> None:
        token = minutes_left(desk, 0)
        renewal = desk.services.tokens.renewal
        assert renewal.sign_in_needed(desk.session, None).problem == SignInProblem.EXPIRED
        assert renewal.sign_in_needed(desk.session, token).problem == SignInProblem.EXPIRED
        renewal.note_refused(desk.session, token)
        assert renewal.sign_in_needed(desk.session, token).problem == SignInProblem.REVOKED

    def test_renewing_by_hand_needs_a_token(self, desk: Desk) -> None:
        before = set(desk.services.locations.state.rglob("*"))
        with pytest.raises(SignInNeeded):
            desk.services.tokens.renewal.renew(desk.session)
        assert set(desk.services.locations.state.rglob("*")) == before

    def test_a_token_of_another_start_url_is_not_used(self, desk: Desk) -> None:
        """The name is now used for another Identity Center."""
        desk.sign_in()
        elsewhere = replace(desk.session, start_url="https://acme.awsapps.com/start")
        assert desk.services.sign_in.valid_token(elsewhere) is None
        slash = replace(desk.session, start_url=desk.session.start_url + "/#/")
        assert desk.services.sign_in.valid_token(slash) is not None


def test_a_token_file_without_a_start_url_belongs_to_the_session_of_its_name(desk: Desk) -> None:
    token = desk.sign_in()
    content = json.loads(token_file(desk).read_text())
    del content["startUrl"]
    token_file(desk).write_text(json.dumps(content))
    assert value(valid_token(desk)) == token.value


def test_a_problem_is_told_or_else_kept(desk: Desk) -> None:
    told: list[RolecallError] = []
    problem = SignInNeeded("corp")
    renewal = desk.services.tokens.renewal
    telling = replace(renewal, on_problem=told.append, problems=[])
    telling.report(problem)
    assert (told, telling.problems) == ([problem], [])
    renewal.report(problem)
    assert renewal.problems == [problem]


def test_a_token_does_not_renew_from_the_end_of_its_registration_on(desk: Desk) -> None:
    desk.sign_in()
    token = desk.token_cache.token(desk.session)
    assert token is not None
    assert token.registration is not None
    renewal = desk.services.tokens.renewal
    desk.clock.now = token.registration.expires_at - timedelta(seconds=1)
    assert renewal.can_renew(token)
    desk.clock.forward(1)
    assert not renewal.can_renew(token)


def test_locks_are_in_the_state_folder(desk: Desk) -> None:
    minutes_left(desk, 0)
    valid_token(desk)
    assert not list(desk.sso_cache.glob("*.lock"))
    assert list(Path(desk.services.locations.state).rglob("*.lock"))

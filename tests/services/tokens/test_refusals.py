"""What AWS refused is remembered by every rolecall until there is another token."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from rolecall.aws.portal import Portal
from rolecall.domain.errors import SignInNeeded, VerifyFailed
from rolecall.domain.model import AccessToken, Assignment, RoleCredentials
from rolecall.domain.records import replace
from rolecall.domain.time_left import is_signed_in
from rolecall.presentation import labels
from rolecall.presentation.errors import explain
from rolecall.presentation.texts import session_strings, switch_strings, token_strings
from rolecall.services.services import Services
from rolecall.services.switching.shell_facts import ShellFacts
from rolecall.services.switching.switching import Switching
from rolecall.services.tokens.expiry import ExpiryKind, NoRenewal
from tests.support.desk import Desk, save


def refused_by_role(desk: Desk) -> None:
    """Another rolecall asks for role credentials with a token that AWS refuses."""
    with pytest.raises(SignInNeeded):
        desk.another().credentials.of_role(desk.session, "038410265977", "AWSAdministratorAccess")


def valid_token(services: Services, desk: Desk) -> AccessToken | None:
    return services.sign_in.valid_token(desk.session)


def is_usable(desk: Desk) -> bool:
    switching = Switching(desk.environ)
    ((name, start_url),) = switching.start_urls().items()
    return is_signed_in(switching.token_of(name, start_url), desk.clock.now)


def test_a_revoked_session_is_not_signed_in_for_other_rolecalls(desk: Desk) -> None:
    desk.sign_in()
    desk.server.forget_sign_ins()
    assert is_usable(desk)
    refused_by_role(desk)
    desk.server.calls.clear()
    other = desk.another()
    assert valid_token(other, desk) is None
    assert not is_usable(desk)
    (token,) = [r for r in other.expiries.read().rows if r.kind is ExpiryKind.ACCESS_TOKEN]
    assert (token.refused, token.no_renewal) == (True, NoRenewal.REVOKED)
    assert desk.server.calls.count() == 0


@pytest.mark.thorough
@pytest.mark.parametrize("minutes", [None, 10, -10], ids=["whole", "near its end", "expired"])
def test_what_needs_a_sign_in_says_that_it_was_revoked(
    desk: Desk, audit: Assignment, minutes: int | None
) -> None:
    """It says the same as the rows of Tokens, however much time the token has left."""
    desk.sign_in()
    save(desk, "x", audit)
    desk.server.forget_sign_ins()
    refused_by_role(desk)
    token = desk.token_cache.token(desk.session)
    assert token is not None
    if minutes is not None:
        token = replace(token, expires_at=datetime.now(UTC) + timedelta(minutes=minutes))
        desk.token_cache.save_token(desk.session, token)
    told = "AWS has revoked the sign-in of corp. S signs in again."
    other = desk.another()
    asks: tuple[Callable[[], object], ...] = (
        lambda: other.credentials.of_profile("x"),
        lambda: other.tokens.renew(desk.session),
        lambda: other.inventory.list_everything(desk.session, lambda _: None),
    )
    for ask in asks:
        with pytest.raises(SignInNeeded) as raised:
            ask()
        assert explain(raised.value) == told
    with pytest.raises(VerifyFailed) as failed:
        other.verification.verify("x")
    assert explain(failed.value) == f"x: {told}"


def test_a_sign_in_that_only_expired_was_not_revoked(desk: Desk, audit: Assignment) -> None:
    token = desk.sign_in()
    save(desk, "x", audit)
    past = datetime.now(UTC) - timedelta(minutes=1)
    desk.token_cache.save_token(desk.session, replace(token, expires_at=past))
    desk.server.forget_sign_ins()
    told = "Signed out of corp. S signs in."
    with pytest.raises(SignInNeeded) as raised:
        desk.another().credentials.of_profile("x")
    assert explain(raised.value) == told
    with pytest.raises(VerifyFailed) as failed:
        desk.another().verification.verify("x")
    assert explain(failed.value) == f"x: {told}"


def test_the_memory_of_a_refusal_has_no_end(desk: Desk) -> None:
    desk.sign_in()
    desk.server.forget_sign_ins()
    refused_by_role(desk)
    desk.clock.forward(3600)
    desk.server.calls.clear()
    assert valid_token(desk.another(), desk) is None
    assert desk.server.calls.count() == 0


def test_after_another_sign_in_nothing_is_refused(desk: Desk) -> None:
    desk.sign_in()
    desk.server.forget_sign_ins()
    refused_by_role(desk)
    new = desk.sign_in()
    found = valid_token(desk.another(), desk)
    assert found is not None
    assert found.value == new.value
    assert is_usable(desk)


def test_a_refused_access_token_that_renews_is_renewed_by_another_rolecall(desk: Desk) -> None:
    old = desk.sign_in()
    desk.services.tokens.renewal.note_refused(desk.session, old)
    assert is_usable(desk)  # it renews itself
    found = valid_token(desk.another(), desk)
    assert found is not None
    assert found.value != old.value


def test_a_renewal_refused_while_the_token_is_valid_is_not_promised_again(desk: Desk) -> None:
    desk.sign_in()
    desk.server.forget_sign_ins()
    with pytest.raises(SignInNeeded):
        desk.another().tokens.renew(desk.session)
    switching = Switching(desk.environ)
    token = switching.token_of("corp", desk.server.start_url)
    assert token is not None
    assert token.renewable_until is None


def test_the_token_that_another_client_writes_is_not_refused(desk: Desk) -> None:
    desk.sign_in()
    desk.server.forget_sign_ins()
    refused_by_role(desk)
    services = desk.another()
    assert valid_token(services, desk) is None
    desk.token_cache.save_token(desk.session, desk.server.sign_in())  # as `aws sso login` does
    assert valid_token(services, desk) is not None
    assert is_usable(desk)
    assert desk.session in services.expiries.read().usable


@pytest.mark.parametrize("way", ["sign-in", "sign-out", "renewal"])
def test_what_is_no_longer_in_the_file_is_no_longer_recorded(desk: Desk, way: str) -> None:
    old = desk.sign_in()
    desk.services.tokens.renewal.note_refused(desk.session, old)
    assert desk.services.refusals.files()
    if way == "sign-in":
        desk.sign_in()
    elif way == "sign-out":
        desk.services.tokens.sign_out(desk.session)
    else:
        desk.services.tokens.renew(desk.session)
    assert not desk.services.refusals.files()


def test_every_text_says_the_same_of_a_refused_token(desk: Desk, audit: Assignment) -> None:
    desk.sign_in()
    save(desk, "x", audit)
    desk.server.forget_sign_ins()
    refused_by_role(desk)
    now = desk.clock.now
    token = ShellFacts(desk.environ | {"AWS_PROFILE": "x"}).token
    (row,) = [
        each for each in desk.services.expiries.read().rows if each.kind is ExpiryKind.ACCESS_TOKEN
    ]
    assert token is not None
    said = [
        token_strings.left(row, now),
        switch_strings.left_short(token, now),
        switch_strings.remaining(token, now),
        session_strings.token_line(token, now, usable=False, name="x").removeprefix("○ x  "),
    ]
    assert said == [labels.REVOKED] * len(said)


def test_a_sign_out_while_aws_is_asked_voids_the_answer(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The keys would be in the cache of the AWS CLI after the sign-out."""
    desk.sign_in()
    answered = Portal.role_credentials

    def signed_out_meanwhile(*arguments: Any) -> RoleCredentials:
        answer = answered(*arguments)
        desk.another().tokens.sign_out(desk.session)
        return answer

    monkeypatch.setattr(Portal, "role_credentials", signed_out_meanwhile)
    refused_by_role(desk)
    assert not desk.role_cache.entries()

"""What AWS refused is remembered by every rolecall until there is another token."""

from __future__ import annotations

import pytest

from rolecall.domain.errors import SignInNeeded
from rolecall.domain.model import AccessToken
from rolecall.services.expiry import ExpiryKind, NoRenewal
from rolecall.services.services import Services
from rolecall.services.switching import Switching, is_signed_in
from tests.support.desk import Desk


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

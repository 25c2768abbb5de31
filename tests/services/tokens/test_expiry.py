"""How urgent an expiry is, how long it is shown, and which comes first."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from rolecall.domain.model import SsoSession
from rolecall.domain.time_left import Level
from rolecall.services.tokens.expiry import Expiry, ExpiryKind, sort_expiries

NOW = datetime(2026, 11, 26, 20, 0, tzinfo=UTC)
SESSION = SsoSession("corp", "https://corp.awsapps.com/start", "eu-west-1")
SECOND = timedelta(seconds=1)


def of_kind(kind: ExpiryKind, expires_at: datetime = NOW, *, refused: bool = False) -> Expiry:
    return Expiry(kind, "id", "corp", SESSION, expires_at, refused=refused)


@pytest.mark.parametrize(
    ("kind", "shown_for"),
    [
        (ExpiryKind.ACCESS_TOKEN, timedelta(days=1)),
        (ExpiryKind.LOGIN_SESSION, timedelta(days=1)),
        (ExpiryKind.SHORT_TERM_CREDENTIALS, timedelta(hours=1)),
        (ExpiryKind.CLIENT_REGISTRATION, timedelta(0)),
        (ExpiryKind.ROLE_CREDENTIALS, timedelta(0)),
        (ExpiryKind.LOGIN_KEYS, timedelta(0)),
    ],
)
def test_what_only_the_user_can_renew_is_shown_for_a_while_after_its_end(
    kind: ExpiryKind, shown_for: timedelta
) -> None:
    row = of_kind(kind)
    assert not row.is_stale(NOW + shown_for - SECOND)
    assert row.is_stale(NOW + shown_for)


@pytest.mark.parametrize(
    ("kind", "lifetime"),
    [
        (ExpiryKind.ROLE_CREDENTIALS, timedelta(hours=1)),
        (ExpiryKind.SHORT_TERM_CREDENTIALS, timedelta(hours=1)),
        (ExpiryKind.LOGIN_SESSION, timedelta(hours=12)),
        (ExpiryKind.LOGIN_KEYS, timedelta(minutes=15)),
    ],
)
def test_the_bar_is_full_at_the_usual_lifetime(kind: ExpiryKind, lifetime: timedelta) -> None:
    assert of_kind(kind).typical_lifetime == lifetime


def test_a_refused_token_is_gone_before_its_end() -> None:
    later = NOW + timedelta(hours=8)
    assert of_kind(ExpiryKind.ACCESS_TOKEN, later).level(NOW) is not Level.GONE
    assert of_kind(ExpiryKind.ACCESS_TOKEN, later, refused=True).level(NOW) is Level.GONE


def test_a_refused_one_comes_before_those_that_expire_sooner() -> None:
    soon = of_kind(ExpiryKind.ACCESS_TOKEN, NOW + timedelta(hours=1))
    refused = of_kind(ExpiryKind.ACCESS_TOKEN, NOW + timedelta(hours=8), refused=True)
    assert sort_expiries([soon, refused], NOW) == [refused, soon]

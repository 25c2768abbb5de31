"""Texts about what expires: moments in both zones, and warnings."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from rolecall.domain.errors.file_error_reason import FileErrorReason
from rolecall.domain.errors.file_errors import TokenNotRenewed
from rolecall.domain.model import SsoSession
from rolecall.domain.records import replace
from rolecall.domain.time_left import Level, TimeLeft
from rolecall.files.aws_config.key_expiry import EXPIRY_KEYS
from rolecall.presentation import labels, times
from rolecall.presentation.texts import token_strings
from rolecall.services.tokens.expiry import Expiry, ExpiryKind
from tests.support.for_each import for_each

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
CET = timezone(timedelta(hours=1), "CET")
SESSION = SsoSession("corp", "https://corp.awsapps.com/start", "eu-west-1")


def expiry(
    kind: ExpiryKind, minutes: float, session: SsoSession | None = None, *, refused: bool = False
) -> Expiry:
    end = NOON + timedelta(minutes=minutes)
    return Expiry(kind, "1", "corp", session, end, renews=False, refused=refused)


@pytest.mark.parametrize(
    ("moment", "zone", "words"),
    [
        (NOON, CET, "expires 2026-11-24 13:00:00 CET · 12:00:00 UTC"),
        (NOON, UTC, "expires 2026-11-24 12:00:00 UTC"),
        (
            NOON + timedelta(hours=11, minutes=30),
            CET,
            "expires 2026-11-25 00:30:00 CET · 2026-11-24 23:30:00 UTC",
        ),
    ],
)
def test_the_exact_moment_is_shown_in_local_time_and_in_utc(
    moment: datetime, zone: timezone, words: str
) -> None:
    assert token_strings.exactly(moment, zone=zone) == words


def test_a_moment_within_a_day_has_no_date() -> None:
    midnight = NOON + timedelta(hours=11, minutes=30)
    assert token_strings.exactly(midnight, NOON, CET) == "expires 00:30:00 CET · 23:30:00 UTC"
    assert token_strings.exactly(midnight, NOON, UTC) == "expires 23:30:00 UTC"
    tomorrow = NOON + timedelta(days=1)
    assert token_strings.exactly(tomorrow, NOON, UTC) == "expires 2026-11-25 12:00:00 UTC"


def test_a_revoked_token_shows_no_time_left() -> None:
    assert token_strings.left(expiry(ExpiryKind.ACCESS_TOKEN, 60), NOON) == "1 h 0 min"
    refused = expiry(ExpiryKind.ACCESS_TOKEN, 60, refused=True)
    assert token_strings.left(refused, NOON) == labels.REVOKED


def test_a_warning_says_what_to_do_if_something_can_be_done() -> None:
    token = expiry(ExpiryKind.ACCESS_TOKEN, 14.5, SESSION)
    keys = expiry(ExpiryKind.SHORT_TERM_CREDENTIALS, 4.9)
    assert token_strings.warning([token], NOON, "S") == (
        "The access token of corp expires within 15 min and does not renew itself."
        " S signs in again."
    )
    assert token_strings.warning([keys, token], NOON, "S") == (
        "The short-term credentials of corp expire within 5 min. (and 1 more)"
    )


def test_a_warning_does_not_suggest_a_sign_in_that_would_be_refused() -> None:
    path = Path("/cache/token.json")
    token = replace(
        expiry(ExpiryKind.ACCESS_TOKEN, 14.5, SESSION),
        unwritable=TokenNotRenewed(path, FileErrorReason.READ_ONLY_FILE.value, "corp"),
    )
    assert token_strings.warning([token], NOON, "S") == (
        "The access token of corp expires within 15 min and does not renew itself."
        " Its file cannot be written (read-only file). Run chmod u+w on it."
    )


def test_every_expiry_key_with_known_tools_is_one_that_rolecall_reads() -> None:
    assert set(token_strings.TOOLS) <= set(EXPIRY_KEYS)


@for_each("minutes", [0, 3, 59, 60, 23 * 60, 26 * 60, 3 * 24 * 60, 300 * 24 * 60])
def test_an_expiry_in_the_past_fits_into_the_column(minutes: int) -> None:
    past = TimeLeft.until(NOON - timedelta(minutes=minutes), NOON)
    assert past.level is Level.GONE
    assert len(times.time_left(past)) <= 20

"""Login sessions: sign-ins with console credentials, as `aws login` makes them.

A profile names its login session by the ARN of the identity that signed in. Keys are valid for 15
minutes, and are renewed for at most 12 hours. The formats are those of AWS CLI 2.32 and later
(`awscli.customizations.login`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from rolecall.domain.records import NamedTuple

KEY: Final = "login_session"  # of a profile
# AWS does not say how long a session lasts, only that it is not longer than this.
LONGEST_SESSION: Final = timedelta(hours=12)
# A profile with one of these has other credentials, which come first for some clients.
OTHER_SOURCES: Final = (
    "web_identity_token_file",
    "sso_session",
    "sso_start_url",
    "sso_account_id",
    "sso_role_name",
    "role_arn",
    "aws_access_key_id",
    "credential_process",
)


class LoginIdentity(NamedTuple):
    """Who signed in. `name` is the rest of the ARN: `user/alice`, `root`, `assumed-role/Ops/al`."""

    account_id: str
    name: str


def identity_of(arn: str) -> LoginIdentity:
    """Return who an ARN names. Both are empty if it is not an ARN."""
    parts = arn.split(":", 5)
    return LoginIdentity(parts[4], parts[5]) if len(parts) == 6 else LoginIdentity("", "")


def other_source(values: Mapping[str, str]) -> str:
    """Return the key of a profile that gives it other credentials, or ""."""
    return next((key for key in OTHER_SOURCES if key in values), "")


def claims_of(id_token: str) -> Mapping[str, object]:
    """Return the claims of a JSON web token, unchecked; none if it is not such a token."""
    import base64
    import json

    try:
        payload = id_token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (ValueError, IndexError, RecursionError):
        return {}
    return claims if isinstance(claims, dict) else {}


def end_of(id_token: str) -> datetime | None:
    """Return the latest end of a session, from the moment of the sign-in; None if unknown."""
    began_at = claims_of(id_token).get("iat")
    if not isinstance(began_at, int | float) or isinstance(began_at, bool):
        return None
    try:
        return datetime.fromtimestamp(began_at, UTC) + LONGEST_SESSION
    except (ValueError, OverflowError, OSError):
        return None

"""A file with an access token, and when the token expires. Prompts wait for this import.

`files.caches.sso_cache` builds on it. Nothing here raises.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rolecall.domain.records import NamedTuple
from rolecall.domain.sign_in.sign_in_key import bare_url
from rolecall.domain.time_left import TokenExpiry
from rolecall.files.caches.refusals import (
    ACCESS,
    PROBLEM,
    REFRESH,
    REFUSED_AT,
    SIGNED_OUT,
    is_refused,
    record_of,
)
from rolecall.files.json_fields import Fields, load, text, time_of
from rolecall.files.paths import Paths
from rolecall.files.safe.replaceable import unwritable_file

if TYPE_CHECKING:
    from datetime import datetime


class RegistrationFields(NamedTuple):
    """The registration of a client."""

    client_id: str
    client_secret: str
    expires_at: datetime


class TokenFields(NamedTuple):
    """An access token with what renews it."""

    value: str
    expires_at: datetime
    start_url: str
    refresh_token: str | None
    registration: RegistrationFields | None

    @property
    def renewable_until(self) -> datetime | None:
        """The time until which the token can be renewed; None if it cannot be."""
        return self.registration.expires_at if self.refresh_token and self.registration else None


def token_stem(cache_key: str) -> str:
    """Return the CLI's name for a session's token file, without `.json`: a SHA-1.

    `cache_key` is the name of the sso-session, or a legacy start URL.
    """
    try:  # as the standard library does: hashlib is slow to load
        from _sha1 import sha1  # type: ignore[import-not-found]
    except ImportError:
        from hashlib import sha1

    digest = sha1(cache_key.encode("utf-8", "replace"), usedforsecurity=False)
    return str(digest.hexdigest())


def token_fields(fields: Fields) -> TokenFields | None:
    """Return the token in a file; None if its value or expiry is missing or unreadable."""
    value, expires_at = text(fields, ACCESS), time_of(fields, "expiresAt")
    if value is None or expires_at is None:
        return None
    return TokenFields(
        value,
        expires_at,
        text(fields, "startUrl") or "",
        text(fields, REFRESH),
        registration_fields(fields, "registrationExpiresAt"),
    )


def registration_fields(fields: Fields, expiry_key: str) -> RegistrationFields | None:
    """Return the registration in a file; None if a member is missing or unreadable."""
    client_id, secret = text(fields, "clientId"), text(fields, "clientSecret")
    expires_at = time_of(fields, expiry_key)
    if client_id is None or secret is None or expires_at is None:
        return None
    return RegistrationFields(client_id, secret, expires_at)


def token_expiry(paths: Paths[str], session: str, start_url: str) -> TokenExpiry | None:
    """Return when the session's token expires; None if there is no token for this start URL.

    `session` is what the token file is named after: the name of the sso-session or a legacy start
    URL. An empty `start_url` matches every token. A token that AWS has refused expires with the
    refusal.
    """
    stem = token_stem(session)
    path = f"{paths.sso_cache}/{stem}.json"
    token = token_fields(load(path))
    if token is None or not is_for(token.start_url, start_url):
        return None
    until = token.renewable_until
    expiry = TokenExpiry(token.expires_at, until, unwritable_file(path) if until else None)
    return _unless_refused(record_of(paths.state, stem), token, expiry)


def is_for(token_url: str, start_url: str) -> bool:
    """Whether a token with the first start URL is for the second; one without is for any."""
    return not token_url or not start_url or bare_url(token_url) == bare_url(start_url)


def _unless_refused(record: Fields, token: TokenFields, expiry: TokenExpiry) -> TokenExpiry | None:
    """Apply the record of refused tokens."""
    if is_refused(record, REFRESH, token.refresh_token):
        expiry = expiry._replace(renewable_until=None)
    refused_at = time_of(record, REFUSED_AT)
    if refused_at is not None and is_refused(record, ACCESS, token.value):
        if record.get(PROBLEM) == SIGNED_OUT:
            return None
        end = min(expiry.expires_at, refused_at)
        return expiry._replace(expires_at=end, is_refused=True)
    return expiry

"""When the access token of a session expires, read from the clients' token cache.

Nothing here raises. `files.sso_cache` reads the same files in full, but it takes longer to import
than a shell should wait.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rolecall.domain.sign_in_key import bare_url
from rolecall.domain.time_left import TokenExpiry
from rolecall.files.fast.read import read
from rolecall.files.fast.refusals import (
    ACCESS,
    PROBLEM,
    REFRESH,
    REFUSED_AT,
    SIGNED_OUT,
    Record,
    is_refused,
    record_of,
)
from rolecall.files.fast.replaceable import unwritable_file
from rolecall.files.fast.times import read_time

if TYPE_CHECKING:
    from datetime import datetime

_Fields = dict[str, object]
_FOR_RENEWAL = ("refreshToken", "clientId", "clientSecret")


def token_expiry(home: str, state: str, session: str, start_url: str) -> TokenExpiry | None:
    """Return when the session's token expires; None if there is no token for this start URL.

    `session` is what the token file is named after: the name of the sso-session or a legacy start
    URL. An empty `start_url` matches every token. `state` is rolecall's state folder. A token that
    AWS has refused expires with the refusal.
    """
    try:  # as the standard library does: hashlib takes long to load
        from _sha1 import sha1  # type: ignore[import-not-found]
    except ImportError:
        from hashlib import sha1

    stem = sha1(session.encode("utf-8", "replace"), usedforsecurity=False).hexdigest()
    path = f"{home}/.aws/sso/cache/{stem}.json"
    try:
        token = _object(path)
        expires_at, token_start_url = read_time(token.get("expiresAt")), _text(token, "startUrl")
        if expires_at is None or not _text(token, "accessToken"):
            return None
        if token_start_url and start_url and bare_url(token_start_url) != bare_url(start_url):
            return None
        is_renewable = all(_text(token, each) for each in _FOR_RENEWAL)
        until = read_time(token.get("registrationExpiresAt")) if is_renewable else None
    except (OSError, ValueError, AttributeError, RecursionError):
        return None
    expiry = TokenExpiry(expires_at, until, unwritable_file(path) if until else None)
    return _unless_refused(record_of(state, stem), token, expiry)


def has_usable_token(home: str, state: str, session: str, start_url: str, now: datetime) -> bool:
    """Return whether the session's token is valid, or can be renewed."""
    token = token_expiry(home, state, session, start_url)
    return token is not None and token.is_usable(now)


def _unless_refused(record: Record, token: _Fields, expiry: TokenExpiry) -> TokenExpiry | None:
    """Apply what is recorded of refused tokens."""
    if is_refused(record, REFRESH, token.get(REFRESH)):
        expiry = expiry._replace(renewable_until=None)
    refused_at = read_time(record.get(REFUSED_AT))
    if refused_at is not None and is_refused(record, ACCESS, token.get(ACCESS)):
        if record.get(PROBLEM) == SIGNED_OUT:
            return None
        end = min(expiry.expires_at, refused_at)
        return expiry._replace(expires_at=end, is_refused=True)
    return expiry


def _object(path: str) -> _Fields:
    """Return the JSON in a file, which is probably an object. Raises OSError, ValueError."""
    import json

    found: _Fields = json.loads(read(path).decode())
    return found


def _text(token: _Fields, key: str) -> str:
    """Return a member if it is text, else empty: `files.sso_cache` does not read it either."""
    value = token.get(key)
    return value if isinstance(value, str) else ""

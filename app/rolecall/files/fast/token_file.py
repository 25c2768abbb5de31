"""When the access token of a session expires, read from the clients' token cache.

Nothing here raises. `files.sso_cache` reads the same files in full, but it takes longer to import
than a shell should wait.
"""

from __future__ import annotations

from rolecall.domain.time_left import TokenExpiry
from rolecall.files.fast.times import read_time


def token_expiry(home: str, session: str, start_url: str) -> TokenExpiry | None:
    """Return when the session's token expires; None if there is no token for this start URL.

    `session` is what the token file is named after: the name of the sso-session or a legacy start
    URL. An empty `start_url` matches every token.
    """
    import hashlib
    import json

    stem = hashlib.sha1(session.encode("utf-8", "replace"), usedforsecurity=False).hexdigest()
    try:
        with open(f"{home}/.aws/sso/cache/{stem}.json", "rb") as file:
            token = json.loads(file.read().decode())
        expires_at, token_start_url = read_time(token.get("expiresAt")), token.get("startUrl")
        if expires_at is None or not token.get("accessToken"):
            return None
        if token_start_url and start_url and _compared(token_start_url) != _compared(start_url):
            return None
        is_renewable = token.get("refreshToken") and token.get("clientId")
        until = read_time(token.get("registrationExpiresAt")) if is_renewable else None
    except (OSError, ValueError, AttributeError, RecursionError):
        return None
    return TokenExpiry(expires_at, until)


def _compared(start_url: str) -> str:
    """Return the form of a start URL in which equal ones are equal."""
    return start_url.rstrip("/#").lower()

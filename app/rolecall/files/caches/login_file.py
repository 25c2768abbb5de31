"""A file of `aws login`, and when the keys in it expire. Prompts wait for this import.

`files.caches.login_cache` builds on it. Nothing here raises.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rolecall.domain.login_session import LONGEST_SESSION, end_of
from rolecall.domain.records import NamedTuple
from rolecall.domain.time_left import TokenExpiry
from rolecall.files.caches.refusals import REFRESH, is_refused, record_of
from rolecall.files.json_fields import OF_LOGIN, Fields, KeyFields, keys_of, load, text
from rolecall.files.paths import Paths
from rolecall.files.safe.replaceable import unwritable_file

if TYPE_CHECKING:
    from datetime import datetime


class LoginFields(NamedTuple):
    """A login session: its keys, what renews them, and the latest end if that is known."""

    keys: KeyFields
    refresh_token: str
    client_id: str
    dpop_key: str
    id_token: str | None
    ends_at: datetime | None


def login_stem(login_session: str) -> str:
    """Return the name of a session's file, without `.json`.

    The rule is `botocore.utils.generate_login_cache_key`.
    """
    import hashlib

    return hashlib.sha256(login_session.encode("utf-8", "replace")).hexdigest()


def login_fields(fields: Fields) -> LoginFields | None:
    """Return the session in a file; None if a member that all clients need is missing
    (`botocore.credentials.LoginCredentialFetcher._REQUIRED_TOKEN_FIELDS`).
    """
    keys = keys_of(fields.get("accessToken"), OF_LOGIN)
    refresh_token, client_id = text(fields, REFRESH), text(fields, "clientId")
    dpop_key, id_token = text(fields, "dpopKey"), text(fields, "idToken")
    if keys is None or refresh_token is None or client_id is None or dpop_key is None:
        return None
    end = end_of(id_token or "")
    return LoginFields(keys, refresh_token, client_id, dpop_key, id_token, end)


def login_expiry(paths: Paths[str], login_session: str) -> TokenExpiry | None:
    """Return when the keys expire, and until when they can be renewed; None without keys."""
    stem = login_stem(login_session)
    path = f"{paths.login_cache}/{stem}.json"
    found = login_fields(load(path))
    if found is None:
        return None
    if is_refused(record_of(paths.state, stem), REFRESH, found.refresh_token):
        return TokenExpiry(found.keys.expires_at, None, is_refused=True)
    until = found.ends_at or found.keys.expires_at + LONGEST_SESSION
    return TokenExpiry(found.keys.expires_at, until, unwritable_file(path))

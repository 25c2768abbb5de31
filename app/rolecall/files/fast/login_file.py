"""When the keys of a login session expire, read from the cache of `aws login`.

Nothing here raises. `files.login_cache` reads the same files in full, but it takes longer to import
than a shell should wait.
"""

from __future__ import annotations

from rolecall.domain.login_session import LONGEST_SESSION, end_of
from rolecall.domain.time_left import TokenExpiry
from rolecall.files.fast.read import read
from rolecall.files.fast.refusals import REFRESH, is_refused, record_of
from rolecall.files.fast.replaceable import unwritable_file
from rolecall.files.fast.times import read_time

_FOR_RENEWAL = ("refreshToken", "clientId", "dpopKey")


def login_stem(login_session: str) -> str:
    """Return the name of a session's file, without `.json`.

    The rule is `botocore.utils.generate_login_cache_key`.
    """
    import hashlib

    return hashlib.sha256(login_session.encode("utf-8", "replace")).hexdigest()


def login_expiry(folder: str, state: str, login_session: str) -> TokenExpiry | None:
    """Return when the keys expire, and until when they can be renewed at most; None without keys.

    `state` is rolecall's state folder, which has what AWS has refused.
    """
    import json

    stem = login_stem(login_session)
    path = f"{folder}/{stem}.json"
    try:
        fields = json.loads(read(path).decode())
        expires_at = read_time(fields["accessToken"]["expiresAt"])
        if expires_at is None:
            return None
        tokens = [fields.get(key) for key in _FOR_RENEWAL]
        is_renewable = all(isinstance(token, str) and token for token in tokens)
        id_token = fields.get("idToken")
        end = end_of(id_token) if isinstance(id_token, str) else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    refused = is_refused(record_of(state, stem), REFRESH, tokens[0])
    if not is_renewable or refused:
        return TokenExpiry(expires_at, None, is_refused=refused)
    return TokenExpiry(expires_at, end or expires_at + LONGEST_SESSION, unwritable_file(path))

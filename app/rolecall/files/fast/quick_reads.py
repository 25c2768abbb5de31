"""What a switch tells and a picker sorts by, read without waiting and without ever failing.

The full readers of these files are `sso_cache`, `inventory` and `cli_cache`; importing them takes
longer than a shell should wait for.
"""

from __future__ import annotations

import contextlib
import os
import time
from typing import Any, Final, NamedTuple

from rolecall.domain.time_left import TokenExpiry
from rolecall.files.fast.times import read_time

INVENTORY: Final = "inventory.sqlite"
_RECENT: Final = "recent-profiles"
_LONGEST: Final = 65_536  # bytes of the file of recent profiles


class RoleUse(NamedTuple):
    """A favourite, or a use of a permission set in an account, at seconds since the epoch."""

    session: str
    account_id: str
    permission_set: str
    is_favourite: bool
    used_at: float


def token_expiry(home: str, session: str, start_url: str) -> TokenExpiry | None:
    """Of the token that the clients keep for the session, if it is of that start URL."""
    import hashlib
    import json

    stem = hashlib.sha1(session.encode("utf-8", "replace"), usedforsecurity=False).hexdigest()
    try:
        with open(f"{home}/.aws/sso/cache/{stem}.json", "rb") as file:
            token = json.loads(file.read())
        ends, theirs = read_time(token.get("expiresAt")), token.get("startUrl")
        if ends is None or not token.get("accessToken"):
            return None
        if theirs and start_url and _bare(theirs) != _bare(start_url):
            return None
        renewable = token.get("refreshToken") and token.get("clientId")
        until = read_time(token.get("registrationExpiresAt")) if renewable else None
    except (OSError, ValueError, AttributeError, RecursionError):
        return None
    return TokenExpiry(ends, until)


def account_name(cache: str, session: str, account_id: str) -> str:
    """What the inventory calls an account, as AWS sent it; empty where it does not know."""
    query = (
        "SELECT name FROM account JOIN sign_in ON sign_in = sign_in.id"
        " WHERE account.id = ? AND cache_key = ?"
    )
    rows = _inventory(cache, query, (account_id, session))
    return rows[0][0] if rows else ""


def account_names(cache: str) -> dict[tuple[str, str], str]:
    """All of them, by session and account id."""
    query = "SELECT cache_key, account.id, name FROM account JOIN sign_in ON sign_in = sign_in.id"
    return {(session, id_): name for session, id_, name in _inventory(cache, query)}


def first_accounts(
    cache: str, session: str, start_url: str, count: int
) -> list[tuple[str, str, str, str | None]]:
    """Id, name, e-mail and permission sets (a JSON list, or None) of those that come first in a
    table of accounts: what is marked, then the portal's order.
    """
    query = (
        "SELECT account.id, name, email, permission_sets"
        " FROM account JOIN sign_in ON sign_in = sign_in.id"
        " WHERE cache_key = ? AND start_url = ? ORDER BY"
        " account.id NOT IN (SELECT mark.id FROM mark WHERE mark.sign_in = sign_in.id), place"
        " LIMIT ?"
    )
    return _inventory(cache, query, (session, start_url, count))


def role_uses(cache: str) -> list[RoleUse]:
    query = (
        "SELECT cache_key, mark.id, permission_set, is_favourite, used_at"
        " FROM mark JOIN sign_in ON sign_in = sign_in.id"
    )
    rows = _inventory(cache, query)
    return [
        RoleUse(session, id_, role, bool(star), at or 0.0) for session, id_, role, star, at in rows
    ]


def note_use_of(cache: str, session: str, account_id: str, permission_set: str) -> None:
    """A shell was switched to the permission set now; nothing where nobody listed the session."""
    statement = (
        "INSERT INTO mark (sign_in, id, permission_set, used_at)"
        " SELECT id, ?, ?, ? FROM sign_in WHERE cache_key = ?"
        " ON CONFLICT (sign_in, id, permission_set) DO UPDATE SET used_at = excluded.used_at"
    )
    _inventory(cache, statement, (account_id, permission_set, time.time(), session))


def note_use(state: str, name: str) -> None:
    """A shell was switched to the profile now."""
    path = f"{state}/{_RECENT}"
    line = f"{time.time():.0f} {name}\n".encode("utf-8", "surrogateescape")
    with contextlib.suppress(OSError):
        try:
            file = _opened(path)
        except FileNotFoundError:
            os.makedirs(state, 0o700, exist_ok=True)
            file = _opened(path)
        try:
            os.write(file, line)
            if os.fstat(file).st_size > _LONGEST:
                _shorten(path)
        finally:
            os.close(file)


def recent(state: str) -> dict[str, float]:
    """When each profile was last switched to, in seconds since the epoch."""
    try:
        with open(f"{state}/{_RECENT}", "rb") as file:
            lines = file.read().decode("utf-8", "surrogateescape").split("\n")
    except OSError:
        return {}
    found = {}
    for line in lines:
        when, _, name = line.partition(" ")
        if name and when.isdecimal():
            found[name] = float(when)
    return found


def _opened(path: str) -> int:
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
    return os.open(path, flags, 0o600)


def _shorten(path: str) -> None:
    """Keep what is newest: each profile once."""
    state = os.path.dirname(path)
    kept = sorted(recent(state).items(), key=lambda item: item[1])[-500:]
    text = "".join(f"{when:.0f} {name}\n" for name, when in kept)
    new = f"{path}.{os.getpid()}"
    with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(text.encode("utf-8", "surrogateescape"))
    os.replace(new, path)


def _inventory(
    cache: str, query: str, values: tuple[str | float, ...] = ()
) -> list[tuple[Any, ...]]:
    """Nothing where there is no inventory, or it is of another shape, or broken."""
    path = f"{cache}/{INVENTORY}"
    if not os.path.exists(path):
        return []
    import sqlite3

    try:
        connection = sqlite3.connect(path, timeout=0.1, isolation_level=None)
        try:
            return connection.execute(query, values).fetchall()
        finally:
            connection.close()
    except sqlite3.Error:
        return []


def _bare(start_url: str) -> str:
    return start_url.rstrip("/#").lower()

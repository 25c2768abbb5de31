"""A few queries on the inventory cache, for commands that a shell waits for.

Nothing here raises: without a cache, or with one that is broken or of another version, a query
finds nothing. `files.inventory.inventory` is the full reader, but it takes longer to import than a
shell should wait.
"""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Any, Final

from rolecall.domain.records import NamedTuple
from rolecall.domain.sign_in.sign_in_key import sign_in_key

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from rolecall.domain.switching.variables import AccountKey

INVENTORY: Final = "inventory.sqlite"
UNCHANGED: Final = "mode=ro&immutable=1"  # otherwise SQLite would create files next to it
_BUSY: Final = 5  # SQLITE_BUSY
# An account is there if it was listed in the last complete crawl or later. One that only account
# access manager knows is there as long as it has roles of the session's account access portal,
# whose address is the parameter. Other rows stay for the comparison with the next complete crawl
# and, after a change of the portal, for an undo.
IS_THERE: Final = (
    "(listed_in >= complete"
    " AND (NOT roles_only OR permission_sets != '[]' OR (roles_of = ? AND roles != '[]')))"
)

# The key of a sign-in, as `sign_in_key` has it. Rows keep the spelling that they were made with.
_URL: Final = "lower(rtrim(start_url, '/#'))"
_SESSION: Final = f"CASE cache_key WHEN start_url THEN {_URL} ELSE cache_key END"
# The row of a sign-in; its key are the parameters. Older versions made one for each spelling.
SIGN_INS: Final = f"SELECT id FROM sign_in WHERE {_SESSION} = ? AND {_URL} = ?"  # noqa: S608
SIGN_IN: Final = f"({SIGN_INS} ORDER BY complete_at DESC, id DESC LIMIT 1)"

_ACCOUNTS: Final = "account JOIN sign_in ON sign_in = sign_in.id"
# The ID and the name of each account. A condition on the ID is quick because of the join.
NAMES: Final = f"SELECT account.id, name FROM {_ACCOUNTS}"  # noqa: S608
# The accounts of a sign-in: ID, name, e-mail, permission sets and roles. The last two are JSON
# lists of names, NULL if they were not listed. The parameters are the address of the account access
# portal whose roles they are, the key of the sign-in, and the address again.
LISTED: Final = (
    "SELECT account.id, name, email, permission_sets, CASE WHEN roles_of = ? THEN roles END"  # noqa: S608
    f" FROM {_ACCOUNTS} WHERE sign_in.id = {SIGN_IN} AND {IS_THERE}"
)
# As `domain.inventory.catalogue` sorts.
BY_NAME: Final = "replace(upper(name), '_', '-'), account.id"


class RoleUse(NamedTuple):
    """A permission set of an account that is a favourite or was used.

    `account` has the key of its sign-in and its ID. `used_at` is in seconds since the epoch; 0
    means never.
    """

    account: AccountKey
    permission_set: str
    is_favourite: bool
    used_at: float


def account_name(cache: str, account: AccountKey) -> str:
    """Return the name of an account as AWS sent it; empty if it is unknown.

    Without a session, any may know it: an account has its ID everywhere.
    """
    *session, id_ = account
    query = (
        f"SELECT name FROM {_ACCOUNTS}"  # noqa: S608
        f" WHERE account.id = ? AND (? = '' OR ({_SESSION} = ? AND {_URL} = ?))"
        " ORDER BY complete_at DESC LIMIT 1"
    )
    key = sign_in_key(*session)
    rows = _rows(cache, query, (id_, key[0], *key))
    return rows[0][0] if rows else ""


def account_names(cache: str) -> dict[AccountKey, str]:
    """Return the names of all accounts, each also without a session, as `account_name` does."""
    return {key: name for key, (name, _) in names_and_emails(cache).items()}


def names_and_emails(cache: str) -> dict[AccountKey, tuple[str, str]]:
    """Return the name and the e-mail address of all accounts, with the keys of `account_names`."""
    query = (
        f"SELECT {_SESSION}, {_URL}, account.id, name, email"  # noqa: S608
        f" FROM {_ACCOUNTS} ORDER BY complete_at"
    )
    found: dict[AccountKey, tuple[str, str]] = {}
    for session, url, id_, *texts in _rows(cache, query):
        name, email = texts
        found[session, url, id_] = found["", "", id_] = name, email
    return found


def names_of_account(cache: str, account_id: str) -> list[str]:
    """Return the names that all sessions have for an account."""
    return [name for _, name in _rows(cache, f"{NAMES} WHERE account.id = ?", (account_id,))]


def names_by_account(cache: str) -> dict[str, list[str]]:
    """Return the names that all sessions have for each account, by its ID."""
    return by_account(_rows(cache, NAMES))


def by_account(rows: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Return the rows of NAMES by account ID."""
    names: dict[str, list[str]] = {}
    for id_, name in rows:
        names.setdefault(id_, []).append(name)
    return names


def first_accounts(
    cache: str, session: str, start_url: str, count: int, roles_of: str = ""
) -> list[tuple[str, str, str, str | None, str | None]]:
    """Return the accounts at the top of a table: favourites and used ones first, then by name.

    Each has its ID, name, e-mail, permission sets and roles (JSON lists of names; None if not
    listed). `roles_of` is the address of the account access portal whose roles they are.
    """
    query = (
        f"{LISTED} ORDER BY"  # noqa: S608
        " NOT EXISTS (SELECT 1 FROM favourite"
        " WHERE favourite.sign_in = account.sign_in AND favourite.id = account.id"
        " AND (used_at > 0 OR (is_favourite AND permission_set = ''))),"
        f" {BY_NAME} LIMIT ?"
    )
    return _rows(cache, query, (roles_of, *sign_in_key(session, start_url), roles_of, count))


def complete_at(cache: str, session: str, start_url: str, roles_of: str = "") -> float | None:
    """Return when the last complete crawl ended, in seconds since the epoch.

    None if there was none, if a later one was interrupted, or if an account or the roles of the
    account access portal at the address `roles_of` were not listed.
    """
    query = (
        f"SELECT complete_at FROM sign_in WHERE id = {SIGN_IN} AND crawl = complete"  # noqa: S608
        " AND NOT EXISTS (SELECT 1 FROM account"
        f" WHERE account.sign_in = sign_in.id AND sets_in < complete AND {IS_THERE})"
        " AND (? = '' OR (roles_of = ? AND roles_in >= complete))"
    )
    key = sign_in_key(session, start_url)
    rows = _rows(cache, query, (*key, roles_of, roles_of, roles_of))
    return rows[0][0] if rows else None


def accounts(
    cache: str, session: str, start_url: str, roles_of: str = ""
) -> list[tuple[str, str, str, str, str | None]]:
    """Return all accounts by name: ID, name, e-mail, permission sets and roles, which are JSON
    lists of names. Those that were never listed are left out. `roles_of` is as for
    `first_accounts`.
    """
    query = f"{LISTED} AND permission_sets IS NOT NULL ORDER BY {BY_NAME}"
    return _rows(cache, query, (roles_of, *sign_in_key(session, start_url), roles_of))


def role_uses(cache: str) -> list[RoleUse]:
    """Return all favourites and uses of all sessions."""
    query = (
        f"SELECT {_SESSION}, {_URL}, favourite.id, permission_set, max(is_favourite), max(used_at)"  # noqa: S608
        " FROM favourite JOIN sign_in ON sign_in = sign_in.id GROUP BY 1, 2, 3, 4"
    )
    rows = _rows(cache, query)
    return [
        RoleUse((session, url, id_), role, bool(star), at or 0.0)
        for session, url, id_, role, star, at in rows
    ]


def note_role_use(cache: str, account: AccountKey, permission_set: str) -> None:
    """Record that the permission set is used now; do nothing if the session was never listed."""
    statement = (
        "INSERT INTO favourite (sign_in, id, permission_set, used_at)"  # noqa: S608
        f" SELECT id, ?, ?, ? FROM sign_in WHERE id = {SIGN_IN}"
        " ON CONFLICT (sign_in, id, permission_set) DO UPDATE SET used_at = excluded.used_at"
    )
    *session, account_id = account
    key = sign_in_key(*session)
    _rows(cache, statement, (account_id, permission_set, time.time(), *key))


def _rows(cache: str, query: str, values: tuple[str | float, ...] = ()) -> list[tuple[Any, ...]]:
    path = f"{cache}/{INVENTORY}"
    if not os.path.isfile(path):  # SQLite would wait for someone to write into a pipe
        return []
    try:
        import sqlite3
    except ImportError:  # Python can be built without it, and its library can be missing
        return []

    uris = [uri_of(path)] if os.access(path, os.W_OK) else []
    for uri in (*uris, uri_of(path, UNCHANGED)):
        try:
            connection = sqlite3.connect(uri, timeout=0.1, isolation_level=None, uri=True)
            try:
                return connection.execute(query, values).fetchall()
            finally:
                connection.close()
        except sqlite3.Error as error:
            # A copy of what another process writes now could be a broken one.
            if is_busy(error):
                break
    return []


def is_busy(error: sqlite3.Error) -> bool:
    """Whether another process has the database now."""
    # The low byte is the code, the others say more. Text that is not UTF-8 has no code.
    return getattr(error, "sqlite_errorcode", 0) & 0xFF == _BUSY


def uri_of(path: str, how: str = "mode=rw") -> str:
    """Return the URI of a database, which SQLite does not create: the file would not be private."""
    quoted = os.path.abspath(path).replace("%", "%25").replace("?", "%3f").replace("#", "%23")
    return f"file://{quoted}?{how}"

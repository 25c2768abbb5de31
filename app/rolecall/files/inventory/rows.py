"""Convert between rows of the inventory cache and objects of the domain."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from rolecall.domain.model import Account, PermissionSet, SsoSession
from rolecall.domain.sign_in.sign_in_key import sign_in_key
from rolecall.domain.text import original, safe
from rolecall.files.inventory.queries import SIGN_IN, SIGN_INS

if TYPE_CHECKING:
    import sqlite3

PermissionSets = tuple[PermissionSet, ...]


class PermissionSetParser:
    """Parse JSON lists of names into permission sets. Equal lists give the same object."""

    def __init__(self) -> None:
        self._made: dict[str | None, PermissionSets | None] = {None: None, "null": None}
        self._names: dict[str, PermissionSet] = {}

    def __call__(self, text: str | None) -> PermissionSets | None:
        if text not in self._made:
            assert text is not None
            self._made[text] = tuple(self._set(name) for name in json.loads(text))
        return self._made[text]

    def _set(self, name: str) -> PermissionSet:
        return self._names.setdefault(name, PermissionSet(safe(name)))


def names_json(permission_sets: Iterable[PermissionSet]) -> str:
    """Return the names of permission sets as they are stored."""
    return json.dumps([original(each.name) for each in permission_sets])


def account_of(id_: str, name: str, email: str) -> Account:
    """Return the account of a stored row."""
    return Account(safe(id_), safe(name), safe(email))


def key_of(session: SsoSession) -> tuple[str, str]:
    """Return what identifies the session in the database."""
    return sign_in_key(stored_text(session.cache_key), stored_text(session.start_url))


def tenant_address(session: SsoSession) -> str | None:
    """Return what identifies the account access manager whose roles the session has, if any."""
    return session.tenant.address if session.tenant else None


def sign_in_id(db: sqlite3.Connection, session: SsoSession) -> int:
    """Return the sign-in's number; 0, which is never used, if it is unknown."""
    (id_,) = db.execute(f"SELECT {SIGN_IN}", key_of(session)).fetchone()
    return id_ or 0


def sign_in_id_made(db: sqlite3.Connection, session: SsoSession) -> int:
    """Return the ID of the session in the database; it is added if it is missing.

    The IDs that an older version made for other spellings of the start URL are merged.
    """
    if found := sign_in_id(db, session):
        for (other,) in db.execute(SIGN_INS, key_of(session)).fetchall():
            if other != found:
                _merge(db, other, found)
        return found
    names = stored_text(session.cache_key), stored_text(session.start_url)
    made = db.execute("INSERT INTO sign_in (cache_key, start_url) VALUES (?, ?)", names)
    assert made.lastrowid is not None
    return made.lastrowid


def _merge(db: sqlite3.Connection, other: int, kept: int) -> None:
    """Move the favourites and uses of another sign-in to one, and delete the other."""
    db.execute(
        "INSERT INTO favourite (sign_in, id, permission_set, is_favourite, used_at)"
        " SELECT ?, id, permission_set, is_favourite, used_at FROM favourite WHERE sign_in = ?"
        " ON CONFLICT (sign_in, id, permission_set) DO UPDATE SET"
        " is_favourite = max(is_favourite, excluded.is_favourite),"
        " used_at = nullif(max(coalesce(used_at, 0), coalesce(excluded.used_at, 0)), 0)",
        (kept, other),
    )
    for table, column in (
        *(("favourite", "sign_in"), ("account", "sign_in"), ("change", "sign_in")),
        ("sign_in", "id"),
    ):
        db.execute(f"DELETE FROM {table} WHERE {column} = ?", (other,))  # noqa: S608


def has_crawl(db: sqlite3.Connection, sign_in: int, crawl: int) -> bool:
    """Whether the crawl began in this database, and not in one that was deleted since then."""
    (last,) = db.execute("SELECT crawl FROM sign_in WHERE id = ?", (sign_in,)).fetchone()
    return bool(crawl <= last)


def stored_text(text: str) -> str:
    """Return the text as it was before it was made safe, with `?` for what UTF-8 cannot encode."""
    return original(text).encode("utf-8", "replace").decode()


def time_of(seconds: float | None) -> datetime | None:
    """Return a stored time, or None if there is none."""
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)

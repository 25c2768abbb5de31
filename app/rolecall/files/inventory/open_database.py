"""The database of the inventory cache: its tables, and what replaces it without sqlite3.

A change of the tables needs a new version, and its upgrade.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    import sqlite3

    from rolecall.files.inventory.database import Database

T = TypeVar("T")

VERSION: Final = 6

# `permission_sets` is a JSON list of names, NULL if they were never listed. `before` is the same
# list at the last complete crawl: 'null' if it was unknown, NULL if the account did not exist.
# `roles` and `roles_before` are the same lists for account access manager. `roles_of` is the
# address of the portal that `roles` are from. `roles_only` is 1 if only account access manager
# knows the account. `listed_in`, `sets_in` and `roles_in` are numbers of crawls; `listed_in` is 0
# if the account is gone. `began_at` is NULL if the crawl of the number `crawl` must not be
# continued.
_ACCOUNT: Final = """
CREATE TABLE account (
    sign_in INTEGER NOT NULL, id TEXT NOT NULL, name TEXT NOT NULL, email TEXT NOT NULL,
    listed_in INTEGER NOT NULL, seen_at REAL NOT NULL,
    permission_sets TEXT, sets_in INTEGER NOT NULL DEFAULT 0, sets_seen_at REAL, before TEXT,
    roles TEXT, roles_before TEXT, roles_only INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (sign_in, id)
) WITHOUT ROWID"""
SCHEMA: Final = f"""
CREATE TABLE sign_in (
    id INTEGER PRIMARY KEY, cache_key TEXT NOT NULL, start_url TEXT NOT NULL,
    crawl INTEGER NOT NULL DEFAULT 0, began_at REAL,
    complete INTEGER NOT NULL DEFAULT 0, complete_at REAL, compared_with REAL,
    request_rate TEXT, roles_in INTEGER NOT NULL DEFAULT 0, roles_of TEXT,
    UNIQUE (cache_key, start_url)
);
{_ACCOUNT};
CREATE TABLE change (
    sign_in INTEGER NOT NULL, is_new INTEGER NOT NULL,
    id TEXT NOT NULL, name TEXT NOT NULL, email TEXT NOT NULL, permission_set TEXT
);
CREATE TABLE favourite (
    sign_in INTEGER NOT NULL, id TEXT NOT NULL, permission_set TEXT NOT NULL,
    is_favourite INTEGER NOT NULL DEFAULT 0, used_at REAL,
    PRIMARY KEY (sign_in, id, permission_set)
) WITHOUT ROWID
"""

# The statements that turn a version into the next one, by version. Favourites exist nowhere else,
# so they are kept.
UPGRADES: Final = {
    1: """
ALTER TABLE sign_in RENAME COLUMN pace TO request_rate;
ALTER TABLE account RENAME COLUMN place TO position;
ALTER TABLE mark RENAME TO favourite
""",
    2: """
ALTER TABLE sign_in ADD COLUMN roles_in INTEGER NOT NULL DEFAULT 0;
ALTER TABLE account ADD COLUMN roles TEXT;
ALTER TABLE account ADD COLUMN roles_before TEXT
""",
    3: "ALTER TABLE sign_in ADD COLUMN roles_of TEXT",
    4: """
ALTER TABLE account ADD COLUMN roles_only INTEGER NOT NULL DEFAULT 0;
UPDATE account SET roles_only = 1 WHERE permission_sets = '[]' AND roles != '[]'
""",
    # SQLite before 3.35 drops no column.
    5: f"""
ALTER TABLE account RENAME TO account_of_5;
{_ACCOUNT};
INSERT INTO account SELECT sign_in, id, name, email, listed_in, seen_at, permission_sets, sets_in,
    sets_seen_at, before, roles, roles_before, roles_only FROM account_of_5;
DROP TABLE account_of_5
""",  # noqa: S608
}


class NoDatabase:
    """In the place of a database if Python cannot load sqlite3."""

    is_there = False
    is_changed_by_others = False

    def read(self, _: Callable[[sqlite3.Connection], T], otherwise: T) -> T:
        return otherwise

    def write(self, _: Callable[[sqlite3.Connection], T], otherwise: T) -> T:
        return otherwise

    def close(self) -> None:
        pass


def open_database(path: Path, state: Path) -> Database | NoDatabase:
    """Return the database. `state` is rolecall's state folder, for the lock."""
    try:
        from rolecall.files.inventory.database import Database
    except ImportError:
        return NoDatabase()
    return Database(path, state, SCHEMA, VERSION, UPGRADES)

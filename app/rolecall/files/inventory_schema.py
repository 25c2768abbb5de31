"""The tables of the inventory's cache. A change here is another version."""

from typing import Final

VERSION: Final = 1

# `place` is the order of the portal. `permission_sets` is a JSON list of names, NULL before they
# were listed; `before` the same as of the last complete crawl, 'null' where they were not known
# then, NULL where the account was not there. `listed_in` and `sets_in` are numbers of crawls.
SCHEMA: Final = """
CREATE TABLE sign_in (
    id INTEGER PRIMARY KEY, cache_key TEXT NOT NULL, start_url TEXT NOT NULL,
    crawl INTEGER NOT NULL DEFAULT 0, began_at REAL,
    complete INTEGER NOT NULL DEFAULT 0, complete_at REAL, compared_with REAL,
    pace TEXT,
    UNIQUE (cache_key, start_url)
);
CREATE TABLE account (
    sign_in INTEGER NOT NULL, id TEXT NOT NULL, name TEXT NOT NULL, email TEXT NOT NULL,
    place INTEGER NOT NULL, listed_in INTEGER NOT NULL, seen_at REAL NOT NULL,
    permission_sets TEXT, sets_in INTEGER NOT NULL DEFAULT 0, sets_seen_at REAL, before TEXT,
    PRIMARY KEY (sign_in, id)
) WITHOUT ROWID;
CREATE TABLE change (
    sign_in INTEGER NOT NULL, is_new INTEGER NOT NULL,
    id TEXT NOT NULL, name TEXT NOT NULL, email TEXT NOT NULL, permission_set TEXT
);
CREATE TABLE mark (
    sign_in INTEGER NOT NULL, id TEXT NOT NULL, permission_set TEXT NOT NULL,
    is_favourite INTEGER NOT NULL DEFAULT 0, used_at REAL,
    PRIMARY KEY (sign_in, id, permission_set)
) WITHOUT ROWID
"""

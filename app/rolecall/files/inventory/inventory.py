"""rolecall's cache of the accounts and permission sets of each sign-in. It has no secrets.

One SQLite database serves all sign-ins. A row has the number of the crawl that saw it. The numbers
of a sign-in's crawls increase, so an interrupted crawl is recognised and continued, even if the
clock has changed.

Texts are stored as AWS sent them and made safe when they are read.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from rolecall.domain.inventory.catalogue import Catalogue, Listing, ListingChanges
from rolecall.domain.inventory.favourites import Favourites
from rolecall.domain.model import Account, PermissionSet, SsoSession
from rolecall.domain.records import dataclass
from rolecall.domain.text import safe
from rolecall.files.inventory.changes import keep_for_comparison, store_changes, stored_changes
from rolecall.files.inventory.crawls import (
    CrawlState,
    drop_permission_sets,
    note_sign_in,
    note_sign_out,
    see_accounts_with_roles,
    store_accounts,
    store_permission_sets,
    store_roles,
    stored_crawls,
    unlist,
)
from rolecall.files.inventory.open_database import NoDatabase, open_database
from rolecall.files.inventory.queries import INVENTORY, LISTED, NAMES, SIGN_IN, SIGN_INS, by_account
from rolecall.files.inventory.rows import (
    PermissionSetParser,
    PermissionSets,
    account_of,
    has_crawl,
    key_of,
    sign_in_id,
    sign_in_id_made,
    stored_text,
    tenant_address,
    time_of,
)

if TYPE_CHECKING:
    import sqlite3

_EVER: Final = datetime.fromtimestamp(0, UTC)

T = TypeVar("T")
RateNumbers = Sequence[float]


@dataclass(frozen=True, slots=True)
class KnownPermissionSets:
    """The permission sets of an account.

    `seen_at` is when they were listed, in seconds since the epoch; `crawl` is the number of the
    crawl that listed them.
    """

    permission_sets: PermissionSets
    seen_at: float
    crawl: int


class InventoryCache:
    """The cache. Nothing here raises: what cannot be stored is not stored.

    `folder` is rolecall's cache folder, `state` its state folder, for the lock.
    """

    def __init__(self, folder: Path, state: Path) -> None:
        self._database = open_database(folder / INVENTORY, state)

    @property
    def is_available(self) -> bool:
        """Whether Python can load the module sqlite3. Without it nothing is stored."""
        return not isinstance(self._database, NoDatabase)

    @property
    def is_changed_by_others(self) -> bool:
        """Whether another process has changed the cache since this one opened it."""
        return self._database.is_changed_by_others

    def close(self) -> None:
        """Close the cache. The next call opens it again."""
        self._database.close()

    # --- reading

    def catalogue(self, session: SsoSession, account_id: str = "") -> Catalogue:
        """Return the accounts, or the one with this ID, with their known permission sets."""
        only = (" AND account.id = ?", stored_text(account_id)) if account_id else ("",)

        def read(db: sqlite3.Connection) -> Catalogue:
            of = tenant_address(session)
            rows = db.execute(LISTED + only[0], (of, *key_of(session), of, *only[1:]))
            parse_sets = PermissionSetParser()
            return Catalogue.of(
                Listing(account_of(id_, name, email), parse_sets(sets), parse_sets(roles))
                for id_, name, email, sets, roles in rows
            )

        return self._database.read(read, Catalogue())

    def names_by_account(self) -> dict[str, list[str]]:
        """Return the names that all sessions have for each account, by its ID."""
        return self._database.read(lambda db: by_account(db.execute(NAMES)), {})

    def stored(self, session: SsoSession) -> CrawlState:
        """Return how far the crawls of the session have come."""
        return self._database.read(lambda db: stored_crawls(db, session), CrawlState())

    def known(self, session: SsoSession) -> dict[str, KnownPermissionSets]:
        """Return every account whose permission sets were ever listed, by account ID."""

        def read(db: sqlite3.Connection) -> dict[str, KnownPermissionSets]:
            rows = db.execute(
                "SELECT id, permission_sets, sets_seen_at, sets_in FROM account"
                " WHERE sign_in = ? AND permission_sets IS NOT NULL",
                (sign_in_id(db, session),),
            )
            parse_sets = PermissionSetParser()
            return {
                safe(i): KnownPermissionSets(parse_sets(sets) or (), at, crawl)
                for i, sets, at, crawl in rows
            }

        return self._database.read(read, {})

    def seen_in(self, session: SsoSession, account_id: str, crawl: int) -> PermissionSets | None:
        """Return an account's permission sets if this crawl or a later one listed them."""

        def read(db: sqlite3.Connection) -> PermissionSets | None:
            row = db.execute(
                "SELECT permission_sets FROM account WHERE sign_in = ? AND id = ? AND sets_in >= ?",
                (sign_in_id(db, session), stored_text(account_id), crawl),
            ).fetchone()
            return PermissionSetParser()(row[0]) if row else None

        return self._database.read(read, None)

    # --- a crawl

    def begin(
        self, session: SsoSession, now: datetime, continues: Callable[[CrawlState], bool]
    ) -> tuple[int, bool]:
        """Return the number of the crawl to make, and whether another process may be making it or
        the one before. The number is 0 if nothing can be stored.

        `continues` decides whether the last crawl is continued or a new one started. If two
        processes call this at the same time, only one of them starts a crawl.
        """

        def write(db: sqlite3.Connection) -> tuple[int, bool]:
            sign_in = sign_in_id_made(db, session)
            stored = stored_crawls(db, session)
            if continues(stored):
                return stored.crawl, True
            db.execute(
                "UPDATE sign_in SET crawl = ?, began_at = ? WHERE id = ?",
                (stored.crawl + 1, now.timestamp(), sign_in),
            )
            return stored.crawl + 1, stored.complete < stored.crawl and not stored.is_outdated

        return self._database.write(write, (0, False))

    def note_sign_in(self, session: SsoSession) -> None:
        """Note that someone has signed in: a complete crawl is no longer recent."""
        if self._database.is_there:
            self._database.write(lambda db: note_sign_in(db, session), None)

    def note_sign_out(self, session: SsoSession) -> None:
        """Note that someone has signed out: an interrupted crawl is not continued."""
        if self._database.is_there:
            self._database.write(lambda db: note_sign_out(db, session), None)

    def save(
        self,
        session: SsoSession,
        crawl: int,
        now: datetime,
        accounts: Iterable[Account] = (),
        permission_sets: Mapping[str, Iterable[PermissionSet]] | None = None,
        *,
        roles_only: Collection[str] = (),
        refused: Collection[str] = (),
    ) -> bool:
        """Store what a crawl has listed: accounts, and permission sets by account ID. Return
        whether it could be stored.

        `roles_only` are the IDs of those accounts that only account access manager knows. Those
        that are `refused` lose their permission sets, and are listed again.

        The permission sets also count for a crawl that another process has started in the meantime,
        so that no process lists what another one has just listed.
        """
        at = now.timestamp()

        def write(db: sqlite3.Connection, sign_in: int) -> None:
            store_accounts(db, sign_in, crawl, at, accounts, roles_only=roles_only)
            store_permission_sets(db, sign_in, at, permission_sets or {})
            drop_permission_sets(db, sign_in, refused)

        return self._write_crawl(session, crawl, write)

    def save_roles(
        self, session: SsoSession, crawl: int, roles: Mapping[str, Iterable[PermissionSet]]
    ) -> bool:
        """Store all roles of account access manager by account ID. Return whether that worked.

        The accounts have been stored; those that are missing have no role.
        """

        def write(db: sqlite3.Connection, sign_in: int) -> None:
            if stored_crawls(db, session).roles <= crawl:  # no other process has listed them since
                store_roles(db, sign_in, crawl, tenant_address(session), roles)

        return self._write_crawl(session, crawl, write)

    def keep_roles(self, session: SsoSession, crawl: int, now: datetime) -> bool:
        """Keep the accounts with roles, which this crawl could not list. Return whether that
        worked.
        """

        def write(db: sqlite3.Connection, sign_in: int) -> None:
            see_accounts_with_roles(db, sign_in, crawl, now.timestamp(), tenant_address(session))

        return self._write_crawl(session, crawl, write)

    def complete(
        self,
        session: SsoSession,
        crawl: int,
        now: datetime,
        *,
        listed: Collection[str] = (),
        since: datetime = _EVER,
    ) -> None:
        """Complete a crawl that has listed every account.

        Accounts that it did not list are gone. If it was continued, at `since`, so are accounts
        that were last seen before then and are not in `listed`. The changes since the last complete
        crawl replace those stored before. Call this only if all of the crawl could be stored.

        A crawl is completed once. If it is continued after that, because it lacks an account, what
        is gone is only hidden: the next complete crawl deletes it and reports the change.
        """

        def write(db: sqlite3.Connection) -> None:
            row = db.execute(
                f"SELECT id, complete, complete_at FROM sign_in WHERE id = {SIGN_IN}"  # noqa: S608
                " AND crawl = ?",
                (*key_of(session), crawl),
            ).fetchone()
            if row is None:
                return
            sign_in, complete, last = row
            unlist(db, sign_in, since, kept=listed)
            if complete == crawl:
                return
            store_changes(db, sign_in, crawl, last)
            keep_for_comparison(db, sign_in, crawl)
            db.execute(
                "UPDATE sign_in SET complete = ?, complete_at = ?, compared_with = ? WHERE id = ?",
                (crawl, now.timestamp(), last, sign_in),
            )

        self._database.write(write, None)

    def _write_crawl(
        self, session: SsoSession, crawl: int, write: Callable[[sqlite3.Connection, int], None]
    ) -> bool:
        """Store what a crawl has found, unless its database is deleted. Return if that worked."""

        def write_if_begun(db: sqlite3.Connection) -> bool:
            sign_in = sign_in_id_made(db, session)
            if not has_crawl(db, sign_in, crawl):
                return False
            write(db, sign_in)
            return True

        return self._database.write(write_if_begun, False)

    def changes(self, session: SsoSession) -> ListingChanges:
        """Return what changed between the last two complete crawls."""

        def read(db: sqlite3.Connection) -> ListingChanges:
            return stored_changes(db, sign_in_id(db, session))

        return self._database.read(read, ListingChanges())

    # --- favourites and uses

    def favourites(self, session: SsoSession) -> Favourites:
        """Return favourites and recent uses."""

        def read(db: sqlite3.Connection) -> Favourites:
            rows = db.execute(
                "SELECT id, permission_set, max(is_favourite), max(used_at) FROM favourite"  # noqa: S608
                f" WHERE sign_in IN ({SIGN_INS}) GROUP BY id, permission_set",
                key_of(session),
            ).fetchall()
            used = {(safe(row[0]), safe(row[1])): time_of(row[3]) for row in rows}
            return Favourites(
                frozenset((safe(row[0]), safe(row[1])) for row in rows if row[2]),
                {key: at for key, at in used.items() if at is not None},
            )

        return self._database.read(read, Favourites())

    def set_favourite(self, session: SsoSession, key: tuple[str, str], is_favourite: bool) -> None:
        """Store a favourite. `key` is an account ID and a permission set ('': the account)."""
        self._note(session, key, "is_favourite", is_favourite)

    def note_use(self, session: SsoSession, key: tuple[str, str], now: datetime) -> None:
        """Store when a permission set was last used. `key` is as for `set_favourite`."""
        self._note(session, key, "used_at", now.timestamp())

    def _note(self, session: SsoSession, key: tuple[str, str], column: str, value: float) -> None:
        def write(db: sqlite3.Connection) -> None:
            db.execute(
                f"INSERT INTO favourite (sign_in, id, permission_set, {column}) VALUES (?, ?, ?, ?)"  # noqa: S608
                " ON CONFLICT (sign_in, id, permission_set)"
                f" DO UPDATE SET {column} = excluded.{column}",
                (sign_in_id_made(db, session), *map(stored_text, key), value),
            )

        self._database.write(write, None)

    # --- the request rate that all processes share

    def update_request_rate(
        self, session: SsoSession, update: Callable[[RateNumbers | None], RateNumbers]
    ) -> bool:
        """Replace the stored numbers with `update` of them; return False if that is impossible.

        `update` gets None if there are no numbers yet. It may be called more than once.
        """

        def write(db: sqlite3.Connection) -> bool:
            sign_in = sign_in_id_made(db, session)
            query = "SELECT request_rate FROM sign_in WHERE id = ?"
            (text,) = db.execute(query, (sign_in,)).fetchone()
            new = json.dumps(list(update(json.loads(text) if text else None)))
            db.execute("UPDATE sign_in SET request_rate = ? WHERE id = ?", (new, sign_in))
            return True

        return self._database.write(write, False)

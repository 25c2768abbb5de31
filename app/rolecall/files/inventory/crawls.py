"""How far the crawls of a sign-in have come, in the inventory cache, and what makes them old."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Final

from rolecall.domain.model import Account, PermissionSet, SsoSession
from rolecall.domain.records import dataclass
from rolecall.files.inventory.queries import IS_THERE, SIGN_IN
from rolecall.files.inventory.rows import key_of, names_json, stored_text, tenant_address, time_of

if TYPE_CHECKING:
    import sqlite3

_NO_NAMES: Final = "[]"


@dataclass(frozen=True, slots=True)
class CrawlState:
    """The crawls of a sign-in.

    `crawl` is the number of the last crawl that was started, `complete` of the last one that was
    completed. `oldest` is the oldest time at which permission sets were listed. `missing` is the
    number of accounts whose permission sets the last complete crawl did not get. `roles` is the
    number of the last crawl that listed the roles of the session's account access manager.
    """

    crawl: int = 0
    began_at: datetime | None = None
    complete: int = 0
    complete_at: datetime | None = None
    oldest: datetime | None = None
    missing: int = 0
    roles: int = 0

    @property
    def is_outdated(self) -> bool:
        """Whether someone has signed in or out since the last crawl: a new one is needed."""
        return self.crawl > self.complete and self.began_at is None


def stored_crawls(db: sqlite3.Connection, session: SsoSession) -> CrawlState:
    """Return how far the crawls of the session have come."""
    row = db.execute(
        "SELECT id, crawl, began_at, complete, complete_at,"  # noqa: S608
        " CASE WHEN roles_of = ? THEN roles_in ELSE 0 END"
        f" FROM sign_in WHERE id = {SIGN_IN}",
        (tenant_address(session), *key_of(session)),
    ).fetchone()
    if row is None:
        return CrawlState()
    sign_in, crawl, began_at, complete, complete_at, roles = row
    oldest, missing = db.execute(
        "SELECT min(sets_seen_at), total(sets_in < ?)"  # noqa: S608
        " FROM account JOIN sign_in ON sign_in = sign_in.id"
        f" WHERE sign_in = ? AND {IS_THERE}",
        (complete, sign_in, tenant_address(session)),
    ).fetchone()
    return CrawlState(
        crawl=crawl,
        began_at=time_of(began_at),
        complete=complete,
        complete_at=time_of(complete_at),
        oldest=time_of(oldest),
        missing=int(missing),
        roles=roles,
    )


def note_sign_in(db: sqlite3.Connection, session: SsoSession) -> None:
    """Make everything outdated: it may be another person, or someone with other rights now.

    An interrupted crawl is continued, because it may be waiting for this sign-in.
    """
    db.execute(
        "UPDATE sign_in SET crawl = crawl + 1, began_at = NULL"  # noqa: S608
        f" WHERE id = {SIGN_IN} AND crawl = complete AND crawl > 0",
        key_of(session),
    )


def note_sign_out(db: sqlite3.Connection, session: SsoSession) -> None:
    """Stop an interrupted crawl from being continued: the next person may be someone else."""
    db.execute(
        f"UPDATE sign_in SET began_at = NULL WHERE id = {SIGN_IN} AND crawl > complete",  # noqa: S608
        key_of(session),
    )


def store_accounts(
    db: sqlite3.Connection,
    sign_in: int,
    crawl: int,
    at: float,
    accounts: Iterable[Account],
    *,
    roles_only: Collection[str],
) -> None:
    """Store accounts that a crawl has listed at this time in seconds since the epoch.

    `roles_only` are the IDs of those that only account access manager knows.
    """
    db.executemany(
        "INSERT INTO account (sign_in, id, name, email, listed_in, seen_at,"
        " roles_only) VALUES (?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (sign_in, id) DO UPDATE SET name = excluded.name,"
        " email = excluded.email, seen_at = excluded.seen_at, roles_only = excluded.roles_only,"
        " listed_in = max(listed_in, excluded.listed_in)",
        [
            (
                sign_in,
                *map(stored_text, (each.id, each.name, each.email)),
                crawl,
                at,
                each.id in roles_only,
            )
            for each in accounts
        ],
    )


def store_permission_sets(
    db: sqlite3.Connection,
    sign_in: int,
    at: float,
    permission_sets: Mapping[str, Iterable[PermissionSet]],
) -> None:
    """Store permission sets by account ID. They count for the last crawl of any process."""
    db.executemany(
        "UPDATE account SET permission_sets = ?, sets_seen_at = ?,"
        " sets_in = (SELECT crawl FROM sign_in WHERE id = ?) WHERE sign_in = ? AND id = ?",
        [
            (names_json(sets), at, sign_in, sign_in, stored_text(account_id))
            for account_id, sets in permission_sets.items()
        ],
    )


def store_roles(
    db: sqlite3.Connection,
    sign_in: int,
    crawl: int,
    tenant: str | None,
    roles: Mapping[str, Iterable[PermissionSet]],
) -> None:
    """Store all roles of this account access manager by account ID; other accounts have none."""
    stored = {stored_text(account_id): names_json(sets) for account_id, sets in roles.items()}
    rows = db.execute("SELECT id, roles FROM account WHERE sign_in = ?", (sign_in,))
    changed = [
        (new, sign_in, id_)
        for id_, old in rows.fetchall()
        if (new := stored.get(id_, _NO_NAMES)) != old
    ]
    db.executemany("UPDATE account SET roles = ? WHERE sign_in = ? AND id = ?", changed)
    db.execute(
        "UPDATE sign_in SET roles_in = ?, roles_of = ? WHERE id = ?", (crawl, tenant, sign_in)
    )


def see_accounts_with_roles(
    db: sqlite3.Connection, sign_in: int, crawl: int, at: float, tenant: str | None
) -> None:
    """Let the accounts with roles of this account access manager count as listed by the crawl."""
    db.execute(
        "UPDATE account SET listed_in = max(listed_in, ?), seen_at = ? WHERE sign_in ="
        " (SELECT id FROM sign_in WHERE id = ? AND roles_of = ?)"
        " AND coalesce(roles, ?) != ?",
        (crawl, at, sign_in, tenant, _NO_NAMES, _NO_NAMES),
    )


def unlist(db: sqlite3.Connection, sign_in: int, since: datetime, *, kept: Collection[str]) -> None:
    """Mark the accounts that are no longer there: those last seen before `since`, except those
    whose IDs are in `kept`.
    """
    rows = db.execute(
        "SELECT id FROM account WHERE sign_in = ? AND seen_at < ?", (sign_in, since.timestamp())
    )
    ids = set(map(stored_text, kept))
    db.executemany(
        "UPDATE account SET listed_in = 0 WHERE sign_in = ? AND id = ?",
        [(sign_in, id_) for (id_,) in rows.fetchall() if id_ not in ids],
    )


def drop_permission_sets(db: sqlite3.Connection, sign_in: int, ids: Collection[str]) -> None:
    """Store that these accounts have no permission sets, but are to be listed again. Those that
    were never listed stay unknown.
    """
    db.executemany(
        "UPDATE account SET permission_sets = ?, sets_in = 0"
        " WHERE sign_in = ? AND id = ? AND permission_sets IS NOT NULL",
        [(names_json(()), sign_in, stored_text(each)) for each in ids],
    )

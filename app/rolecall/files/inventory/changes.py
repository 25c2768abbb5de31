"""Find what changed between two complete crawls, and store it in the inventory cache."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from rolecall.domain.inventory.catalogue import Catalogue, Listing, ListingChanges, difference
from rolecall.domain.model import Account, Assignment, PermissionSet
from rolecall.domain.text import safe
from rolecall.files.inventory.rows import PermissionSetParser, account_of, stored_text, time_of

if TYPE_CHECKING:
    import sqlite3


def store_changes(db: sqlite3.Connection, sign_in: int, crawl: int, last: float | None) -> None:
    """Replace the stored changes with those that this complete crawl found.

    `last` is when the complete crawl before it ended, in seconds since the epoch. It is None if
    there was none, and then there are no changes.
    """
    db.execute("DELETE FROM change WHERE sign_in = ?", (sign_in,))
    if last is not None:
        rows = _rows_of(sign_in, _found(db, sign_in, crawl))
        db.executemany("INSERT INTO change VALUES (?, ?, ?, ?, ?, ?)", rows)


def keep_for_comparison(db: sqlite3.Connection, sign_in: int, crawl: int) -> None:
    """Delete the accounts that are gone, and keep what the others have for the next comparison."""
    db.execute("DELETE FROM account WHERE sign_in = ? AND listed_in < ?", (sign_in, crawl))
    for now, before in (("permission_sets", "before"), ("roles", "roles_before")):
        db.execute(
            f"UPDATE account SET {before} = coalesce({now}, 'null')"  # noqa: S608
            f" WHERE sign_in = ? AND {before} IS NOT coalesce({now}, 'null')",
            (sign_in,),
        )


def stored_changes(db: sqlite3.Connection, sign_in: int) -> ListingChanges:
    """Return the changes that the last complete crawl found."""
    rows = db.execute(
        "SELECT is_new, id, name, email, permission_set FROM change WHERE sign_in = ?"
        " ORDER BY rowid",
        (sign_in,),
    )
    last = db.execute("SELECT compared_with FROM sign_in WHERE id = ?", (sign_in,))
    return _changes_of(rows, time_of(*(last.fetchone() or (None,))))


def _found(db: sqlite3.Connection, sign_in: int, crawl: int) -> ListingChanges:
    rows = db.execute(
        "SELECT id, name, email, listed_in = ?, permission_sets, before, roles, roles_before"
        " FROM account WHERE sign_in = ? AND (listed_in < ? OR before IS NOT permission_sets"
        " OR roles_before IS NOT roles)",
        (crawl, sign_in, crawl),
    )
    parse_sets = PermissionSetParser()
    old, new = [], []
    for id_, name, email, is_there, sets, before, roles, roles_before in rows:
        account = account_of(id_, name, email)
        if before is not None:
            old.append(Listing(account, parse_sets(before), parse_sets(roles_before)))
        if is_there:
            new.append(Listing(account, parse_sets(sets), parse_sets(roles)))
    return difference(Catalogue.of(old), Catalogue.of(new))


def _rows_of(sign_in: int, changes: ListingChanges) -> list[tuple[object, ...]]:
    accounts = [(1, each, None) for each in changes.new_accounts]
    accounts += [(0, each, None) for each in changes.gone_accounts]
    sets = [(1, each.account, each.permission_set.name) for each in changes.new_assignments]
    sets += [(0, each.account, each.permission_set.name) for each in changes.gone_assignments]
    return [
        (
            sign_in,
            is_new,
            *map(stored_text, (account.id, account.name, account.email)),
            name and stored_text(name),
        )
        for is_new, account, name in [*accounts, *sets]
    ]


def _changes_of(
    rows: Iterable[tuple[int, str, str, str, str | None]], since: datetime | None
) -> ListingChanges:
    accounts: tuple[list[Account], list[Account]] = ([], [])
    assignments: tuple[list[Assignment], list[Assignment]] = ([], [])
    for is_new, id_, name, email, permission_set in rows:
        account = account_of(id_, name, email)
        if permission_set is None:
            accounts[is_new].append(account)
        else:
            assignments[is_new].append(Assignment(account, PermissionSet(safe(permission_set))))
    return ListingChanges(
        new_accounts=tuple(accounts[1]),
        gone_accounts=tuple(accounts[0]),
        new_assignments=tuple(assignments[1]),
        gone_assignments=tuple(assignments[0]),
        since=since,
    )

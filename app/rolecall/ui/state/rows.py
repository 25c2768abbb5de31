"""The rows that the tables show of one session.

A row knows its session, so that everything done with the row goes through that session. A row
object stays the same as long as its contents do, because the tables prepare each for the search
only once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import chain
from typing import TYPE_CHECKING

from rolecall.domain.records import NamedTuple

if TYPE_CHECKING:
    from rolecall.domain.errors import RolecallError
    from rolecall.domain.inventory.catalogue import Catalogue, Listing
    from rolecall.domain.model import Account, Assignment, PermissionSet, SsoSession

Key = tuple[str, str]  # an account ID and the name of a permission set, or "" for the account
Wanted = tuple[str, str]  # an account, as the cache key of its session and its ID


class AssignmentRow(NamedTuple):
    """A permission set or role in an account, reached through a session."""

    session: SsoSession
    assignment: Assignment

    @property
    def account(self) -> Account:
        return self.assignment.account

    @property
    def permission_set(self) -> PermissionSet:
        return self.assignment.permission_set

    @property
    def role_arn(self) -> str:
        """The ARN of its role. That of a permission set is for policies: it ends with `*`."""
        return self.session.role_arn(self.account.id, self.permission_set.name)

    @property
    def key(self) -> Key:
        """Unique among the rows of the session."""
        return self.assignment.key

    @property
    def id(self) -> tuple[str, str, str]:
        """Unique among the rows of all sessions."""
        return *self.assignment.key, self.session.cache_key

    @property
    def wanted(self) -> Wanted:
        return self.session.cache_key, self.account.id


class AccountRow:
    """An account reached through a session, with what is known of its permission sets."""

    __slots__ = ("_assignments", "listing", "session")

    def __init__(self, session: SsoSession, listing: Listing) -> None:
        self.session = session
        self.listing = listing
        self._assignments: tuple[AssignmentRow, ...] | None = None

    @property
    def account(self) -> Account:
        return self.listing.account

    @property
    def permission_sets(self) -> tuple[PermissionSet, ...] | None:
        """The permission sets and roles, or None until they are listed."""
        return self.listing.all_sets

    @property
    def error(self) -> RolecallError | None:
        """Why the last attempt to list the permission sets failed."""
        return self.listing.error

    @property
    def key(self) -> Key:
        """Unique among the rows of the session."""
        return self.account.id, ""

    @property
    def id(self) -> tuple[str, str]:
        """Unique among the rows of all sessions."""
        return self.account.id, self.session.cache_key

    @property
    def wanted(self) -> Wanted:
        return self.session.cache_key, self.account.id

    @property
    def assignments(self) -> tuple[AssignmentRow, ...]:
        if self._assignments is None:
            session = self.session
            self._assignments = tuple(
                AssignmentRow(session, each) for each in self.listing.assignments
            )
        return self._assignments


class _Block:
    """The rows of one block of the catalogue. Not every table needs `assignments`."""

    __slots__ = ("_assignments", "accounts", "listings")

    def __init__(self, listings: Sequence[Listing], accounts: list[AccountRow]) -> None:
        self.listings = listings
        self.accounts = accounts
        self._assignments: list[AssignmentRow] | None = None

    @property
    def assignments(self) -> list[AssignmentRow]:
        if self._assignments is None:
            self._assignments = [row for each in self.accounts for row in each.assignments]
        return self._assignments


class SessionRows:
    """The rows of one session, in the order of the catalogue.

    They are in the blocks of the catalogue, so the answer about one account costs one block, not
    ten thousand rows.
    """

    def __init__(self, make: Callable[[Listing], AccountRow]) -> None:
        self._make = make
        self._catalogue: Catalogue | None = None
        self._blocks: list[_Block] = []

    def show(self, catalogue: Catalogue) -> None:
        """Make the rows of the catalogue. Rows whose contents have not changed are kept."""
        if catalogue is self._catalogue:
            return
        self._catalogue = catalogue
        kept = {id(block.listings): block for block in self._blocks}
        new = {id(listings) for listings in catalogue.blocks}
        gone = [block for block in self._blocks if id(block.listings) not in new]
        known = {id(row.listing): row for block in gone for row in block.accounts}
        self._blocks = [
            kept.get(id(listings)) or self._block(listings, known) for listings in catalogue.blocks
        ]

    @property
    def accounts(self) -> list[AccountRow]:
        return list(chain.from_iterable([block.accounts for block in self._blocks]))

    @property
    def assignments(self) -> list[AssignmentRow]:
        return list(chain.from_iterable([block.assignments for block in self._blocks]))

    def get(self, account_id: str) -> AccountRow | None:
        """Return the row of the account, or None if the catalogue does not have it."""
        position = self._catalogue.position(account_id) if self._catalogue else None
        if position is None:
            return None
        block, index = position
        return self._blocks[block].accounts[index]

    def _block(self, listings: Sequence[Listing], known: Mapping[int, AccountRow]) -> _Block:
        return _Block(listings, [known.get(id(each)) or self._make(each) for each in listings])

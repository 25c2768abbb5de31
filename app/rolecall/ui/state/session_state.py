"""What is known of one session's reach, and the rows that the tables show of it.

A row knows its session, so that whatever is done with it is done through that one. Rows are the
same objects for as long as what they say is: the tables fold each for the search only once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, partial
from typing import TYPE_CHECKING, NamedTuple

from rolecall.ui.state.rows import SessionRows

if TYPE_CHECKING:
    from rolecall.domain.catalogue import Catalogue, Changes, Listing
    from rolecall.domain.errors import RolecallError
    from rolecall.domain.favourites import Favourites
    from rolecall.domain.model import (
        AccessToken,
        Account,
        Assignment,
        PermissionSet,
        Profile,
        SsoSession,
    )
    from rolecall.services.inventory.events import Progress

Key = tuple[str, str]
Wanted = tuple[str, str]  # an account by its session's cache key and its id


class AssignmentRow(NamedTuple):
    """A permission set in an account, reached through a session."""

    session: SsoSession
    assignment: Assignment

    @property
    def account(self) -> Account:
        return self.assignment.account

    @property
    def permission_set(self) -> PermissionSet:
        return self.assignment.permission_set

    @property
    def key(self) -> Key:
        """Account id and permission set: unlike any other of this session."""
        return self.assignment.key

    @property
    def id(self) -> tuple[str, str, str]:
        """Unlike any other of all sessions."""
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
        """None until they were listed."""
        return self.listing.permission_sets

    @property
    def error(self) -> RolecallError | None:
        """Why the last try to list them failed."""
        return self.listing.error

    @property
    def key(self) -> Key:
        """Account id and '': unlike any other of this session."""
        return self.account.id, ""

    @property
    def id(self) -> tuple[str, str]:
        """Unlike any other of all sessions."""
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


@dataclass
class SessionState:
    """`complete`: every account is known by name; `crawling`: answers still come in; `seen_at`:
    nothing that is shown was seen longer ago; `complete_at`: when the last complete crawl that is
    shown ended, this rolecall's or another's; `loaded`: the cache was asked; `problem`: why the
    listing ended before its time; `is_partial`: only what fills the first screen is here yet.
    """

    session: SsoSession
    token: AccessToken | None = None
    complete: bool = False
    crawling: bool = False
    loaded: bool = False
    is_partial: bool = False
    progress: Progress | None = None
    seen_at: datetime | None = None
    complete_at: datetime | None = None
    problem: str = ""
    _new_of: Changes | None = None
    _new_keys: set[Key] = field(default_factory=set)
    _profiles_of: tuple[Profile, ...] | None = None
    _by_target: dict[Key, list[Profile]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._rows = SessionRows(partial(AccountRow, self.session))

    @cached_property
    def catalogue(self) -> Catalogue:
        """What the session is known to reach; assigned anew with every answer."""
        from rolecall.domain.catalogue import Catalogue  # late: the first paint needs none

        return Catalogue()

    @cached_property
    def favourites(self) -> Favourites:
        """Favourites and recent uses; assigned anew when one changes."""
        from rolecall.domain.favourites import Favourites

        return Favourites()

    @cached_property
    def changes(self) -> Changes:
        """What the last complete crawl found new and gone."""
        from rolecall.domain.catalogue import Changes

        return Changes()

    @property
    def rows(self) -> SessionRows:
        self._rows.show(self.catalogue)
        return self._rows

    @property
    def boosted_accounts(self) -> list[tuple[float, AccountRow]]:
        """Favourites, and what was used, with how much they come before the others."""
        return [
            (boost, row)
            for (account_id, permission_set), boost in self.favourites.boosts().items()
            if not permission_set and (row := self.rows.get(account_id))
        ]

    @property
    def boosted_assignments(self) -> list[tuple[float, AssignmentRow]]:
        """The same of permission sets."""
        return [
            (boost, row)
            for (account_id, permission_set), boost in self.favourites.boosts().items()
            if permission_set and (account := self.rows.get(account_id))
            for row in account.assignments
            if row.permission_set.name == permission_set
        ]

    def is_favourite(self, key: Key) -> bool:
        return key in self.favourites.favourites

    def is_new(self, key: Key) -> bool:
        """Whether it came with the last crawl, and was not there in the one before."""
        if self._new_of is not self.changes:
            self._new_of = self.changes
            self._new_keys = {each.key for each in self.changes.new_assignments}
            self._new_keys |= {(account.id, "") for account in self.changes.new_accounts}
        return key in self._new_keys

    def profiles_of(self, profiles: tuple[Profile, ...], key: Key) -> list[Profile]:
        """Those of this session that point at the account, or at one set of it."""
        if self._profiles_of is not profiles:
            self._profiles_of, self._by_target = profiles, {}
            for profile in profiles:
                if profile.account_id and profile.permission_set and profile.is_of(self.session):
                    for target in (profile.permission_set, ""):
                        self._by_target.setdefault((profile.account_id, target), []).append(profile)
        return self._by_target.get(key, [])


def together(crawls: Sequence[Progress]) -> Progress:
    """Of several crawls at once, as if they were one."""
    from rolecall.services.inventory.events import Progress

    left = [each.seconds_left for each in crawls]
    return Progress(
        listed=sum(each.listed for each in crawls),
        total=sum(each.total for each in crawls),
        complete=all(each.complete for each in crawls),
        waiting=sum(each.waiting for each in crawls),
        failed=sum(each.failed for each in crawls),
        seconds_left=None if None in left else max(filter(None, left), default=0.0),
    )

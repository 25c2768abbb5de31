"""What the screens show of one session."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cached_property, partial
from typing import TYPE_CHECKING

from rolecall.domain.records import dataclass, field
from rolecall.ui.state.rows import AccountRow, AssignmentRow, Key, SessionRows

if TYPE_CHECKING:
    from rolecall.domain.errors import RolecallError
    from rolecall.domain.inventory.catalogue import Catalogue, ListingChanges
    from rolecall.domain.inventory.favourites import Favourites
    from rolecall.domain.model import AccessToken, Profile, SsoSession
    from rolecall.services.inventory.crawl_events import Progress


@dataclass
class SessionState:
    """Everything known about one session.

    Each field is written in one place: by a method of this class, or by the inventory flow.
    `_tokens` are the `usable_tokens` of the app's state.

    `complete`: every account is known by name. `crawling`: a crawl is running. `loaded`: the cache
    has been read. `has_snapshot`: the rows for the first paint were shown. `seen_at`: when the
    oldest listing that is shown was made. `complete_at`: when the last complete crawl that is shown
    ended, of this rolecall or of another. `is_lost`: the cache could not keep the last complete
    crawl. `unkept_at`: when that crawl ended, if the cache has only an older one. `crawl_problem`:
    why the last crawl stopped early. `retry_at`: when the inventory flow lists again what is
    missing. `roles_error`: why the roles of account access manager were not listed.
    """

    session: SsoSession
    _tokens: Mapping[SsoSession, AccessToken] = field(default_factory=dict)
    complete: bool = False
    crawling: bool = False
    loaded: bool = False
    has_snapshot: bool = False
    progress: Progress | None = None
    seen_at: datetime | None = None
    complete_at: datetime | None = None
    is_lost: bool = False
    unkept_at: datetime | None = None
    crawl_problem: str = ""
    roles_error: RolecallError | None = None
    retry_at: datetime | None = None
    _new_of: ListingChanges | None = None
    _new_keys: set[Key] = field(default_factory=set)
    _profiles_of: tuple[Profile, ...] | None = None
    _by_target: dict[Key, list[Profile]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._rows = SessionRows(partial(AccountRow, self.session))

    @property
    def token(self) -> AccessToken | None:
        """The valid access token, or None if the session is not signed in."""
        return self._tokens.get(self.session)

    # --- the fields that are not simple values

    @cached_property
    def catalogue(self) -> Catalogue:
        """The accounts and permission sets of the session; replaced with every answer of AWS."""
        from rolecall.domain.inventory.catalogue import Catalogue  # the first paint needs none

        return Catalogue()

    @cached_property
    def favourites(self) -> Favourites:
        """Favourites and recent uses; replaced when one changes."""
        from rolecall.domain.inventory.favourites import Favourites

        return Favourites()

    @cached_property
    def changes(self) -> ListingChanges:
        """What is new and what is gone since the complete crawl before the last."""
        from rolecall.domain.inventory.catalogue import ListingChanges

        return ListingChanges()

    def set_catalogue(self, catalogue: Catalogue, *, complete: bool) -> None:
        self.catalogue, self.complete = catalogue, complete

    def set_favourites(self, favourites: Favourites) -> None:
        self.favourites = favourites

    def show_snapshot(self, catalogue: Catalogue, favourites: Favourites) -> None:
        """Show the rows that the first paint has room for."""
        self.has_snapshot = True
        self.set_catalogue(catalogue, complete=False)
        self.set_favourites(favourites)

    @property
    def is_partial(self) -> bool:
        """Whether only the rows of the first paint are known."""
        return self.has_snapshot and not self.loaded

    @property
    def is_cut_short(self) -> bool:
        """Whether the listing ended before every account was known by name."""
        return bool(self.crawl_problem) and not self.complete

    def lacks(self, key: Key) -> bool:
        """Whether the last listing is complete and does not have the row."""
        is_whole = self.complete and not self.crawling and not self.crawl_problem
        return is_whole and self.catalogue.lacks(*key)

    # --- rows

    @property
    def rows(self) -> SessionRows:
        self._rows.show(self.catalogue)
        return self._rows

    @property
    def boosted_accounts(self) -> list[tuple[float, AccountRow]]:
        """Favourite and recently used accounts, each with its boost: a higher one is further up."""
        return [
            (boost, row)
            for (account_id, permission_set), boost in self.favourites.boosts().items()
            if not permission_set and (row := self.rows.get(account_id))
        ]

    @property
    def boosted_assignments(self) -> list[tuple[float, AssignmentRow]]:
        """Favourite and recently used permission sets, each with its boost: a higher one is further
        up."""
        return [
            (boost, row)
            for (account_id, permission_set), boost in self.favourites.boosts().items()
            if permission_set and (account := self.rows.get(account_id))
            for row in account.assignments
            if row.permission_set.name == permission_set
        ]

    def is_favourite(self, key: Key) -> bool:
        """Return whether the user has made the row a favourite."""
        return key in self.favourites.favourites

    def is_new(self, key: Key) -> bool:
        """Whether the last complete crawl found it, and the one before did not."""
        if self._new_of is not self.changes:
            self._new_of = self.changes
            self._new_keys = {each.key for each in self.changes.new_assignments}
            self._new_keys |= {(account.id, "") for account in self.changes.new_accounts}
        return key in self._new_keys

    def profiles_of(self, profiles: tuple[Profile, ...], key: Key) -> list[Profile]:
        """Return the profiles that use this session and the account, or a permission set in it."""
        if self._profiles_of is not profiles:
            self._profiles_of, self._by_target = profiles, {}
            for profile in profiles:
                if profile.account_id and profile.permission_set and profile.is_of(self.session):
                    for target in (profile.permission_set, ""):
                        self._by_target.setdefault((profile.account_id, target), []).append(profile)
        return self._by_target.get(key, [])


def listing_under_way(states: Sequence[SessionState]) -> tuple[int, int] | None:
    """Return how many accounts are listed, of how many; of 0 if that is unknown. None without a
    crawl.
    """
    crawls = [each.progress for each in states if each.crawling]
    if not crawls:
        return None
    total = total_progress([each for each in crawls if each])
    is_known = all(crawls) and total.complete
    return total.listed + total.failed, total.total if is_known else 0


def total_progress(crawls: Sequence[Progress]) -> Progress:
    """Return the progress of several crawls, as if they were one."""
    from rolecall.services.inventory.crawl_events import Progress

    left = [each.seconds_left for each in crawls]
    return Progress(
        listed=sum(each.listed for each in crawls),
        total=sum(each.total for each in crawls),
        complete=all(each.complete for each in crawls),
        waiting=sum(each.waiting for each in crawls),
        repeated=sum(each.repeated for each in crawls),
        is_silent=all(each.is_silent for each in crawls),
        failed=sum(each.failed for each in crawls),
        seconds_left=None if None in left else max(filter(None, left), default=0.0),
        roles=sum(each.roles for each in crawls),
        role_pages=sum(each.role_pages for each in crawls),
        roles_complete=all(each.roles_complete or not each.role_pages for each in crawls),
    )

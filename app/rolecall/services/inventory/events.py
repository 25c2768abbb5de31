"""What a crawl tells, and what its events make of a catalogue."""

from __future__ import annotations

from dataclasses import dataclass, field

from rolecall.domain.catalogue import Catalogue
from rolecall.domain.errors import RolecallError
from rolecall.domain.model import Account, PermissionSet


@dataclass(frozen=True, slots=True)
class AccountsListed:
    """A page of accounts. `complete`: it was the last one."""

    accounts: tuple[Account, ...]
    complete: bool


@dataclass(frozen=True, slots=True)
class PermissionSetsListed:
    """`from_cache`: not asked for, since this crawl had them before it was cut short, or another
    rolecall has just asked.
    """

    account_id: str
    permission_sets: tuple[PermissionSet, ...]
    from_cache: bool = False


@dataclass(frozen=True, slots=True)
class AccountFailed:
    account_id: str
    error: RolecallError


@dataclass(frozen=True, slots=True)
class CallsWaiting:
    """How many calls wait on AWS's rate limit."""

    count: int


@dataclass(frozen=True, slots=True)
class CrawlDone:
    """The last event of a crawl that ran to its end."""

    failed: int


Event = AccountsListed | PermissionSetsListed | AccountFailed | CallsWaiting | CrawlDone


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a crawl is. `listed` and `failed` are accounts that were asked about, or need not
    be; `total` is how many there are, all of them once `complete`. `waiting` is how many calls wait
    on AWS's rate limit. `seconds_left` is None while that cannot be told.
    """

    listed: int = 0
    total: int = 0
    complete: bool = False
    waiting: int = 0
    failed: int = 0
    seconds_left: float | None = None


@dataclass(slots=True)
class CatalogueBuilder:
    """A catalogue that events fill. `complete`: every account is known by name."""

    catalogue: Catalogue = field(default_factory=Catalogue)
    complete: bool = False
    _seen: set[str] = field(default_factory=set)

    def add(self, event: Event) -> None:
        match event:
            case AccountsListed(accounts, complete):
                self._seen.update(account.id for account in accounts)
                if accounts:
                    self.catalogue = self.catalogue.with_accounts(accounts)
                if complete:
                    self.complete = True
                    self.catalogue = self.catalogue.only(self._seen)
            case PermissionSetsListed(account_id, permission_sets):
                self.catalogue = self.catalogue.with_permission_sets(account_id, permission_sets)
            case AccountFailed(account_id, error):
                self.catalogue = self.catalogue.with_error(account_id, error)

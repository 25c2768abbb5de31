"""The events of a crawl, and the catalogue that is built from them."""

from __future__ import annotations

from rolecall.domain.catalogue import Catalogue
from rolecall.domain.errors import RolecallError
from rolecall.domain.model import Account, PermissionSet
from rolecall.domain.records import dataclass, field


@dataclass(frozen=True, slots=True)
class AccountsListed:
    """A page of accounts. `complete`: there are no more."""

    accounts: tuple[Account, ...]
    complete: bool


@dataclass(frozen=True, slots=True)
class PermissionSetsListed:
    """The permission sets of one account.

    `from_cache`: AWS was not asked, because this crawl had them before it was interrupted, or
    because another rolecall has just listed them.
    """

    account_id: str
    permission_sets: tuple[PermissionSet, ...]
    from_cache: bool = False


@dataclass(frozen=True, slots=True)
class AccountFailed:
    """The permission sets of this account could not be listed."""

    account_id: str
    error: RolecallError


@dataclass(frozen=True, slots=True)
class CallsWaiting:
    """How many calls wait because AWS answered 429."""

    count: int


@dataclass(frozen=True, slots=True)
class CrawlDone:
    """The last event of a complete crawl. `failed` counts accounts."""

    failed: int


CrawlEvent = AccountsListed | PermissionSetsListed | AccountFailed | CallsWaiting | CrawlDone


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a crawl is.

    `listed` and `failed` count accounts whose permission sets are known or could not be listed.
    `total` counts the accounts seen so far, which are all of them once `complete`. `waiting` counts
    calls that wait because AWS answered 429. `seconds_left` is None while there is no estimate.
    """

    listed: int = 0
    total: int = 0
    complete: bool = False
    waiting: int = 0
    failed: int = 0
    seconds_left: float | None = None


@dataclass(slots=True)
class CatalogueBuilder:
    """Builds a catalogue from events. `complete`: all accounts have been listed."""

    catalogue: Catalogue = field(default_factory=Catalogue)
    complete: bool = False
    _seen: set[str] = field(default_factory=set)

    def add(self, event: CrawlEvent) -> None:
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

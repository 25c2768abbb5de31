"""The events of a crawl, and the catalogue that is built from them."""

from __future__ import annotations

from rolecall.domain.errors import RolecallError
from rolecall.domain.inventory.catalogue import Catalogue
from rolecall.domain.model import Account, Assignment, PermissionSet
from rolecall.domain.records import dataclass, field


@dataclass(frozen=True, slots=True)
class AccountsListed:
    """A page of accounts. `complete`: there are no more. `roles_only`: only account access manager
    knows these.
    """

    accounts: tuple[Account, ...]
    complete: bool
    roles_only: bool = False


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
class RolesListed:
    """A page of roles of account access manager. `complete`: there are no more."""

    roles: tuple[Assignment, ...]
    complete: bool


@dataclass(frozen=True, slots=True)
class RolesNotListed:
    """The roles could not be listed. Those that are known stay."""

    error: RolecallError


@dataclass(frozen=True, slots=True)
class AccountFailed:
    """The permission sets of this account could not be listed."""

    account_id: str
    error: RolecallError


@dataclass(frozen=True, slots=True)
class CallsWaiting:
    """How many calls wait because AWS limits the rate, and how many are repeated after an error."""

    count: int
    repeated: int = 0


@dataclass(frozen=True, slots=True)
class CrawlDone:
    """The last event of a complete crawl. `failed` counts accounts."""

    failed: int


CrawlEvent = (
    AccountsListed
    | PermissionSetsListed
    | RolesListed
    | RolesNotListed
    | AccountFailed
    | CallsWaiting
    | CrawlDone
)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a crawl is.

    `listed` and `failed` count accounts whose permission sets are known or could not be listed.
    `total` counts the accounts seen so far, which are all of them once `complete`. `waiting` counts
    calls that wait because AWS limits the rate, `repeated` those that are made again after an
    error. `is_silent`: nothing has been listed for some seconds. `seconds_left` is None while there
    is no estimate. `roles` counts the roles of account access manager, which come in `role_pages`;
    both are 0 if there are none to list, and `roles_complete` is set once they are all there.
    """

    listed: int = 0
    total: int = 0
    complete: bool = False
    waiting: int = 0
    repeated: int = 0
    is_silent: bool = False
    failed: int = 0
    seconds_left: float | None = None
    roles: int = 0
    role_pages: int = 0
    roles_complete: bool = False


@dataclass(slots=True)
class CatalogueBuilder:
    """Builds a catalogue from events.

    `complete`: all accounts have been listed. `roles_error`: why there are no new roles.
    """

    catalogue: Catalogue = field(default_factory=Catalogue)
    complete: bool = False
    roles_error: RolecallError | None = None
    _seen: set[str] = field(default_factory=set)
    _roles: dict[str, dict[PermissionSet, None]] = field(default_factory=dict)

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
            case RolesListed(roles, complete):
                self._add_roles(roles)
                if complete:
                    self._keep_only_these_roles()
            case RolesNotListed(error):
                self.roles_error = error
                self._seen.update(each.account.id for each in self.catalogue if each.roles)

    def _add_roles(self, roles: tuple[Assignment, ...]) -> None:
        new: dict[str, Account] = {}
        for role in roles:
            account_id = role.account.id
            new[account_id] = role.account
            self._roles.setdefault(account_id, {})[role.permission_set] = None
        self._seen.update(new)
        unknown = [account for id_, account in new.items() if id_ not in self.catalogue]
        if unknown:
            self.catalogue = self.catalogue.with_accounts(unknown)
        # A page may have only a part of an account's roles, so that those known before stay.
        self.catalogue = self.catalogue.with_roles(
            {
                id_: tuple(self._roles[id_] | dict.fromkeys(self.catalogue[id_].roles or ()))
                for id_ in new
            }
        )

    def _keep_only_these_roles(self) -> None:
        accounts = self.catalogue.accounts
        self.catalogue = self.catalogue.with_roles(
            {each.id: tuple(self._roles.get(each.id, ())) for each in accounts}
        )

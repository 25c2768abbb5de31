"""The organisation of the demo. The same number gives the same accounts."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from rolecall.domain.access_role import short_name
from rolecall.domain.model import Account, Assignment, PermissionSet
from rolecall.domain.records import dataclass

USER: Final = "kim.sato@tern-tide.example"

# Account name, local part of the e-mail address, letters of the permission sets. `audit` is
# the first, also by name, so that every organisation has it at the top. Two have the same name.
_ACCOUNTS: Final = (
    ("audit", "aws+audit", "ARV"),
    ("log archive", "aws+log-archive", "AR"),
    ("Tern & Tide management", "aws-root", "AOBR"),
    ("[prod] payments", "aws+payments-prod", "RV"),
    ("[staging] payments", "aws+payments-staging", "PRVD"),
    ("データ基盤", "aws+data-platform-prod", "RVIL"),
    ("データ基盤 (検証)", "aws+data-platform-staging", "APRVIL"),
    ("sandbox", "aws+sandbox-kim", "AP"),
    ("sandbox", "aws+sandbox-noor", "AP"),
    ("Kim's sandbox", "kim.sato", "A"),
    ("checkout production", "aws+checkout-prod", "RVT"),
    ("checkout staging", "aws+checkout-staging", "PRT"),
    ("Café Crème Montréal", "aws+cafe-creme", "PRB"),
    ("network", "aws+network", "ANR"),
    ("shared services", "aws+shared-services", "APR"),
    ("security tooling", "aws+security", "ARV"),
    ("🚀 launchpad", "aws+launchpad", "APRT"),
    (
        "Machine learning research and development for demand forecasting and warehouse robotics",
        "aws+ml-research",
        "APRIL",
    ),
    ("orders-prod", "aws+orders-prod", "RV"),
    ("orders-staging", "aws+orders-staging", "PR"),
    ("orders-dev", "aws+orders-dev", "AP"),
    ("warehouse-prod", "aws+warehouse-prod", "RVT"),
    ("warehouse-staging", "aws+warehouse-staging", "PRT"),
    ("東京リージョン 本番", "aws+tokyo-prod", "RV"),
    ("東京リージョン 開発", "aws+tokyo-dev", "PR"),
    ("Müller Großhandel", "aws+mueller", "RB"),
    ("São Paulo fulfilment", "aws+sao-paulo", "PR"),
    ("Łódź depot", "aws+lodz", "PR"),
    ("[prod] storefront", "aws+storefront-prod", "RVT"),
    ("[dev] storefront", "aws+storefront-dev", "APT"),
    ("mobile / push", "aws+mobile-push", "PRT"),
    ("🧪 experiments", "aws+experiments", "A"),
    ("web analytics", "aws+analytics", "PRIL"),
    ("BI reports", "aws+bi", "RVB"),
    ("IoT gateways", "aws+iot", "PRT"),
    ("legacy ERP", "erp-admins", "R"),
    ("partner portal", "aws+partners", "PRV"),
    ("backup", "aws+backup", "AR"),
    ("disaster recovery", "aws+dr", "ANRV"),
    ("training", "aws+training", "P"),
    ("sandbox (Noor)", "noor.haddad", "AP"),
)
_PERMISSION_SETS: Final = {
    "A": "AWSAdministratorAccess",
    "B": "BillingReadOnly",
    "D": "DatabaseOperator",
    "I": "IncidentResponder",
    "L": "DataLakeProducerConsumerReadOnly",  # 32 characters, the maximum of AWS
    "N": "NetworkAdministrator",
    "O": "AWSOrganizationsFullAccess",
    "P": "AWSPowerUserAccess",
    "R": "AWSReadOnlyAccess",
    "T": "TernDeployer",
    "V": "ViewOnlyAccess",
}
_UNTRUSTED_AT: Final = 35  # `legacy ERP`
# An account without permission sets, which only account access manager knows.
_ACQUIRED: Final = Account("904127650083", "recent acquisition", "")
_SYSTEMS: Final = (
    *("billing", "booking", "catalogue", "customs", "fleet", "gift-cards", "identity", "invoices"),
    *("loyalty", "maps", "parcels", "pricing", "returns", "routing", "search", "tracking"),
)
# The roles of account access manager: their paths, the longest sessions in hours, and whether
# their trust policies let account access manager in.
_ROLES: Final = (
    ("role/Deployer", 1, True),
    ("role/ops/OnCall", 12, True),
    ("role/Auditor", 4, True),
    ("role/AWSReadOnlyAccess", 1, True),  # as a permission set
    ("role/legacy/BatchOperator", 1, False),
)
_STAGES: Final = (("prod", "RV"), ("staging", "PRV"), ("dev", "AP"), ("sandbox", "APRVT"))


@dataclass(frozen=True, slots=True)
class Role:
    """An IAM role that account access manager gives to the user. `name` has the path.

    `longest` is the maximum session duration in seconds. `trusts`: its trust policy lets account
    access manager in.
    """

    account: Account
    name: str
    longest: int = 3600
    trusts: bool = True

    @property
    def arn(self) -> str:
        return f"arn:aws:iam::{self.account.id}:{self.name}"

    def assumed_arn(self, session_name: str) -> str:
        """Return the ARN that STS gives to a session of the role."""
        return f"arn:aws:sts::{self.account.id}:assumed-role/{short_name(self.name)}/{session_name}"


class Organisation:
    """Accounts in the portal's order, and the permission sets that the user has in each.

    `roles` are those of account access manager, which may be in other accounts, too.
    """

    def __init__(
        self, entries: Iterable[tuple[Account, tuple[str, ...]]], roles: Iterable[Role] = ()
    ) -> None:
        self._entries = {account.id: (account, names) for account, names in entries}
        self.accounts: tuple[Account, ...] = tuple(account for account, _ in self._entries.values())
        self.roles: tuple[Role, ...] = tuple(roles)
        self._roles = {role.arn: role for role in self.roles}

    def account(self, account_id: str) -> Account | None:
        """Return the account with this id, or None."""
        entry = self._entries.get(account_id)
        return entry[0] if entry else None

    def permission_sets(self, account_id: str) -> tuple[str, ...]:
        """Return the names in the portal's order; none if the account does not exist."""
        entry = self._entries.get(account_id)
        return entry[1] if entry else ()

    def role(self, arn: str) -> Role | None:
        """Return the role with this ARN, or None."""
        return self._roles.get(arn)

    def assignments(self) -> Iterator[Assignment]:
        """Yield every permission set in every account."""
        for account, names in self._entries.values():
            for name in names:
                yield Assignment(account, PermissionSet(name))

    def named(self, name: str) -> Account:
        """Return the first account with this name. Raises KeyError if there is none."""
        for account in self.accounts:
            if account.name == name:
                return account
        raise KeyError(name)

    def assumed_role_arn(self, account_id: str, permission_set: str) -> str:
        """Return the ARN that STS gives to the user with this permission set."""
        role = reserved_role_name(account_id, permission_set)
        return f"arn:aws:sts::{account_id}:assumed-role/{role}/{USER}"


def organisation_of(count: int) -> Organisation:
    """Return the organisation with `count` accounts."""
    entries = [_entry(index) for index in range(count)]
    roles = [role for index, entry in enumerate(entries) for role in _roles(index, entry[0])]
    return Organisation(entries, [*roles, Role(_ACQUIRED, "role/Auditor")] if count else ())


def reserved_role_name(account_id: str, permission_set: str) -> str:
    """Return the name of the IAM role that Identity Center creates for a permission set."""
    suffix = hashlib.sha256(f"{account_id}/{permission_set}".encode()).hexdigest()[:16]
    return f"AWSReservedSSO_{permission_set}_{suffix}"


def _entry(index: int) -> tuple[Account, tuple[str, ...]]:
    if index < len(_ACCOUNTS):
        name, mailbox, letters = _ACCOUNTS[index]
    else:
        name, letters = _generated(index - len(_ACCOUNTS))
        mailbox = f"aws+{name}"
    # The step has no common factor with 10^12, so that no id repeats. The first id starts with 0.
    account_id = f"{(38_410_265_977 + index * 618_033_988_749) % 10**12:012d}"
    account = Account(account_id, name, f"{mailbox}@tern-tide.example")
    return account, tuple(_PERMISSION_SETS[letter] for letter in letters)


def _roles(index: int, account: Account) -> Iterator[Role]:
    """Yield four roles of each generated account, and a few of the others."""
    chosen: Sequence[tuple[str, int, bool]] = ()
    if index >= len(_ACCOUNTS):
        chosen = _ROLES[:4]
    elif index % 3 == 0:
        chosen = _ROLES[: index // 3 % 4 + 1]
    elif index == _UNTRUSTED_AT:
        chosen = _ROLES[4:]
    for name, hours, trusts in chosen:
        yield Role(account, name, hours * 3600, trusts)


def _generated(index: int) -> tuple[str, str]:
    stage, letters = _STAGES[index % len(_STAGES)]
    system = _SYSTEMS[index // len(_STAGES) % len(_SYSTEMS)]
    round_ = index // (len(_STAGES) * len(_SYSTEMS))
    name = f"{system}-{stage}"
    return (f"{name}-{round_ + 1}" if round_ else name), letters

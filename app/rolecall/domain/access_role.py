"""Roles of account access manager, which administrators assign to users of an Identity Center.

A role differs from a permission set in its name. `role/ops/Deployer` is the resource of the
role's ARN, and the name of a permission set cannot have a `/`. Within an account the name says
which role it is, so everything that has an account and a name works with both.

The API is botocore's `account-access-runtime`.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable
from typing import Final

from rolecall.domain.account_access import part_of_portal, portal_of
from rolecall.domain.partitions import partition_of
from rolecall.domain.records import NamedTuple, dataclass
from rolecall.domain.text import original

READ_SCOPE: Final = "account_access:read_only"
ASSUME_SCOPE: Final = "account_access:assume"
SCOPES: Final = (READ_SCOPE, ASSUME_SCOPE)
ROLE_PREFIX: Final = "role/"
SHORTEST_DURATION: Final = 900  # seconds; of every role session (STS AssumeRole)
LONGEST_DURATION: Final = 12 * 3600
DEFAULT_SESSION_NAME: Final = "rolecall"

_ROLE_ARN: Final = r"arn:aws[a-z-]*:iam::([0-9]{12}):(role/[\w+=,.@/-]{1,576})"
_PROGRAM: Final = "rolecall"
_COMMAND: Final = "credential-process"
_OPTIONS: Final = ("--sso-session", "--role-arn", "--session-name", "--duration")
_SESSION_NAME: Final = r"[\w+=,.@-]{2,64}"


@dataclass(frozen=True, slots=True)
class Tenant:
    """One account access manager: its ID such as `aa-gyxmap389`, and its region."""

    id: str
    region: str

    @property
    def address(self) -> str:
        """The address of its portal, in the one spelling that is written to files."""
        return f"https://{self.id}.account-access.{self.region}.app.aws"


class RoleOptions(NamedTuple):
    """What is asked of a session of a role: its name, and its duration in seconds.

    Empty and 0 leave the choice to the settings, and then to AWS.
    """

    session_name: str = ""
    duration: int = 0


NO_OPTIONS: Final = RoleOptions()


@dataclass(frozen=True, slots=True)
class RoleProcess:
    """The `credential_process` of a profile with a role.

    No SDK gets the credentials of such a role by itself, so the profile starts rolecall. `program`
    is the path of rolecall, or only its name. `session` is the name of the sso-session.
    """

    program: str
    session: str
    account_id: str
    name: str
    arn: str
    options: RoleOptions = NO_OPTIONS

    @property
    def text(self) -> str:
        """The value of the key. Clients split it as a shell does, or give it to one."""
        words = [self.program, _COMMAND, "--sso-session", self.session, "--role-arn", self.arn]
        if self.options.session_name:
            words += ["--session-name", self.options.session_name]
        if self.options.duration:
            words += ["--duration", str(self.options.duration)]
        return shlex.join(words)


def read_process(value: str) -> RoleProcess | None:
    """Read a `credential_process`; None if it is not rolecall's for a role."""
    if _COMMAND not in value:  # a quick check: most profiles have none
        return None
    try:
        program, command, *rest = shlex.split(value)
    except ValueError:
        return None
    if program.rpartition("/")[2] != _PROGRAM or command != _COMMAND or len(rest) % 2:
        return None
    given = dict(zip(rest[::2], rest[1::2], strict=True))
    role = read_arn(given.get("--role-arn", ""))
    duration = given.get("--duration", "0")
    if (
        role is None
        or not given.keys() <= set(_OPTIONS)
        or not re.fullmatch("[0-9]{1,6}", duration)
    ):
        return None
    options = RoleOptions(given.get("--session-name", ""), int(duration))
    session = given.get("--sso-session", "")
    return RoleProcess(program, session, *role, given["--role-arn"], options)


def tenant_of(address: str) -> Tenant | None:
    """Return the tenant whose portal has this address, or None if it is another address."""
    portal = portal_of(address)
    return Tenant(portal.tenant, portal.region) if portal else None


def known_tenant(address: str, known: Iterable[Tenant | None]) -> Tenant | None:
    """Return the tenant whose portal has this address, or the known one that a part of the address
    stands for, such as the ID alone. None if there is none, or more than one.
    """
    part = part_of_portal(address)
    if part is None:
        return tenant_of(address)
    begin = f"https://{part.host}"
    found = {
        each
        for each in known
        if each is not None and each.id == part.tenant and each.address.startswith(begin)
    }
    return found.pop() if len(found) == 1 else None


def is_role(name: str) -> bool:
    """Return whether the name is that of a role, not of a permission set."""
    return name.startswith(ROLE_PREFIX)


def short_name(name: str) -> str:
    """Return the name of a role without its path; a permission set is as it is."""
    return name.rpartition("/")[2] if is_role(name) else name


def read_arn(arn: str) -> tuple[str, str] | None:
    """Return the account ID and the name of a role, or None if it is not the ARN of a role."""
    found = re.fullmatch(_ROLE_ARN, arn, re.ASCII)
    return None if found is None or found[2].endswith("/") else (found[1], found[2])


def arn_of(tenant: Tenant, account_id: str, name: str) -> str:
    """Return the ARN of a role of the tenant."""
    partition = partition_of(tenant.region).name
    return f"arn:{partition}:iam::{original(account_id)}:{original(name)}"


def is_session_name(text: str) -> bool:
    """Return whether AWS accepts it as the name of a role session."""
    return re.fullmatch(_SESSION_NAME, text, re.ASCII) is not None


def is_duration(seconds: int) -> bool:
    """Return whether a role session can have this duration. The role's own maximum may be less."""
    return SHORTEST_DURATION <= seconds <= LONGEST_DURATION

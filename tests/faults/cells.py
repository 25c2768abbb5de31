"""The matrix: every operation of AWS with every fault of the network, of AWS or of the clock.

A cell is an operation and a fault. `OUTCOMES` has what a user sees for each fault, and
`EXCEPTIONS` the cells that differ. `chosen()` is the part that `make test` runs: each operation and
each fault at least once. `make faults` runs all cells.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import Enum
from typing import Final

from rolecall.demo.faults import AnyFault, Fault, ThrottledFault


class Operation(Enum):
    """A call to AWS, with the service that it goes to and the number of calls that work before."""

    REGISTER = "RegisterClient"
    DEVICE_CODE = "StartDeviceAuthorization"
    POLL = "CreateToken, with a device code"
    RENEW = "CreateToken, with a refresh token"
    REDEEM = "CreateToken, with the code of a browser"
    ACCOUNTS = "ListAccounts, first page"
    MORE_ACCOUNTS = "ListAccounts, second page"
    PERMISSION_SETS = "ListAccountRoles"
    CREDENTIALS = "GetRoleCredentials"
    SIGN_OUT = "Logout"
    ASSUME_ROLE = "AssumeRole"
    NARROW = "GetScopedCredentials"
    IDENTITY = "GetCallerIdentity"
    LOGIN = "CreateOAuth2Token, with the code of a page"
    RENEW_LOGIN = "CreateOAuth2Token, with a refresh token"
    ROLES = "ListRoles"
    ROLE_CREDENTIALS = "GetRoleCredentials, of account access manager"

    @property
    def aws_name(self) -> str:
        return self.value.partition(",")[0]

    @property
    def demo_name(self) -> str:
        """The name of the call in the demo. Two services have a call of the same name."""
        return "GetAccessRoleCredentials" if self is Operation.ROLE_CREDENTIALS else self.aws_name

    @property
    def is_about_roles(self) -> bool:
        """Whether it is a call of account access manager."""
        return self in {Operation.ROLES, Operation.ROLE_CREDENTIALS}

    @property
    def skip(self) -> int:
        return 1 if self is Operation.MORE_ACCOUNTS else 0

    @property
    def endpoint(self) -> str:
        """The variable with the endpoint of the service."""
        service = _OTHER_SERVICES.get(self.demo_name)
        if service is None:
            is_oidc = self in _OIDC
            service = "SSO_OIDC" if is_oidc else "SSO"
        return f"AWS_ENDPOINT_URL_{service}"


_OTHER_SERVICES: Final = {
    "AssumeRole": "STS",
    "GetScopedCredentials": "STS",
    "GetCallerIdentity": "STS",
    "CreateOAuth2Token": "SIGNIN",
    "ListRoles": "ACCOUNT_ACCESS_RUNTIME",
    "GetAccessRoleCredentials": "ACCOUNT_ACCESS_RUNTIME",
}
_OIDC: Final = {
    *(Operation.REGISTER, Operation.DEVICE_CODE, Operation.POLL),
    *(Operation.RENEW, Operation.REDEEM),
}


class Line(Enum):
    """A fault between this machine and AWS."""

    REFUSED = "connection refused"
    NO_NAME = "the host name does not exist"
    TLS = "a certificate of an unknown CA"
    PROXY = "a proxy that is not there"


# An answer of the demo, the line, or the clock: AWS's time minus that of the machine.
AnyCause = AnyFault | Line | timedelta


@dataclass(frozen=True)
class Cause:
    """`times`: how often it happens; None until it is cleared."""

    what: AnyCause
    times: int | None = None


CAUSES: Final[dict[str, Cause]] = {
    "refused": Cause(Line.REFUSED),
    "no name": Cause(Line.NO_NAME),
    "unknown CA": Cause(Line.TLS),
    "no proxy": Cause(Line.PROXY),
    "reset": Cause(Fault.RESET),
    "reset in the body": Cause(Fault.RESET_IN_BODY),
    "reset once": Cause(Fault.RESET, 1),
    "hang": Cause(Fault.HANG),
    "drip": Cause(Fault.DRIP),
    "truncated": Cause(Fault.TRUNCATED),
    "wrong length": Cause(Fault.WRONG_LENGTH),
    "garbage": Cause(Fault.GARBAGE),
    "HTML": Cause(Fault.HTML),
    "no body": Cause(Fault.EMPTY_BODY),
    "empty object": Cause(Fault.EMPTY),
    "301": Cause(Fault.REDIRECT),
    "400": Cause(400),
    "401": Cause(401),
    "403": Cause(403),
    "403 as HTML": Cause(Fault.HTML_403),
    "404": Cause(404),
    "429 once": Cause(429, 1),
    "429 storm": Cause(ThrottledFault("90")),
    "500": Cause(500),
    "500 once": Cause(500, 1),
    "503": Cause(503),
    "answer lost": Cause(Fault.ANSWER_LOST, 1),
    "10 minutes behind": Cause(timedelta(minutes=10)),
    "10 minutes ahead": Cause(timedelta(minutes=-10)),
    "a day behind": Cause(timedelta(days=1)),
    "a day ahead": Cause(timedelta(days=-1)),
}

# After these calls others of the same service have worked, so that the line is a matter of those.
_LATER: Final = {Operation.POLL, Operation.REDEEM, Operation.MORE_ACCOUNTS}


@dataclass(frozen=True)
class Outcome:
    """`said` is a regular expression for what a command prints to standard error. `status` is its
    exit status.
    """

    said: str
    status: int | None = 1


@dataclass(frozen=True)
class Cell:
    operation: Operation
    cause_name: str

    @property
    def cause(self) -> Cause:
        return CAUSES[self.cause_name]

    @property
    def outcome(self) -> Outcome:
        """What a user sees on the command line."""
        own = EXCEPTIONS.get(self.operation, {}).get(self.cause_name)
        if own is not None:
            return own
        outcome = OUTCOMES[self.cause_name]
        if outcome.status == 1 and self.operation in _LISTING:
            return replace(outcome, status=3)  # some accounts are missing
        return outcome

    @property
    def loses_session(self) -> bool:
        """Whether only a sign-in helps: the refresh token works once, and its answer is lost."""
        is_renewal = self.operation in {Operation.RENEW, Operation.RENEW_LOGIN}
        return is_renewal and self.cause_name in (*_LOST, "answer lost")

    def __str__(self) -> str:
        return f"{self.operation.name.lower().replace('_', ' ')}-{self.cause_name}"


_LISTING: Final = {
    *(Operation.ACCOUNTS, Operation.MORE_ACCOUNTS, Operation.PERMISSION_SETS),
    Operation.ROLES,
}


def every_cell() -> list[Cell]:
    """Return the whole matrix."""
    return [
        Cell(operation, name)
        for name, cause in CAUSES.items()
        for operation in Operation
        if not (operation in _LATER and isinstance(cause.what, Line))
    ]


def chosen() -> list[Cell]:
    """Return the cells to run: all with ROLECALL_FAULTS=all, else a part.

    The part goes through the operations again and again, one for each cause.
    """
    if os.environ.get("ROLECALL_FAULTS") == "all":
        return every_cell()
    operations = list(Operation)
    cells = []
    for place, (name, cause) in enumerate(CAUSES.items()):
        operation = operations[place % len(operations)]
        if operation in _LATER and isinstance(cause.what, Line):
            operation = Operation.CREDENTIALS
        cells.append(Cell(operation, name))
    return cells


_UNREADABLE: Final = Outcome("The answer of .* cannot be read")
_OTHER_SERVER: Final = Outcome("does not answer like AWS")
_PROBLEMS: Final = "cannot be reached|unreadable|like AWS|rejected|refused|failed|revoked|clock of"
_NOT_NOTICED: Final = Outcome(rf"(?s)\A(?!.*(?:{_PROBLEMS}))", 0)
_WRONG_CLOCK: Final = Outcome("The clock of this machine is .* that of AWS", 0)
OUTCOMES: Final[dict[str, Outcome]] = {
    "refused": Outcome("cannot be reached .connection refused"),
    "no name": Outcome("cannot be reached .the host name is unknown"),
    "unknown CA": Outcome("cannot be reached .its certificate is not trusted"),
    "no proxy": Outcome("cannot be reached .the proxy failed"),
    "reset": Outcome("cannot be reached .the connection was closed"),
    "reset in the body": Outcome("cannot be reached .the connection was closed"),
    "reset once": _NOT_NOTICED,
    "hang": Outcome(r"(?s)Waiting for \w+ at .*cannot be reached .no answer in time"),
    "drip": Outcome(r"(?s)Waiting for \w+ at .*cannot be reached .no answer in time"),
    "truncated": _UNREADABLE,
    "wrong length": _UNREADABLE,
    "garbage": _UNREADABLE,
    "HTML": _UNREADABLE,
    "no body": _UNREADABLE,
    "empty object": _UNREADABLE,
    "301": _OTHER_SERVER,
    "400": Outcome("was rejected: InvalidRequestException"),
    "401": Outcome("was rejected: UnauthorizedException"),
    "403": Outcome("was refused because you have no access to it"),
    "403 as HTML": _OTHER_SERVER,
    "404": Outcome("AWS did not find what was requested"),
    "429 once": _NOT_NOTICED,
    "429 storm": Outcome("AWS limits the rate of"),
    "500": Outcome("failed at .* with status 500"),
    "500 once": _NOT_NOTICED,
    "503": Outcome("failed at .* with status 503"),
    "answer lost": _NOT_NOTICED,
    "10 minutes behind": _WRONG_CLOCK,
    "10 minutes ahead": _WRONG_CLOCK,
    "a day behind": _WRONG_CLOCK,
    "a day ahead": _WRONG_CLOCK,
}
_SIGNED_OUT: Final = Outcome("Signed out of corp")
_NOT_FOR_ROLES: Final = Outcome("does not cover the roles of account access manager")
_ONLY_ONCE: Final = Outcome("this code works only once")
# The work is done, and the answer with the token is lost.
_LOST: Final = ("reset in the body", "drip", "truncated", "wrong length")
_TEMPORARY: Final = (
    *("reset", "hang", "garbage", "HTML", "no body", "empty object", "301", "403 as HTML"),
    *("429 storm", "500", "503"),
)
_LINES: Final = ("refused", "no name", "unknown CA", "no proxy")
_NOT_AWS: Final = Outcome("something other than AWS answered")
_REFUSALS: Final = ("400", "401", "403", "404")
EXCEPTIONS: Final[dict[Operation, dict[str, Outcome]]] = {
    Operation.DEVICE_CODE: {"400": Outcome("No Identity Center in eu-west-1 has the start URL")},
    Operation.POLL: {
        # It waits for the end of the fault.
        **{name: replace(OUTCOMES[name], status=0) for name in _TEMPORARY},
        **dict.fromkeys(_LOST, _ONLY_ONCE),
    },
    Operation.REDEEM: {
        # A device code is used instead.
        **{name: replace(OUTCOMES[name], status=0) for name in (*_TEMPORARY, *_REFUSALS, *_LOST)},
        **dict.fromkeys(
            ("truncated", "wrong length", "answer lost"), replace(_ONLY_ONCE, status=0)
        ),
    },
    Operation.RENEW: {**dict.fromkeys(("truncated", "wrong length", "answer lost"), _SIGNED_OUT)},
    Operation.LOGIN: {"answer lost": Outcome("a code works only once")},
    Operation.RENEW_LOGIN: {"answer lost": Outcome("`rolecall login console` signs in")},
    Operation.ACCOUNTS: {"401": _SIGNED_OUT},
    Operation.MORE_ACCOUNTS: {"401": _SIGNED_OUT},
    Operation.PERMISSION_SETS: {"401": _SIGNED_OUT},
    Operation.CREDENTIALS: {
        "401": _SIGNED_OUT,
        **dict.fromkeys(("403", "404"), Outcome("is not assigned to you")),
    },
    # A token that is not valid is refused as one that is not for this service.
    Operation.ROLES: {"401": replace(_NOT_FOR_ROLES, status=3)},
    Operation.ROLE_CREDENTIALS: {"401": _NOT_FOR_ROLES},
    # The answer has no body.
    Operation.SIGN_OUT: dict.fromkeys((*_LOST, "401"), _NOT_NOTICED),
    Operation.ASSUME_ROLE: dict.fromkeys(("301", "403 as HTML"), _UNREADABLE),
    Operation.NARROW: dict.fromkeys(("301", "403 as HTML"), _UNREADABLE),
    # The profile is verified by boto3 in another process.
    Operation.IDENTITY: {
        **dict.fromkeys((*_LINES, "reset", "reset in the body"), Outcome("cannot be reached")),
        **dict.fromkeys(("hang", "drip"), Outcome("cannot be reached")),
        **dict.fromkeys(
            ("truncated", "wrong length", "garbage", "HTML", "no body", "empty object"), _NOT_AWS
        ),
        **dict.fromkeys(("301", "403 as HTML"), _NOT_AWS),
        **dict.fromkeys(_REFUSALS, Outcome("audit-admin")),
        "429 storm": Outcome("AWS limits the rate of calls"),
        **dict.fromkeys(("500", "503"), Outcome("AWS failed")),
        **dict.fromkeys(("10 minutes behind", "10 minutes ahead", "a day behind"), _NOT_NOTICED),
        "a day ahead": Outcome("this machine's clock is wrong"),
    },
}

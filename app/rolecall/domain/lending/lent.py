"""What is lent to a program, and what the program asks for. Nothing of it is a secret.

A request is a `Lent`, too: its ID is that of the lend, a dot and a number. If it is approved, it is
a lease.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import TypeVar

from rolecall.domain.errors.lending_errors import AskInvalid, GrantInvalid
from rolecall.domain.records import NamedTuple


class Lent(NamedTuple):
    """Who has what. `pid` and `started` are those of the rolecall that lends: when it was started,
    as the system counts. `program` is what the log has of it, and `folder` its working folder.
    Times are in RFC 3339; `until` is empty if the time is not shortened. `rights` and `seal` are as
    in the log.
    """

    id: str = ""
    pid: int = 0
    started: str = ""
    program: str = ""
    folder: str = ""
    profile: str = ""
    account_id: str = ""
    account: str = ""
    role: str = ""
    production: bool = False
    rights: str = ""
    minutes: int = 0
    since: str = ""
    until: str = ""
    reason: str = ""
    seal: str = ""

    @property
    def is_request(self) -> bool:
        return "." in self.id

    @property
    def options(self) -> str:
        """The rights and minutes of a request, as options of a command line."""
        return f"--allow {self.rights.removeprefix('allow ')} --minutes {self.minutes}"

    @property
    def lend_id(self) -> str:
        return self.id.partition(".")[0]


class Use(NamedTuple):
    """How often keys were asked for, until when the last ones are valid, and their session in
    CloudTrail.
    """

    calls: int = 0
    keys_until: str = ""
    scoped_session: str = ""


class Decision(NamedTuple):
    """What a user has decided about a request: `digest` is that of the request that was shown, and
    `reason` is why it was denied. What is approved may be less than was asked for.
    """

    digest: str = ""
    is_approved: bool = False
    rights: str = ""
    minutes: int = 0
    reason: str = ""
    at: str = ""


class LoanState(StrEnum):
    """How far a lend or a request is."""

    WAITS = "waits"
    RUNS = "runs"
    DENIED = "denied"
    ENDED = "ended"


class Loan(NamedTuple):
    """A `Lent` as others see it. `used_at` is when keys were asked for last, and `until` is when
    the time is over, if it is shortened.
    """

    lent: Lent
    use: Use = Use()
    used_at: datetime | None = None
    decision: Decision | None = None
    until: datetime | None = None
    is_taken_back: bool = False

    def state(self, now: datetime) -> LoanState:
        if self.lent.is_request and self.decision is None:
            return LoanState.WAITS
        if self.decision is not None and not self.decision.is_approved:
            return LoanState.DENIED
        is_over = self.until is not None and now >= self.until
        return LoanState.ENDED if self.is_taken_back or is_over else LoanState.RUNS


def waiting(loans: Iterable[Loan], now: datetime) -> list[Loan]:
    """Return the requests that nobody has decided about."""
    return [each for each in loans if each.state(now) is LoanState.WAITS]


class LentRow(NamedTuple):
    """A lend or a lease, as lists show it. `waiting` are the requests of a lend."""

    loan: Loan
    waiting: tuple[Loan, ...] = ()


def rows_of(loans: Iterable[Loan], now: datetime) -> list[LentRow]:
    """Return the lends, each with its leases after it; their requests become one number."""
    rows: list[LentRow] = []
    asked: dict[str, list[Loan]] = {}
    for loan in loans:
        state = loan.state(now)
        if state is LoanState.WAITS:
            asked.setdefault(loan.lent.lend_id, []).append(loan)
        elif state is LoanState.RUNS or not loan.lent.is_request:
            rows.append(LentRow(loan))
    return [row._replace(waiting=tuple(asked.get(row.loan.lent.id, ()))) for row in rows]


R = TypeVar("R", Lent, Use, Decision)


def to_json(record: Lent | Use | Decision) -> bytes:
    return json.dumps(record._asdict()).encode()


def from_json(kind: type[R], data: bytes) -> R | None:
    """Return what was written with `to_json`; None if it is broken."""
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        return None
    default = kind()._asdict()
    if not isinstance(found, dict) or found.keys() != default.keys():
        return None
    is_whole = all(type(value) is type(default[name]) for name, value in found.items())
    return kind(**found) if is_whole else None


def digest_of(request: Lent) -> str:
    """Return what a decision is bound to: all that was shown of the request."""
    return sha256(to_json(request)).hexdigest()


def less_of(request: Lent, typed: str) -> Lent:
    """Return the request with the rights and minutes that are typed as options of a command line.

    Raises AskInvalid, GrantInvalid.
    """
    from rolecall.domain.lending.grants import granted, is_within  # late: few ask

    words = typed.split()
    found = dict(zip(words[::2], words[1::2], strict=False))
    if len(words) % 2 or not found.keys() <= {"--allow", "--minutes"}:
        raise AskInvalid("options")
    grants = granted(found.get("--allow", request.rights))
    if not is_within(grants, granted(request.rights)):
        raise AskInvalid("wider")
    minutes = found.get("--minutes", str(request.minutes))
    if not re.fullmatch("[0-9]{1,5}", minutes) or not 0 < int(minutes) <= request.minutes:
        raise AskInvalid("minutes", str(request.minutes))
    rights = f"allow {','.join(map(str, grants))}"
    return request._replace(rights=rights, minutes=int(minutes))


def checked(decision: Decision, request: Lent) -> Decision:
    """Return the decision, or a denial if it is not about this request, or allows more."""
    from rolecall.domain.lending.grants import granted, is_within  # late: few ask

    is_bound = decision.digest == digest_of(request)
    if not is_bound or not 0 < decision.minutes <= request.minutes:
        return decision._replace(is_approved=False)
    try:
        is_less = is_within(granted(decision.rights), granted(request.rights))
    except GrantInvalid:
        is_less = False
    return decision._replace(is_approved=decision.is_approved and is_less)

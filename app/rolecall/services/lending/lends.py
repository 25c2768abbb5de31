"""What is lent on this machine: how a lend shows itself, and how others see and end it."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from rolecall.domain.errors.lending_errors import NotLent
from rolecall.domain.lending.lent import Decision, Lent, Loan, LoanState, Use, digest_of
from rolecall.domain.log.hand_out import HandOutKind, Lend
from rolecall.domain.log.shown import shown_command, shown_text
from rolecall.domain.model import Credentials
from rolecall.domain.switching.variables import SwitchTarget
from rolecall.domain.text import safe
from rolecall.domain.timestamps import write_time
from rolecall.files.own.lends import LendRecord, LendRecords
from rolecall.files.own.processes import started
from rolecall.services.log.hand_outs import HandOuts
from rolecall.services.switching.switching import Switching


def described(
    environ: Mapping[str, str],
    switching: Switching,
    target: SwitchTarget,
    command: Sequence[str],
    reason: str,
) -> Lent:
    """Return who gets which role, as far as it is known before. Raises FileError."""
    return Lent(
        pid=os.getpid(),
        started=started(os.getpid()),
        program=safe(shown_command(command)),
        folder=safe(str(Path.cwd())),
        profile=safe(target.name),
        account_id=safe(target.account_id),
        account=safe(switching.status(target).account_name),
        role=safe(target.role),
        production=switching.is_production(target),
        reason=safe(shown_text(reason, environ)),
    )


def timed(lent: Lent, facts: Lend, now: datetime) -> Lent:
    """Return it with what the log has of it, and with when it begins and ends."""
    minutes = int(facts.minutes or 0)
    until = write_time(now + timedelta(minutes=minutes)) if minutes else ""
    lent = lent._replace(id=facts.lend, rights=facts.rights, seal=facts.seal)
    return lent._replace(minutes=minutes, since=write_time(now), until=until)


class Counter:
    """Hands out a lend or a lease, unless it was taken back, and notes that. `lend` is the lend,
    and `session` returns the ID that the last keys have in CloudTrail.
    """

    def __init__(
        self,
        record: LendRecord,
        lent: Lent,
        lend: Lent,
        session: Callable[[], str],
        clock: Callable[[], datetime],
    ) -> None:
        self._record = record
        self._lent = lent
        self._lend = lend
        self._session = session
        self._clock = clock
        self._lock = threading.Lock()
        self._calls = 0

    def __call__(self, get: Callable[[], Credentials]) -> Credentials:
        """Raises NotLent and what `get` raises."""
        loan = self._record.loan(self._lent)
        if loan.is_taken_back or self._record.loan(self._lend).is_taken_back:
            raise NotLent("taken-back")
        if (state := loan.state(self._clock())) in {LoanState.WAITS, LoanState.DENIED}:
            raise NotLent(state.value, safe(loan.decision.reason if loan.decision else ""))
        found = get()
        until = write_time(found.expires_at) if found.expires_at else ""
        with self._lock:
            self._calls += 1
            self._record.note(self._lent.id, Use(self._calls, until, self._session()))
        return found


class Lends:
    """What users see of it, and decide. `state` is rolecall's state folder, and `clock` returns an
    aware UTC datetime.
    """

    def __init__(self, state: Path, log: HandOuts, clock: Callable[[], datetime]) -> None:
        self._state = state
        self._records = LendRecords(state)
        self._log = log
        self._clock = clock

    def record(self, lend: Lent) -> LendRecord:
        """Return the record of a lend of this process, to be opened."""
        return LendRecord(self._state, lend.id)

    def all(self) -> list[Loan]:
        """Return what is lent now; after each lend what its program has asked for."""
        return list(self._records.all())

    def watched(self) -> list[Loan]:
        """Return the same. From now on, programs that ask know that a user decides here."""
        self._records.watch()
        return self.all()

    def take_back(self, lent: Lent) -> None:
        """Hand out nothing more of it. If it is a lend, end its program.

        Raises FileUnwritable.
        """
        self._records.take_back(lent)
        if lent.is_request:
            self._note(HandOutKind.LEASE_END, lent)

    def approve(self, request: Lent, rights: str, minutes: int) -> bool:
        """Approve what was shown, or less. Return False if it was decided before.

        Raises FileUnwritable.
        """
        now = write_time(self._clock())
        decision = Decision(digest_of(request), True, rights, minutes, at=now)
        lent = request._replace(rights=rights, minutes=minutes)
        return self._decide(request, decision, HandOutKind.APPROVE, lent)

    def deny(self, request: Lent, reason: str) -> bool:
        """Deny it. Return False if it was decided before. Raises FileUnwritable."""
        decision = Decision(digest_of(request), reason=reason, at=write_time(self._clock()))
        lent = request._replace(reason=reason)
        return self._decide(request, decision, HandOutKind.DENY, lent)

    def _decide(self, request: Lent, decision: Decision, kind: HandOutKind, lent: Lent) -> bool:
        is_first = self._records.decide(request, decision)
        if is_first:
            self._note(kind, lent)
        return is_first

    def _note(self, kind: HandOutKind, lent: Lent) -> None:
        note_loan(self._log, kind, lent)


def note_loan(
    log: HandOuts, kind: HandOutKind, lent: Lent, key_id: str = "", session: str = ""
) -> None:
    """Note in the log what happens with a request or a lease."""
    target = SwitchTarget(lent.profile, lent.account_id, lent.role)
    facts = Lend(lent.id, lent.rights, str(lent.minutes), session)
    log.note(kind, target, key_id, command=lent.program.split(), reason=lent.reason, lend=facts)

"""Hands out narrowed credentials of one role, and never others.

The role's own keys stay in the memory of this process: see `CredentialsService.without_saving`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from rolecall.aws.narrow import Narrowed, NarrowingProblem, narrowed
from rolecall.aws.session import Clients
from rolecall.aws.translate import AnswerProblem
from rolecall.domain.credentials.credential_formats import Export
from rolecall.domain.errors import RolecallError, UnexpectedAnswer
from rolecall.domain.errors.lending_errors import LendEnded, NarrowingRefused
from rolecall.domain.lending.narrowing import Narrowing
from rolecall.domain.log.hand_out import Lend
from rolecall.domain.model import Credentials, RoleCredentials
from rolecall.domain.partitions import AWS
from rolecall.domain.records import replace
from rolecall.services.credentials.role_credentials import REFETCH_BEFORE

_MARGIN: Final = 5  # seconds of the role's keys that a call may take to arrive
# Keys that are valid for so much longer than others are worth a call.
_WORTH_A_CALL: Final = timedelta(minutes=1)
# How much later than requested keys may expire by the clock of this machine, which may be wrong by
# as much: see `aws.clock_skew`.
_TOLERANCE: Final = timedelta(minutes=2, seconds=30)


class Lender:
    """Call it for the credentials; it narrows again when they expire soon. Safe to use from any
    thread.

    `get` returns the credentials of the role, with the region. `clients` are those of the profile;
    `clock` returns an aware UTC datetime. The time that is lent begins at `began_at`, or now.
    """

    def __init__(
        self,
        narrowing: Narrowing,
        get: Callable[[], Export],
        clients: Clients,
        clock: Callable[[], datetime],
        began_at: datetime | None = None,
    ) -> None:
        self._session_id = ""  # that of CloudTrail, for the last keys
        self._narrowing = narrowing
        self._get = get
        self._clients = clients
        self._clock = clock
        self._ends_at = narrowing.ends_at(began_at or clock())
        self._lent: Export | None = None
        self._lock = threading.Lock()

    def __call__(self) -> Export:
        """Return narrowed credentials. If they cannot be narrowed again, those that are still valid
        are returned.

        Raises LendEnded, NarrowingRefused, ServiceError, and what `get` raises.
        """
        with self._lock:
            if self._ends_at is not None and self._clock() >= self._ends_at:
                raise LendEnded(self._narrowing.minutes)
            if self._lent is None or self._is_due(self._end_of(self._lent)):
                try:
                    self._lent = self._narrowed_again()
                except RolecallError:
                    if self._lent is None or self._end_of(self._lent) <= self._clock():
                        raise
            return self._lent

    @property
    def lend(self) -> Lend:
        """What the log has of the last keys."""
        asked = self._narrowing
        minutes = str(asked.minutes) if asked.minutes else ""
        return Lend(asked.id, asked.words, minutes, self._session_id)

    def _end_of(self, export: Export) -> datetime:
        end = export.credentials.expires_at
        assert end is not None  # narrowed credentials always have one
        return end

    def _is_due(self, end: datetime) -> bool:
        is_last = self._ends_at is not None and end > self._ends_at - _WORTH_A_CALL
        return end - self._clock() < REFETCH_BEFORE and not is_last

    def _narrowed_again(self) -> Export:
        export = self._get()
        own = export.credentials
        if own.session_token is None:
            raise NarrowingRefused(NarrowingProblem.LONG_LIVED)
        if self._lent is not None and own.expires_at is not None:
            longer = own.expires_at - self._end_of(self._lent)
            if longer < _WORTH_A_CALL and self._end_of(self._lent) > self._clock():
                return self._lent
        found = self._exchanged(own, export.region)
        self._session_id = found.session_id
        return replace(export, credentials=self._checked(found.credentials, own))

    def _exchanged(self, own: Credentials, region: str | None) -> Narrowed:
        return narrowed(
            self._clients.sts(region or AWS.sts_region, own),
            self._narrowing.policy,
            self._narrowing.description,
            own.account_id,
            lambda: self._seconds(own),
        )

    def _seconds(self, own: Credentials) -> int | None:
        """Return how long the keys may be valid; None for as long as the role's own."""
        if self._ends_at is None:
            return None
        now = self._clock()
        asked = int((self._ends_at - now).total_seconds())
        if asked < 1:
            raise LendEnded(self._narrowing.minutes)
        if own.expires_at is None or own.expires_at > self._ends_at:
            return asked
        if self._narrowing.policy:
            return None
        left = int((own.expires_at - now).total_seconds()) - _MARGIN
        if left < 1:
            raise NarrowingRefused(NarrowingProblem.LIFETIME)
        return left

    def _checked(self, lent: RoleCredentials, own: Credentials) -> RoleCredentials:
        """Return the keys with their expiry by the clock of this machine.

        Raises UnexpectedAnswer if they are the role's own, or valid for longer than asked: then it
        was not AWS that answered, and nothing is known about their rights.
        """
        end = lent.expires_at - self._clients.clock_skew.difference
        latest = min((each for each in (self._ends_at, own.expires_at) if each), default=end)
        if lent.access_key_id == own.access_key_id or end > latest + _TOLERANCE:
            raise UnexpectedAnswer("GetScopedCredentials", "STS", AnswerProblem.UNREADABLE)
        return replace(lent, expires_at=min(end, latest))

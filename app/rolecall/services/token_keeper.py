"""While rolecall runs: every renewable token of the machine is renewed before its end, and what
others do to the files is noticed.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from rolecall.domain.errors import RolecallError, Throttled
from rolecall.domain.model import AccessToken, SsoSession
from rolecall.services.expiries import Expiries, ExpiriesService
from rolecall.services.renewal import RENEW_BEFORE, Renewal

# Seconds between two attempts for one session, and what chance adds to them and to the first: of
# many rolecalls on many machines no two then ask in the same moment.
_AGAIN_AFTER: Final = 60.0
_SPREAD: Final = 60.0
# Seconds after which all is read again, changed or not: a registration ends without a write.
_READ_EVERY: Final = 60.0


@dataclass(frozen=True, slots=True)
class RenewalFailure:
    """A renewal that failed. `again_at`: the next attempt, None where none will be made. `is_news`:
    the token held when rolecall came to know it.
    """

    session: SsoSession
    error: RolecallError
    again_at: datetime | None
    is_news: bool


@dataclass(frozen=True, slots=True)
class KeeperReport:
    """How things stand, with every renewal that failed and is still wanted. `changed`: the files
    that are not as they were at the look before.
    """

    expiries: Expiries
    failures: Mapping[SsoSession, RenewalFailure]
    changed: frozenset[Path]


@dataclass(slots=True)
class TokenKeeper:
    """To be asked every second or two: to look, by one thread at a time, and to renew what is due,
    each session by a thread of its own, for one may wait long for others or for the network.

    `clock` gives an aware UTC datetime, `monotonic` seconds, `chance` from 0 to 1. Attempts are
    counted by `monotonic`, for a clock that is put back must not put them off.
    """

    source: ExpiriesService
    renewal: Renewal
    clock: Callable[[], datetime]
    monotonic: Callable[[], float]
    chance: Callable[[], float] = random.random
    _expiries: Expiries | None = None
    _file_stamps: dict[Path, object] = field(default_factory=dict)
    _read_at: float = 0.0
    _began_at: datetime | None = None
    _attempts: dict[SsoSession, float] = field(default_factory=dict)  # no sooner than
    _delays: dict[SsoSession, float] = field(default_factory=dict)
    _failures: dict[SsoSession, RenewalFailure] = field(default_factory=dict)

    def check(self, *, force: bool = False) -> KeeperReport | None:
        """None where all is as it was, unless it is to be read `anew`."""
        self._began_at = self._began_at or self.clock()
        before = None if self._expiries is None else self._file_stamps
        file_stamps = self._read_file_stamps()
        stale = self.monotonic() - self._read_at >= _READ_EVERY
        if not (force or stale or self._expiries is None or file_stamps != self._file_stamps):
            return None
        expiries = self._read(file_stamps)
        failures = self._failures.copy()  # whoever renews may change them meanwhile
        timed = {session: self._timed(each) for session, each in failures.items()}
        return KeeperReport(expiries, timed, _differing(before, file_stamps))

    def due(self) -> dict[SsoSession, AccessToken]:
        """What is to be renewed now, of what the last look saw."""
        tokens = {} if self._expiries is None else self._expiries.tokens
        return {
            session: token
            for session, token in tokens.items()
            if self._is_due(session, token)
            and self.renewal.can_renew(token)
            and self.monotonic() >= self._attempts.get(session, 0.0)
        }

    def renew(self, session: SsoSession, token: AccessToken) -> RenewalFailure | None:
        """Another token in the cache in the place of this one, or why there is none."""
        failure = None
        try:
            self.renewal.replace(token, session)
        except RolecallError as error:
            self._attempts[session] = self.monotonic() + self._delay(error)
            failure = self._failures[session] = self._failure(session, token, error)
        else:
            self._attempts[session] = self.monotonic() + self._delay()
            self._failures.pop(session, None)
            self._delays.pop(session, None)
        return failure and self._timed(failure)

    def _timed(self, failure: RenewalFailure) -> RenewalFailure:
        """With the moment of the next attempt by the clock as it now stands."""
        if failure.again_at is None:
            return failure
        seconds = self._attempts[failure.session] - self.monotonic()
        return replace(failure, again_at=self.clock() + timedelta(seconds=round(seconds)))

    def _read_file_stamps(self) -> dict[Path, object]:
        file_stamps: dict[Path, object] = {}
        for path in self.source.files():
            try:
                found = path.stat()
            except OSError:
                continue
            file_stamps[path] = (found.st_mtime_ns, found.st_size, found.st_ino)
        return file_stamps

    def _read(self, file_stamps: dict[Path, object]) -> Expiries:
        self._file_stamps, self._read_at = file_stamps, self.monotonic()
        self._expiries = expiries = self.source.read()
        for session in list(self._failures):
            token = expiries.tokens.get(session)
            if token is None or not self._is_due(session, token):
                self._failures.pop(session, None)  # somebody else has renewed it, or signed out
        return expiries

    def _failure(
        self, session: SsoSession, token: AccessToken, error: RolecallError
    ) -> RenewalFailure:
        again_at = self.clock() if self.renewal.can_renew(token) else None
        assert self._began_at is not None
        return RenewalFailure(session, error, again_at, is_news=token.expires_at > self._began_at)

    def _delay(self, error: RolecallError | None = None) -> float:
        asked = error.retry_after or 0.0 if isinstance(error, Throttled) else 0.0
        return max(asked, _AGAIN_AFTER + self.chance() * _SPREAD / 4)

    def _is_due(self, session: SsoSession, token: AccessToken) -> bool:
        """A token that has ended is due at once, whatever chance says."""
        delay = self._delays.setdefault(session, self.chance() * _SPREAD)
        return self.clock() >= token.expires_at - RENEW_BEFORE + timedelta(seconds=delay)


def _differing(
    before: Mapping[Path, object] | None, after: Mapping[Path, object]
) -> frozenset[Path]:
    """Those that have come, gone or changed; none where there was no look before."""
    if before is None:
        return frozenset()
    return frozenset(path for path in before.keys() | after if before.get(path) != after.get(path))

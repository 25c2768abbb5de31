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
class Kept:
    """How things stand, with every renewal that failed and is still wanted. `changed`: the files
    that are not as they were at the look before.
    """

    clocks: Expiries
    troubles: Mapping[SsoSession, RenewalFailure]
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
    _clocks: Expiries | None = None
    _marks: dict[Path, object] = field(default_factory=dict)
    _read_at: float = 0.0
    _began_at: datetime | None = None
    _attempts: dict[SsoSession, float] = field(default_factory=dict)  # no sooner than
    _delays: dict[SsoSession, float] = field(default_factory=dict)
    _troubles: dict[SsoSession, RenewalFailure] = field(default_factory=dict)

    def look(self, *, anew: bool = False) -> Kept | None:
        """None where all is as it was, unless it is to be read `anew`."""
        self._began_at = self._began_at or self.clock()
        before = None if self._clocks is None else self._marks
        marks = self._look_at_files()
        stale = self.monotonic() - self._read_at >= _READ_EVERY
        if not (anew or stale or self._clocks is None or marks != self._marks):
            return None
        clocks = self._read(marks)
        troubles = self._troubles.copy()  # whoever renews may change them meanwhile
        timed = {session: self._timed(each) for session, each in troubles.items()}
        return Kept(clocks, timed, _differing(before, marks))

    def due(self) -> dict[SsoSession, AccessToken]:
        """What is to be renewed now, of what the last look saw."""
        tokens = {} if self._clocks is None else self._clocks.tokens
        return {
            session: token
            for session, token in tokens.items()
            if self._is_due(session, token)
            and self.renewal.renews(token)
            and self.monotonic() >= self._attempts.get(session, 0.0)
        }

    def renew(self, session: SsoSession, token: AccessToken) -> RenewalFailure | None:
        """Another token in the cache in the place of this one, or why there is none."""
        trouble = None
        try:
            self.renewal.instead_of(token, session)
        except RolecallError as error:
            self._attempts[session] = self.monotonic() + self._delay(error)
            trouble = self._troubles[session] = self._trouble(session, token, error)
        else:
            self._attempts[session] = self.monotonic() + self._delay()
            self._troubles.pop(session, None)
            self._delays.pop(session, None)
        return trouble and self._timed(trouble)

    def _timed(self, trouble: RenewalFailure) -> RenewalFailure:
        """With the moment of the next attempt by the clock as it now stands."""
        if trouble.again_at is None:
            return trouble
        seconds = self._attempts[trouble.session] - self.monotonic()
        return replace(trouble, again_at=self.clock() + timedelta(seconds=round(seconds)))

    def _look_at_files(self) -> dict[Path, object]:
        marks: dict[Path, object] = {}
        for path in self.source.files():
            try:
                found = path.stat()
            except OSError:
                continue
            marks[path] = (found.st_mtime_ns, found.st_size, found.st_ino)
        return marks

    def _read(self, marks: dict[Path, object]) -> Expiries:
        self._marks, self._read_at = marks, self.monotonic()
        self._clocks = clocks = self.source.read()
        for session in list(self._troubles):
            token = clocks.tokens.get(session)
            if token is None or not self._is_due(session, token):
                self._troubles.pop(session, None)  # somebody else has renewed it, or signed out
        return clocks

    def _trouble(
        self, session: SsoSession, token: AccessToken, error: RolecallError
    ) -> RenewalFailure:
        again_at = self.clock() if self.renewal.renews(token) else None
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

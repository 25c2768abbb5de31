"""While rolecall runs, renew all renewable tokens in time and notice changed files."""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from rolecall.domain.errors import RolecallError, Throttled
from rolecall.domain.model import AccessToken, SsoSession
from rolecall.domain.records import dataclass, field, replace
from rolecall.services.tokens.expiries import Expiries, ExpiriesService
from rolecall.services.tokens.renewal import RENEW_BEFORE, Renewal

# Seconds between two attempts for one session, and the most that is added at random to them and to
# the first, so that many machines do not ask at the same moment.
_RETRY_AFTER: Final = 60.0
_SPREAD: Final = 60.0
# Seconds after which everything is read again, because a registration expires without a write.
_READ_EVERY: Final = 60.0


@dataclass(frozen=True, slots=True)
class RenewalFailure:
    """A renewal that failed.

    `again_at` is the time of the next attempt; None if there will be none. `was_valid_at_start`:
    the token expires after the first check of this rolecall, so the user must know.
    """

    session: SsoSession
    error: RolecallError
    again_at: datetime | None
    was_valid_at_start: bool


@dataclass(frozen=True, slots=True)
class KeeperReport:
    """The result of a check: all expiries, the failed renewals that are still needed, and the
    files that have changed since the check before, and since they were last noted as shown.
    """

    expiries: Expiries
    failures: Mapping[SsoSession, RenewalFailure]
    changed: frozenset[Path]


@dataclass(slots=True)
class TokenKeeper:
    """Call `check` every second or two, on one thread at a time, then `renew` for what is `due`.

    Renew each session on its own thread, because a renewal may wait long for another process or for
    the network. `clock` returns an aware UTC datetime, `monotonic` seconds, `chance` a number from
    0 to 1. Attempts are timed with `monotonic`, so that a clock that is set back does not delay
    them. `watched` are files that were read before the first check, and whose
    changes are reported too: at the first check, whether they have changed or not.
    """

    source: ExpiriesService
    renewal: Renewal
    clock: Callable[[], datetime]
    monotonic: Callable[[], float]
    watched: Collection[Path] = ()
    chance: Callable[[], float] = random.random
    _expiries: Expiries | None = None
    _file_stamps: dict[Path, object] = field(default_factory=dict)
    _shown: dict[Path, object] = field(default_factory=dict)  # stamps too
    _read_at: float = 0.0
    _began_at: datetime | None = None
    _attempts: dict[SsoSession, float] = field(
        default_factory=dict
    )  # monotonic time of the next one
    _delays: dict[SsoSession, float] = field(default_factory=dict)
    _failures: dict[SsoSession, RenewalFailure] = field(default_factory=dict)

    def check(self, *, force: bool = False) -> KeeperReport | None:
        """Read the files if one has changed, or with `force`. Return None if nothing was read."""
        self._began_at = self._began_at or self.clock()
        before = None if self._expiries is None else self._file_stamps
        file_stamps = self._read_file_stamps()
        stale = self.monotonic() - self._read_at >= _READ_EVERY
        if not (force or stale or file_stamps != self._file_stamps):
            return None
        expiries = self._read(file_stamps)
        failures = self._failures.copy()  # other threads may change them
        timed = {session: self._timed(each) for session, each in failures.items()}
        # A file that was shown before the first check may have changed since.
        changed = _differing(before, file_stamps) | self._shown.keys()
        if before is None:
            changed |= frozenset(self.watched)
        unseen = {path for path in changed if self._shown.get(path, self) != file_stamps.get(path)}
        return KeeperReport(expiries, timed, frozenset(unseen))

    def note_shown(self, *paths: Path) -> None:
        """Note that the files are about to be read and shown as they are now.

        A check does not report them as changed until they change again.
        """
        self._shown |= {path: _stamp(path) for path in paths}

    def due(self) -> dict[SsoSession, AccessToken]:
        """Return the tokens of the last check that are to be renewed now."""
        tokens = {} if self._expiries is None else self._expiries.tokens
        return {
            session: token
            for session, token in tokens.items()
            if self._is_due(session, token)
            and self.renewal.can_renew(token)
            and self.monotonic() >= self._attempts.get(session, 0.0)
        }

    def renew(self, session: SsoSession, token: AccessToken) -> RenewalFailure | None:
        """Renew the token of a session. Return None, or the failure."""
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
        """Return the failure with the time of the next attempt, by the current clock."""
        if failure.again_at is None:
            return failure
        seconds = self._attempts[failure.session] - self.monotonic()
        return replace(failure, again_at=self.clock() + timedelta(seconds=round(seconds)))

    def _read_file_stamps(self) -> dict[Path, object]:
        return {path: _stamp(path) for path in (*self.source.files(), *self.watched)}

    def _read(self, file_stamps: dict[Path, object]) -> Expiries:
        self._file_stamps, self._read_at = file_stamps, self.monotonic()
        self._expiries = expiries = self.source.read()
        for session in list(self._failures):
            token = expiries.tokens.get(session)
            if token is None or not self._is_due(session, token):
                self._failures.pop(session, None)  # it was renewed elsewhere, or signed out
        return expiries

    def _failure(
        self, session: SsoSession, token: AccessToken, error: RolecallError
    ) -> RenewalFailure:
        again_at = self.clock() if self.renewal.can_renew(token) else None
        assert self._began_at is not None
        return RenewalFailure(
            session, error, again_at, was_valid_at_start=token.expires_at > self._began_at
        )

    def _delay(self, error: RolecallError | None = None) -> float:
        asked = error.retry_after or 0.0 if isinstance(error, Throttled) else 0.0
        return max(asked, _RETRY_AFTER + self.chance() * _SPREAD / 4)

    def _is_due(self, session: SsoSession, token: AccessToken) -> bool:
        """Whether renewal is due, with a random delay. An expired token is always due."""
        delay = self._delays.setdefault(session, self.chance() * _SPREAD)
        return self.clock() >= token.expires_at - RENEW_BEFORE + timedelta(seconds=delay)


def _stamp(path: Path) -> object:
    """Return what changes when the file does; None if there is no such file."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def _differing(
    before: Mapping[Path, object] | None, after: Mapping[Path, object]
) -> frozenset[Path]:
    """Return the files that were added, removed or changed; none at the first check."""
    if before is None:
        return frozenset()
    return frozenset(path for path in before.keys() | after if before.get(path) != after.get(path))

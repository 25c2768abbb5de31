"""Login sessions: keys for console credentials, renewed once for all processes.

The rules are those of botocore (`credentials.LoginCredentialFetcher`): keys are renewed in their
last five minutes, and the file of `aws login` is written again. Unlike botocore, all processes
share one lock, and the file is checked for writing before the refresh token is used: it works once.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import datetime, timedelta
from functools import partial
from operator import attrgetter
from typing import Final

from rolecall.aws.console_sign_in import ConsoleSignIn, LoginProblem
from rolecall.aws.dpop import KeyUnreadable, Prove, prover
from rolecall.aws.session import Clients
from rolecall.domain.errors import AccessRefused, RequestRejected, RolecallError
from rolecall.domain.errors.file_errors import TokenKept, TokenNotSaved
from rolecall.domain.errors.login_errors import CrtMissing, LoginNeeded
from rolecall.domain.model import LoginSession, RoleCredentials, Secret
from rolecall.domain.records import dataclass, field
from rolecall.domain.text import safe
from rolecall.files.caches.login_cache import LoginCache
from rolecall.files.caches.login_file import login_stem
from rolecall.files.caches.refusals import REFRESH, Refusals
from rolecall.services.base.own_program import how_to_install
from rolecall.services.tokens.half_done import noting_renewal
from rolecall.services.tokens.unsaved import Unsaved

RENEW_BEFORE: Final = timedelta(minutes=5)
DEFAULT_REGION: Final = "us-east-1"
# Keys last 15 minutes. If more is left, the clock of this machine is behind.
_LONGEST: Final = timedelta(minutes=20)
LOCK_TIMEOUT: Final = 30.0  # the process with the lock makes one call
_SAVE_TIMEOUT: Final = 2.0  # seconds; keys of roles need not be saved
# Seconds. Other clients have no lock, and write in place: for a moment a file is empty.
_OTHER_WRITE_DELAY: Final = 1.5
_CHECK_EVERY: Final = 0.1


@dataclass(frozen=True, slots=True)
class LoginSessions:
    """Gets keys. `clock` returns an aware UTC datetime, `sleep` takes seconds.

    If renewed keys cannot be saved, `report` is called with TokenKept or TokenNotSaved, and they
    are used from memory.
    """

    clients: Clients
    cache: LoginCache
    refusals: Refusals
    clock: Callable[[], datetime]
    report: Callable[[RolecallError], None]
    sleep: Callable[[float], None] = time.sleep
    _unsaved: Unsaved[str, LoginSession] = field(
        default_factory=partial(Unsaved, attrgetter("keys.expires_at"))
    )

    def keys(
        self,
        arn: str,
        profile: str,
        region: str,
        renew_before: timedelta = RENEW_BEFORE,
        needed: timedelta = timedelta(0),
    ) -> RoleCredentials:
        """Return the keys of a login session, renewed if less than `renew_before` is left.

        `profile` is named in errors, and made safe. A failed renewal is not an error while more
        than `needed` is left. Raises LoginNeeded, LoginRefused, CrtMissing, ServiceError,
        RegionInvalid, FileError.
        """
        session = self._session(arn, profile)
        if self._is_fresh(session, renew_before):
            return session.keys
        is_valid = self._is_fresh(session, needed)
        try:
            timeout = 0.0 if is_valid else LOCK_TIMEOUT
            return self._renewed(session, profile, region, timeout).keys
        except RolecallError:
            if is_valid:
                return session.keys
            raise

    def while_signed_in(self, arn: str, profile: str) -> Callable[[], AbstractContextManager[None]]:
        """Return a context that raises LoginNeeded once the user has signed out, from now on."""
        is_signed_out = not self.cache.has_file(arn)
        return nullcontext if is_signed_out else partial(self._signed_in, arn, profile)

    @contextmanager
    def _signed_in(self, arn: str, profile: str) -> Iterator[None]:
        with self.cache.renewal_lock(arn, _SAVE_TIMEOUT):  # a sign-out has it too
            if not self.cache.has_file(arn):
                raise LoginNeeded(profile, LoginProblem.SIGNED_OUT)
            yield

    def renew(self, arn: str, profile: str, region: str) -> LoginSession:
        """Renew the keys now, however long they are valid. Raises what `keys` raises."""
        return self._renewed(self._session(arn, profile), profile, region, LOCK_TIMEOUT)

    def why_unsaved(self, arn: str) -> TokenNotSaved | TokenKept | None:
        """Return why other programs cannot use the keys, which only this process has; None if they
        can.
        """
        problem = self._unsaved.problem(arn)
        session = self.cache.session(arn) if problem else None
        return None if session and self._is_fresh(session, timedelta(0)) else problem

    def _renewed(
        self, old: LoginSession, profile: str, region: str, timeout: float
    ) -> LoginSession:
        with self.cache.renewal_lock(old.arn, timeout):
            session = self._session(old.arn, profile)
            if session.keys != old.keys and self._is_fresh(session, RENEW_BEFORE):
                return session  # another process was quicker
            self.refusals.read(login_stem(session.arn))
            if (refusal := self.refusals.problem(session.refresh_token)) is not None:
                raise LoginNeeded(profile, _problem(refusal))
            prove = self._prover(session.dpop_key, profile)
            place = session.sign_in_region or region or DEFAULT_REGION
            sign_in = ConsoleSignIn(self.clients.console_sign_in(place), place, self.clock)
            stem = login_stem(session.arn)

            def is_saved() -> bool:
                return session.arn not in self._unsaved

            with (
                self.cache.replacing(session.arn) as save,
                noting_renewal(self.cache, stem, session.refresh_token, is_saved) as was_begun,
            ):
                try:
                    renew = partial(sign_in.renew, session, profile, prove)
                    new = with_aws_time(self.clients, renew)
                except LoginNeeded as error:
                    if theirs := self._from_another_client(session):
                        return theirs
                    if error.problem == LoginProblem.INTERRUPTED or was_begun:
                        error.problem = self._problem_after(error.problem, session)
                    self.refusals.note(
                        stem, REFRESH, session.refresh_token, self.clock(), error.problem
                    )
                    raise
                later = partial(self.cache.save, timeout=0.0)
                self._unsaved.save(
                    new.arn, safe(profile), new, save, save_later=later, report=self.report
                )
                return new

    def _problem_after(self, problem: str, session: LoginSession) -> str:
        """Return the problem of a session that AWS refuses after a renewal without an answer."""
        if problem not in {LoginProblem.ENDED, LoginProblem.INTERRUPTED}:
            return problem
        is_over = session.ends_at is not None and self.clock() >= session.ends_at
        return LoginProblem.ENDED if is_over else LoginProblem.INTERRUPTED

    def _session(self, arn: str, profile: str) -> LoginSession:
        """Return the session in the file, or a newer one that could not be saved in it. If the file
        is broken, another client may be writing it.

        Raises LoginNeeded, FileUnreadable.
        """
        for _ in range(round(_OTHER_WRITE_DELAY / _CHECK_EVERY)):
            session = self.cache.session(arn)
            if session and (newest := self._unsaved.newest(arn, session)):
                return newest
            if not self.cache.has_file(arn):
                raise LoginNeeded(profile, LoginProblem.SIGNED_OUT)
            self.sleep(_CHECK_EVERY)
        raise LoginNeeded(profile, LoginProblem.BROKEN)

    def _from_another_client(self, old: LoginSession) -> LoginSession | None:
        """Wait for the keys of a client that may have just used the refresh token."""
        for _ in range(round(_OTHER_WRITE_DELAY / _CHECK_EVERY)):
            session = self.cache.session(old.arn)
            if session and session.refresh_token != old.refresh_token:
                return session
            self.sleep(_CHECK_EVERY)
        return None

    def _prover(self, key: Secret, profile: str) -> Prove:
        try:
            return prover(key, lambda: aws_time(self.clients, self.clock))
        except ImportError:
            raise CrtMissing(how_to_install("awscrt")) from None
        except KeyUnreadable:
            raise LoginNeeded(profile, LoginProblem.BROKEN) from None

    def _is_fresh(self, session: LoginSession, renew_before: timedelta) -> bool:
        return renew_before < session.keys.expires_at - self.clock() <= _LONGEST


def _problem(recorded: str) -> LoginProblem:
    """Return why AWS has refused a renewal. Records of older versions do not say."""
    try:
        return LoginProblem(recorded)
    except ValueError:
        return LoginProblem.ENDED


def aws_time(clients: Clients, clock: Callable[[], datetime]) -> datetime:
    """Return AWS's time, according to the answers so far. `clock` is that of this machine."""
    return clock() + clients.clock_skew.difference


def with_aws_time(clients: Clients, call: Callable[[], LoginSession]) -> LoginSession:
    """Return what `call` returns, which proves with `aws_time`.

    If the answer to it was the first to show that the clock of this machine is wrong, it is called
    again. Raises what it raises.
    """
    before = clients.clock_skew.difference
    try:
        return call()
    except (RequestRejected, AccessRefused):
        if before or not clients.clock_skew.difference:
            raise
        return call()

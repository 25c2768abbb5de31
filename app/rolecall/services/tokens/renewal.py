"""Renew an access token, once for all processes on the machine.

The rules are those of the AWS CLI (`botocore.tokens.SSOTokenProvider`) with four differences,
because the CLI loses sessions in these cases:
- All processes share one lock, if the state folder can be written. Without it, one that is refused
  waits for the token of another, as after a renewal by the CLI.
- If the answer has no new refresh token, the old one is kept.
- A refresh token works only once. Therefore the token file is locked, and checked for writing,
  before it is used. If the write still fails, the new token is kept elsewhere
  (`files.safe.last_copy`), and in memory.
- A refusal counts only if no other process has just renewed the token; then it counts for all
  processes.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime, timedelta
from functools import partial
from operator import attrgetter
from typing import Final, TypeGuard

from rolecall.aws.session import Clients
from rolecall.aws.sign_in import Oidc, SignInProblem
from rolecall.domain.errors import RenewalInterrupted, RolecallError, SignInNeeded
from rolecall.domain.errors.file_errors import (
    FileUnwritable,
    TokenKept,
    TokenNotRenewed,
    TokenNotSaved,
)
from rolecall.domain.model import AccessToken, Secret, SsoSession
from rolecall.domain.records import dataclass, field
from rolecall.files.caches.refusals import ACCESS, REFRESH, SIGNED_OUT, Refusals
from rolecall.files.caches.sso_cache import SsoCache, token_stem
from rolecall.files.caches.token_file import is_for
from rolecall.files.safe import atomic
from rolecall.services.tokens.half_done import noting_renewal
from rolecall.services.tokens.unsaved import Unsaved

# Later than the AWS CLI and boto3, which renew in the last 15 minutes, and earlier than the SDKs
# that use a token until it expires.
RENEW_BEFORE: Final = timedelta(minutes=10)
# The process with the lock makes one call; its deadline is 25 seconds.
_LOCK_TIMEOUT: Final = 30.0
# Seconds. The AWS CLI has no lock. It writes its new token up to this long after it has used the
# refresh token, and it writes in place: for a moment the file is empty.
_CLI_WRITE_DELAY: Final = 1.5
_CHECK_EVERY: Final = 0.1


@dataclass(frozen=True, slots=True)
class Renewal:
    """Renews access tokens. `clock` returns an aware UTC datetime, `sleep` takes seconds.

    If a new token cannot be saved, that is TokenKept, or TokenNotSaved if only this process has it;
    if an interrupted renewal has used up the refresh token, it is RenewalInterrupted. Then
    `on_problem` is called on the thread that renews; without it the error is added to `problems`.
    """

    clients: Clients
    cache: SsoCache
    refusals: Refusals
    clock: Callable[[], datetime]
    sleep: Callable[[float], None] = time.sleep
    on_problem: Callable[[RolecallError], None] | None = None
    problems: list[RolecallError] = field(default_factory=list)
    _unsaved: Unsaved[SsoSession, AccessToken] = field(
        default_factory=partial(Unsaved, attrgetter("expires_at"))
    )
    _firsts: dict[Secret, Secret] = field(default_factory=dict)  # of tokens that were renewed here

    def token(self, session: SsoSession) -> AccessToken | None:
        """Return the token of the session from the cache, valid or not."""
        token = self.cache.token(session)
        if token is None and self.cache.has_token_file(session):
            self.sleep(_CHECK_EVERY)  # another process may be writing it
            token = self.cache.token(session)
        if token is None or not belongs_to(token, session):
            return self._unsaved.newest(session, None)
        self.refusals.read(token_stem(session))
        if self.refusals.problem(token.value) == SIGNED_OUT:
            return None
        return self._unsaved.newest(session, token)

    def sign_ins(self) -> frozenset[Secret]:
        """Return what changes when somebody signs in or out: the first token of each sign-in that
        this process knows. A renewal by another process counts as a new sign-in.
        """
        tokens = (*(token for _, token in self.cache.tokens()), *self.unsaved().values())
        return frozenset(self._firsts.get(token.value, token.value) for token in tokens)

    def unsaved(self) -> dict[SsoSession, AccessToken]:
        """Return the tokens that only this process has."""
        return self._unsaved.all()

    def why_unsaved(self, session: SsoSession) -> TokenNotSaved | TokenKept | None:
        """Return why other programs cannot use the session, which is valid for this process only;
        None if they can.
        """
        problem = self._unsaved.problem(session)
        token = self.cache.token(session) if problem else None
        return None if token and self.is_valid(token) else problem

    def stored_token(self, session: SsoSession) -> AccessToken | None:
        """Return what `forget` deletes: the token of the file, also one of another start URL, or a
        newer one that could not be saved.
        """
        return self._unsaved.newest(session, self.cache.token(session))

    def forget(self, session: SsoSession) -> None:
        """Delete the token of the session. Raises FileBusy, FileNotDeleted."""
        self._unsaved.forget(session)
        self.cache.forget_token(session)
        self.refusals.forget(token_stem(session))

    @contextmanager
    def keeping(self, session: SsoSession) -> Iterator[Callable[[AccessToken], None]]:
        """Reserve room for the token of a sign-in. Yield what saves it, or keeps it in memory.

        It is not lost to a renewal in another process, which has the file for as long as its call.
        Raises FileUnwritable.
        """
        with self.cache.reserving_token(session, _LOCK_TIMEOUT) as save:
            yield lambda token: self._save(session, token, save)

    def valid_token(self, session: SsoSession) -> AccessToken | None:
        """Return a valid token, renewed if that is due; None if a sign-in is needed.

        A failed renewal is not an error while the old token is valid. Raises ServiceError and
        FileError if the old token has expired and a new one could not be fetched or saved.
        """
        token = self.token(session)
        if token is None or (self.is_valid(token) and not self.is_due(token)):
            return token
        if not self.can_renew(token):
            return token if self.is_valid(token) else None
        is_valid = self.is_valid(token)
        try:
            # With a valid token there is no need to wait for another process that renews it.
            return self.replace(token, session, 0.0 if is_valid else _LOCK_TIMEOUT)
        except SignInNeeded:
            return token if self.is_valid(token) else None
        except RolecallError:
            if self.is_valid(token):
                return token
            raise

    def needed_token(self, session: SsoSession) -> AccessToken:
        """Return what `valid_token` returns, or raise SignInNeeded."""
        token = self.valid_token(session)
        if token is None:
            raise self.sign_in_needed(session, self.token(session))
        return token

    def sign_in_needed(self, session: SsoSession, token: AccessToken | None) -> SignInNeeded:
        """Return the error for a token that is not valid, or missing."""
        is_revoked = token is not None and self.is_refused(token)
        problem = SignInProblem.REVOKED if is_revoked else SignInProblem.EXPIRED
        return SignInNeeded(session.cache_key, problem)

    def renew(self, session: SsoSession) -> AccessToken:
        """Renew the token now, however long it is still valid. Return the new one.

        Raises SignInNeeded if it cannot be renewed, ServiceError, FileError.
        """
        token = self.token(session)
        if token is None:
            raise self.sign_in_needed(session, token)
        return self.replace(token, session)

    def replace(
        self, old: AccessToken, session: SsoSession, timeout: float = _LOCK_TIMEOUT
    ) -> AccessToken:
        """Return another valid token in place of `old`.

        It is the one in the cache if another process has just renewed it, else a new one. Waits up
        to `timeout` seconds for another process. Raises SignInNeeded if it cannot be renewed,
        TokenNotRenewed if a new token could not be saved, ServiceError, FileError. It is not an
        error if saving fails after that check.
        """
        try:
            return self._replace(old, session, timeout)
        except FileUnwritable as error:
            raise TokenNotRenewed(error.path, error.reason, session.cache_key) from error

    def _replace(self, old: AccessToken, session: SsoSession, timeout: float) -> AccessToken:
        with self.renewal_lock(session, timeout):
            token = self.token(session)
            if self._is_new(token, old):
                return token
            if token is None or token.refresh_token is None or not self.can_renew(token):
                raise self.sign_in_needed(session, token)
            assert token.registration is not None
            oidc = Oidc(self.clients.oidc(session.region), session, self.clock)
            with (
                self.cache.replacing_token(session) as save,
                self._noting_renewal(session, token.refresh_token) as was_begun,
            ):
                try:
                    new = oidc.renew(token.refresh_token, token.registration)
                except (SignInNeeded, RenewalInterrupted) as error:
                    if theirs := self._token_from_cli(session, old):
                        return theirs
                    self._note_refusal(session, REFRESH, token.refresh_token)
                    if was_begun or isinstance(error, RenewalInterrupted):
                        self.report(RenewalInterrupted(session.cache_key))
                    raise self.sign_in_needed(session, token) from None
                self._firsts[new.value] = self._firsts.get(token.value, token.value)
                self._save(session, new, save)
            return new

    def _noting_renewal(
        self, session: SsoSession, refresh_token: Secret
    ) -> AbstractContextManager[bool]:
        is_saved = lambda: session not in self._unsaved  # noqa: E731
        return noting_renewal(self.cache, token_stem(session), refresh_token, is_saved)

    def renewal_lock(
        self, session: SsoSession, timeout: float = _LOCK_TIMEOUT
    ) -> AbstractContextManager[None]:
        """Return a lock: while it is held, no rolecall renews the token. Raises FileBusy."""
        path = self.cache.token_path(session)
        return atomic.lock_if_possible(path, self.cache.state, timeout, purpose="renewal")

    def note_refused(self, session: SsoSession, token: AccessToken) -> None:
        """Note that AWS refused this token before its expiry: the session was revoked."""
        self._note_refusal(session, ACCESS, token.value)

    @contextmanager
    def noting_refusal(self, session: SsoSession, token: AccessToken) -> Iterator[None]:
        """Wrap calls that use the token: if AWS refuses it, that is noted."""
        try:
            yield
        except SignInNeeded:
            self.note_refused(session, token)
            raise

    def is_refused(self, token: AccessToken) -> bool:
        """Whether AWS has refused this access token."""
        return self.refusals.has(token.value)

    def is_valid(self, token: AccessToken) -> bool:
        """Whether the token has not expired and was not refused."""
        return self.clock() < token.expires_at and not self.is_refused(token)

    def is_due(self, token: AccessToken) -> bool:
        """Whether it is time to renew the token."""
        return self.clock() >= token.expires_at - RENEW_BEFORE

    def can_renew(self, token: AccessToken) -> bool:
        """Whether the token can be renewed without a sign-in."""
        registration = token.registration
        return (
            token.refresh_token is not None
            and not self.is_renewal_refused(token)
            and registration is not None
            and self.clock() < registration.expires_at
        )

    def is_renewal_refused(self, token: AccessToken) -> bool:
        """Whether AWS has refused to renew the token."""
        return self.refusals.has(token.refresh_token)

    def _save(
        self, session: SsoSession, token: AccessToken, save: Callable[[AccessToken], None]
    ) -> None:
        later = partial(self.cache.save_token, session, timeout=0.0)
        self._unsaved.save(
            session, session.cache_key, token, save, save_later=later, report=self.report
        )
        if session not in self._unsaved:
            self.refusals.forget(token_stem(session))

    def report(self, problem: RolecallError) -> None:
        """Tell the user, or keep it in `problems`."""
        (self.on_problem or self.problems.append)(problem)

    def _is_new(self, token: AccessToken | None, old: AccessToken) -> TypeGuard[AccessToken]:
        return token is not None and token.value != old.value and self.is_valid(token)

    def note_end(self, session: SsoSession, token: AccessToken) -> None:
        """Record that the user has signed out at the portal, if the file of the token stays."""
        self._note_refusal(session, ACCESS, token.value, SIGNED_OUT)
        if token.refresh_token is not None:
            self._note_refusal(session, REFRESH, token.refresh_token, SIGNED_OUT)

    def _note_refusal(
        self, session: SsoSession, kind: str, token: Secret, problem: str = ""
    ) -> None:
        self.refusals.note(token_stem(session), kind, token, self.clock(), problem)

    def _token_from_cli(self, session: SsoSession, old: AccessToken) -> AccessToken | None:
        """Wait for a token from the AWS CLI, which may have just used the refresh token."""
        for _ in range(round(_CLI_WRITE_DELAY / _CHECK_EVERY)):
            token = self.token(session)
            if self._is_new(token, old):
                return token
            self.sleep(_CHECK_EVERY)
        return None


def belongs_to(token: AccessToken, session: SsoSession) -> bool:
    """Whether the token is for the start URL of the session, whose name may be reused."""
    return is_for(token.start_url, session.start_url)

"""Renewing an access token, once for every rolecall on the machine.

The AWS CLI's rules (`botocore.tokens.SSOTokenProvider`) with these differences, each because the
CLI loses sessions there: one lock is shared by all rolecalls, a refresh token that the answer does
not repeat is kept, a cache that cannot be written is found out before the refresh token, which
works only once, is spent, and a refusal is not believed before it is sure that nobody else has
just renewed; then it is believed by all.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, TypeGuard

from rolecall.aws.session import Clients
from rolecall.aws.sign_in import Oidc
from rolecall.domain.errors import FileError, RolecallError, SignInNeeded
from rolecall.domain.model import AccessToken, Secret, SsoSession
from rolecall.files import atomic
from rolecall.files.sso_cache import SsoCache, token_stem

# After the AWS CLI and boto3, which renew in the last 15 minutes, and before the SDKs that use a
# token for as long as it holds.
RENEW_BEFORE: Final = timedelta(minutes=10)
# Whoever holds the lock makes one call, which takes at most its two timeouts.
_LOCK_TIMEOUT: Final = 30.0
# Seconds. The AWS CLI, which knows no lock, writes its new token so long after it has spent the
# refresh token, and in place: for a moment its file is empty.
_OTHERS_WRITE: Final = 1.5
_LOOK_EVERY: Final = 0.1
_REFUSED_FOR: Final = timedelta(minutes=1)  # so long a refusal is the word for all


@dataclass(frozen=True, slots=True)
class Renewal:
    """`clock` gives an aware UTC datetime, `sleep` takes seconds."""

    clients: Clients
    cache: SsoCache
    clock: Callable[[], datetime]
    sleep: Callable[[float], None] = time.sleep
    # Access and refresh tokens that AWS has refused, whatever their files say.
    _refused: set[Secret] = field(default_factory=set, repr=False, compare=False)

    def token(self, session: SsoSession) -> AccessToken | None:
        """The session's token as the cache has it, whether it holds or not."""
        token = self.cache.token(session)
        if token is None and self.cache.has_token_file(session):
            self.sleep(_LOOK_EVERY)  # somebody may be in the middle of writing it
            token = self.cache.token(session)
        return token if token is not None and belongs_to(token, session) else None

    def valid_token(self, session: SsoSession) -> AccessToken | None:
        """A token that holds, renewed where it is time to; None where a sign-in is needed.

        While the old token holds, a renewal that fails is no error. Raises ServiceError and
        FileError where the old one has ended and the new one could not be had or kept.
        """
        token = self.token(session)
        if token is None or (self.is_valid(token) and not self.is_due(token)):
            return token
        if not self.can_renew(token):
            return token if self.is_valid(token) else None
        try:
            return self.replace(token, session)
        except SignInNeeded:
            return token if self.is_valid(token) else None
        except RolecallError:
            if self.is_valid(token):
                return token
            raise

    def renew(self, session: SsoSession) -> AccessToken:
        """Renew, whatever time is left.

        Raises SignInNeeded where it cannot be renewed, ServiceError, FileError.
        """
        token = self.token(session)
        if token is None:
            raise SignInNeeded(session.cache_key)
        return self.replace(token, session)

    def replace(self, old: AccessToken, session: SsoSession) -> AccessToken:
        """Another token that holds: the one in the cache where somebody else has just renewed it,
        else a new one. Raises SignInNeeded where it cannot be renewed, ServiceError, FileError.
        """
        with self.renewal_lock(session):
            token = self.token(session)
            if self._is_new(token, old):
                return token
            if token is None or token.refresh_token is None or not self.can_renew(token):
                raise SignInNeeded(session.cache_key)
            assert token.registration is not None
            if self._refused_elsewhere(session, token.refresh_token):
                self._refused.add(token.refresh_token)
                raise SignInNeeded(session.cache_key)
            self.cache.check_writable()
            oidc = Oidc(self.clients.oidc(session.region), session, self.clock)
            try:
                new = oidc.renew(token.refresh_token, token.registration)
            except SignInNeeded:
                if theirs := self._written_by_others(session, old):
                    return theirs
                self._refused.add(token.refresh_token)
                with suppress(FileError):  # then each rolecall finds it out for itself
                    self.cache.note_refusal(session, token.refresh_token, self.clock())
                raise
            self.cache.save_token(session, new)
            return new

    def renewal_lock(self, session: SsoSession) -> AbstractContextManager[None]:
        """While this holds, no rolecall renews the session's token. Raises FileBusy."""
        path = self.cache.folder / f"{token_stem(session)}.renewal"
        return atomic.lock(path, self.cache.state, _LOCK_TIMEOUT)

    def note_refused(self, token: AccessToken) -> None:
        """AWS takes this token no more, though its end has not come: the session was revoked."""
        self._refused.add(token.value)

    @contextmanager
    def noting_refusal(self, token: AccessToken) -> Iterator[None]:
        """Around what is asked of the portal with the token: a refusal is remembered."""
        try:
            yield
        except SignInNeeded:
            self.note_refused(token)
            raise

    def is_refused(self, token: AccessToken) -> bool:
        return token.value in self._refused

    def is_valid(self, token: AccessToken) -> bool:
        return self.clock() < token.expires_at and not self.is_refused(token)

    def is_due(self, token: AccessToken) -> bool:
        return self.clock() >= token.expires_at - RENEW_BEFORE

    def can_renew(self, token: AccessToken) -> bool:
        """Whether the token can be renewed without anybody's approval."""
        registration = token.registration
        return (
            token.refresh_token is not None
            and not self.is_renewal_refused(token)
            and registration is not None
            and self.clock() < registration.expires_at
        )

    def is_renewal_refused(self, token: AccessToken) -> bool:
        """Whether AWS has refused to renew it."""
        return token.refresh_token in self._refused

    def _is_new(self, token: AccessToken | None, old: AccessToken) -> TypeGuard[AccessToken]:
        return token is not None and token.value != old.value and self.is_valid(token)

    def _refused_elsewhere(self, session: SsoSession, refresh_token: Secret) -> bool:
        """Another rolecall was refused a moment ago: of many that begin where the portal session
        has ended, only the first asks, and waits for what the AWS CLI may write.
        """
        try:
            at = self.cache.refused_at(session, refresh_token)
        except FileError:
            return False
        return at is not None and timedelta(0) <= self.clock() - at < _REFUSED_FOR

    def _written_by_others(self, session: SsoSession, old: AccessToken) -> AccessToken | None:
        """The AWS CLI may have spent the refresh token a moment ago, and be about to say so."""
        for _ in range(round(_OTHERS_WRITE / _LOOK_EVERY)):
            token = self.token(session)
            if self._is_new(token, old):
                return token
            self.sleep(_LOOK_EVERY)
        return None


def belongs_to(token: AccessToken, session: SsoSession) -> bool:
    """Whether the token is of this start URL: a session's name may have been given to another."""
    return not token.start_url or _bare(token.start_url) == _bare(session.start_url)


def _bare(start_url: str) -> str:
    return start_url.rstrip("/#").lower()

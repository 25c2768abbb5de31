"""Renewing an access token, once for every rolecall on the machine.

The AWS CLI's rules (`botocore.tokens.SSOTokenProvider`) with three differences, each because the
CLI loses sessions there: one lock is shared by all rolecalls, a refresh token that the answer does
not repeat is kept, and a cache that cannot be written is found out before the refresh token, which
works only once, is spent.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from rolecall.aws.session import Clients
from rolecall.aws.sign_in import Oidc
from rolecall.domain.errors import RolecallError, SignInNeeded
from rolecall.domain.model import AccessToken, SsoSession
from rolecall.files import atomic
from rolecall.files.sso_cache import SsoCache, token_stem

# The CLI and boto3 renew in the last 15 minutes; with the same figure all agree on what is good.
RENEW_BEFORE: Final = timedelta(minutes=15)
# Whoever holds the lock makes one call, which takes at most its two timeouts.
_LOCK_TIMEOUT: Final = 30.0


@dataclass(frozen=True, slots=True)
class Renewal:
    """`clock` gives an aware UTC datetime."""

    clients: Clients
    cache: SsoCache
    clock: Callable[[], datetime]

    def token(self, session: SsoSession) -> AccessToken | None:
        """The session's token as the cache has it, whether it holds or not."""
        token = self.cache.token(session)
        return token if token is not None and _is_of(token, session) else None

    def usable(self, session: SsoSession) -> AccessToken | None:
        """A token that holds, renewed where it is time to; None where a sign-in is needed.

        While the old token holds, a renewal that fails is no error. Raises ServiceError and
        FileError where the old one has ended and the new one could not be had or kept.
        """
        token = self.token(session)
        if token is None or not self.is_due(token):
            return token
        if not self.renews(token):
            return token if self.holds(token) else None
        try:
            return self._renew(session, self.is_due)
        except SignInNeeded:
            return token if self.holds(token) else None
        except RolecallError:
            if self.holds(token):
                return token
            raise

    def now(self, session: SsoSession) -> AccessToken:
        """Renew, whatever time is left.

        Raises SignInNeeded where it cannot be renewed, ServiceError, FileError.
        """
        asked_on = self.token(session)
        return self._renew(session, lambda token: self.is_due(token) or token == asked_on)

    def holds(self, token: AccessToken) -> bool:
        return self.clock() < token.expires_at

    def is_due(self, token: AccessToken) -> bool:
        return self.clock() >= token.expires_at - RENEW_BEFORE

    def renews(self, token: AccessToken) -> bool:
        """Whether the token can be renewed without anybody's approval."""
        registration = token.registration
        return (
            token.refresh_token is not None
            and registration is not None
            and self.clock() < registration.expires_at
        )

    def _renew(self, session: SsoSession, is_old: Callable[[AccessToken], bool]) -> AccessToken:
        """The token in the cache where somebody else has just renewed it, else a new one."""
        stem = token_stem(session)
        with atomic.lock(self.cache.folder / f"{stem}.renewal", self.cache.state, _LOCK_TIMEOUT):
            token = self.token(session)
            if token is not None and not is_old(token):
                return token
            if token is None or token.refresh_token is None or not self.renews(token):
                raise SignInNeeded(session.cache_key)
            assert token.registration is not None
            self.cache.check_writable()
            oidc = Oidc(self.clients.oidc(session.region), session, self.clock)
            try:
                new = oidc.renew(token.refresh_token, token.registration)
            except SignInNeeded:
                # The AWS CLI knows no lock: it may have spent the refresh token a moment ago.
                theirs = self.token(session)
                if theirs is not None and not is_old(theirs):
                    return theirs
                raise
            self.cache.save_token(session, new)
            return new


def _is_of(token: AccessToken, session: SsoSession) -> bool:
    """Whether the token is of this start URL: a session's name may have been given to another."""
    return not token.start_url or _bare(token.start_url) == _bare(session.start_url)


def _bare(start_url: str) -> str:
    return start_url.rstrip("/#").lower()

"""Role credentials as the AWS CLI keeps them, asked for once for every process.

Read from its cache and written there in its format, under a lock that rolecalls share, and fetched
again when so little is left that the CLI would.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from rolecall.aws.portal import Portal
from rolecall.aws.session import Clients
from rolecall.domain.errors import (
    FileError,
    FileUnreadable,
    RolecallError,
    ServiceFault,
    SignInNeeded,
    Throttled,
)
from rolecall.domain.model import AccessToken, RoleCredentials, SsoSession
from rolecall.files import atomic
from rolecall.files.cli_cache import AssumeRoleArguments, CliCache, assumed_stem, credentials_stem
from rolecall.services.renewal import Renewal

# `botocore.credentials.CachedCredentialFetcher`: with less than this left it asks again.
REFETCH_BEFORE: Final = timedelta(minutes=15)
# Whoever holds the lock may renew the token first: two calls, of at most two timeouts each.
_LOCK_TIMEOUT: Final = 60.0
# Seconds. What passes by itself is worth these waits where there is nothing else to hand out.
_PAUSES: Final = (0.2, 1.0)
_LONGEST_PAUSE: Final = 5.0


@dataclass(frozen=True, slots=True)
class RoleCredentialsService:
    """`clock` gives an aware UTC datetime."""

    clients: Clients
    cli_cache: CliCache
    renewal: Renewal
    clock: Callable[[], datetime]

    def of_role(self, session: SsoSession, account_id: str, permission_set: str) -> RoleCredentials:
        """Those in the AWS CLI's cache or, where they end soon, new ones, which are left there.

        While the old ones hold, new ones that cannot be had are no error. Raises SignInNeeded,
        ServiceError, RegionInvalid, FileError.
        """
        role = account_id, permission_set
        return self._kept_or(
            credentials_stem(session, *role),
            lambda: self.cli_cache.credentials(session, *role),
            lambda: self._ask_portal(session, *role),
            lambda new: self.cli_cache.save(session, *role, new),
        )

    def assumed(
        self, arguments: AssumeRoleArguments, ask: Callable[[], RoleCredentials]
    ) -> RoleCredentials:
        """The same for a role that is assumed with these arguments of AssumeRole, which `ask` does.
        Raises what it raises, FileError.
        """
        return self._kept_or(
            assumed_stem(arguments),
            lambda: self.cli_cache.assumed(arguments),
            ask,
            lambda new: self.cli_cache.save_assumed(arguments, new),
        )

    def _kept_or(
        self,
        stem: str,
        load: Callable[[], RoleCredentials | None],
        ask: Callable[[], RoleCredentials],
        save: Callable[[RoleCredentials], None],
    ) -> RoleCredentials:
        """What the cache has or, where that ends soon, what `ask` gives; one process asks.

        The others wait for it, unless they have something that holds.
        """
        kept = _look(load)
        if kept is not None and not self._is_due(kept):
            return kept
        cache = self.cli_cache
        holds = kept is not None and self.clock() < kept.expires_at
        timeout = 0.0 if holds else _LOCK_TIMEOUT
        try:
            with atomic.lock(cache.folder / f"{stem}.asking", cache.state, timeout):
                kept = _look(load)
                if kept is not None and not self._is_due(kept):
                    return kept
                new = ask() if holds else self._patiently(ask)
                with suppress(FileError):  # where they can't be kept they hold all the same
                    save(new)
                return new
        except RolecallError:
            if kept is not None and self.clock() < kept.expires_at:
                return kept
            raise

    def _patiently(self, ask: Callable[[], RoleCredentials]) -> RoleCredentials:
        for pause in _PAUSES:
            try:
                return ask()
            except ServiceFault:
                self.renewal.sleep(pause)
            except Throttled as throttled:
                self.renewal.sleep(min(throttled.retry_after or pause, _LONGEST_PAUSE))
        return ask()

    def _is_due(self, credentials: RoleCredentials) -> bool:
        return credentials.expires_at - self.clock() < REFETCH_BEFORE

    def _ask_portal(
        self, session: SsoSession, account_id: str, permission_set: str
    ) -> RoleCredentials:
        token = self._token(session)
        portal = Portal(self.clients.portal(session.region), session)
        try:
            return portal.role_credentials(token, account_id, permission_set)
        except SignInNeeded:
            # Another process may have signed in anew, or renewal helps.
            self.renewal.note_refused(token)
            return portal.role_credentials(self._token(session), account_id, permission_set)

    def _token(self, session: SsoSession) -> AccessToken:
        token = self.renewal.valid_token(session)
        if token is None:
            raise SignInNeeded(session.cache_key)
        return token


def _look(load: Callable[[], RoleCredentials | None]) -> RoleCredentials | None:
    """What no client can read is not there: the one who asks finds it out, and writes it anew."""
    try:
        return load()
    except FileUnreadable:
        return None

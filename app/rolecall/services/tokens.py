"""Everything on this machine that expires, each called by its right name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, StrEnum
from typing import Final

from rolecall.aws.portal import Portal
from rolecall.aws.session import Clients
from rolecall.domain.errors import SignInNeeded
from rolecall.domain.model import AccessToken, Assignment, RoleCredentials, SsoSession
from rolecall.files.cli_cache import CliCache, credentials_stem
from rolecall.files.config_file import Config, ConfigFile
from rolecall.files.credentials_file import CredentialsFile
from rolecall.files.sso_cache import SsoCache, registration_stem, token_stem
from rolecall.services.renewal import Renewal

# How long each usually holds, to draw a bar against: AWS tells the end but not the beginning.
_WHOLE: Final = {
    "access-token": timedelta(hours=8),
    "client-registration": timedelta(days=90),
    "role-credentials": timedelta(hours=1),
    "short-term-credentials": timedelta(hours=1),
}


class ClockKind(Enum):
    ACCESS_TOKEN = "access-token"
    CLIENT_REGISTRATION = "client-registration"
    ROLE_CREDENTIALS = "role-credentials"
    SHORT_TERM_CREDENTIALS = "short-term-credentials"


class NoRenewal(StrEnum):
    """Why an access token does not renew itself."""

    NO_REFRESH_TOKEN = "no-refresh-token"
    NO_REGISTRATION = "no-registration"
    REGISTRATION_ENDED = "registration-ended"


@dataclass(frozen=True, slots=True)
class Clock:
    """One thing that ends.

    `name` says which: the session, account and permission set, or the profile. `session` is None
    where the thing belongs to none in ~/.aws/config. `renews` is None for what never does by
    itself; where it is False, `why` says so. `whole` is how long such a thing usually holds.
    """

    kind: ClockKind
    name: str
    session: SsoSession | None
    expires_at: datetime
    renews: bool | None = None
    why: NoRenewal | None = None
    whole: timedelta = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class TokensService:
    """`clock` gives an aware UTC datetime."""

    clients: Clients
    config: ConfigFile
    credentials: CredentialsFile
    cache: SsoCache
    cli_cache: CliCache
    renewal: Renewal
    clock: Callable[[], datetime]

    def clocks(self) -> list[Clock]:
        """What ends first comes first. Raises FileError."""
        config = self.config.read()
        found = [
            *self._access_tokens(config),
            *self._registrations(config),
            *self._role_credentials(config),
            *self._short_term_credentials(),
        ]
        return sorted(found, key=lambda clock: clock.expires_at)

    def renew(self, session: SsoSession) -> AccessToken:
        """Renew now. Raises SignInNeeded where that takes an approval, ServiceError, FileError."""
        return self.renewal.now(session)

    def sign_out(self, session: SsoSession, reached: Iterable[Assignment] = ()) -> None:
        """End this session alone: at the portal, its token, its role credentials for the CLI.

        The CLI names those files by a hash: found are those of the profiles and of `reached`. The
        client registration stays, as do other sessions. What is here goes first, so that a
        portal that cannot be reached (ServiceError) leaves nothing usable behind.
        """
        token = self.cache.token(session)
        self._forget_role_credentials(session, reached)
        self.cache.forget_token(session)
        if token is None or not self.renewal.holds(token):
            return
        try:
            Portal(self.clients.portal(session.region), session).sign_out(token)
        except SignInNeeded:
            return  # it had ended already

    def _access_tokens(self, config: Config) -> Iterator[Clock]:
        sessions = {token_stem(session): session for session in config.sso_sessions}
        for stem, token in self.cache.tokens():
            session = sessions.get(stem)
            why = self._why_not(token)
            yield _clock(
                ClockKind.ACCESS_TOKEN,
                _label(session, token.start_url),
                session,
                token.expires_at,
                renews=why is None,
                why=why,
            )

    def _registrations(self, config: Config) -> Iterator[Clock]:
        sessions = {registration_stem(session): session for session in config.sso_sessions}
        for stem, registration in self.cache.registrations():
            session = sessions.get(stem)
            name = _label(session, registration.client_id)
            yield _clock(ClockKind.CLIENT_REGISTRATION, name, session, registration.expires_at)

    def _role_credentials(self, config: Config) -> Iterator[Clock]:
        """The CLI's files are named by a hash, so whose they are is found by hashing profiles."""
        known = _known_role_credentials(config)
        for stem, credentials in self.cli_cache.entries():
            session, name = known.get(stem, (None, _unknown(credentials)))
            yield _clock(ClockKind.ROLE_CREDENTIALS, name, session, credentials.expires_at)

    def _short_term_credentials(self) -> Iterator[Clock]:
        for keys in self.credentials.read():
            if keys.expires_at is not None:
                yield _clock(ClockKind.SHORT_TERM_CREDENTIALS, keys.name, None, keys.expires_at)

    def _why_not(self, token: AccessToken) -> NoRenewal | None:
        if token.refresh_token is None:
            return NoRenewal.NO_REFRESH_TOKEN
        if token.registration is None:
            return NoRenewal.NO_REGISTRATION
        return None if self.renewal.renews(token) else NoRenewal.REGISTRATION_ENDED

    def _forget_role_credentials(self, session: SsoSession, reached: Iterable[Assignment]) -> None:
        targets = {assignment.key for assignment in reached}
        targets |= {
            (profile.account_id, profile.permission_set)
            for profile in self.config.read().profiles
            if profile.account_id and profile.permission_set and profile.is_of(session)
        }
        present = {stem for stem, _ in self.cli_cache.entries()}
        for target in targets:
            if credentials_stem(session, *target) in present:
                self.cli_cache.forget(session, *target)


def _known_role_credentials(config: Config) -> dict[str, tuple[SsoSession, str]]:
    return {
        credentials_stem(session, profile.account_id, profile.permission_set): (
            session,
            f"{profile.account_id} {profile.permission_set}",
        )
        for session in config.sso_sessions
        for profile in config.profiles
        if profile.account_id and profile.permission_set and profile.is_of(session)
    }


def _unknown(credentials: RoleCredentials) -> str:
    return credentials.account_id or credentials.access_key_id


def _label(session: SsoSession | None, otherwise: str) -> str:
    return otherwise if session is None else session.name or session.start_url


def _clock(
    kind: ClockKind,
    name: str,
    session: SsoSession | None,
    expires_at: datetime,
    *,
    renews: bool | None = None,
    why: NoRenewal | None = None,
) -> Clock:
    return Clock(kind, name, session, expires_at, renews, why, _WHOLE[kind.value])

"""Everything on this machine that ends, each called by its right name.

The access portal's own session is not among it: AWS tells nobody when that ends.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import Enum, StrEnum
from pathlib import Path
from typing import Final

from rolecall.domain.errors import FileError
from rolecall.domain.model import AccessToken, Profile, RoleCredentials, SsoSession, short_start_url
from rolecall.domain.text import safe
from rolecall.domain.time_left import Level, TimeLeft
from rolecall.files.cli_cache import CliCache, credentials_stem
from rolecall.files.config_file import Config, ConfigFile
from rolecall.files.credentials_file import CredentialsFile
from rolecall.files.inventory import InventoryCache
from rolecall.files.sso_cache import SsoCache, registration_stem, token_stem
from rolecall.services.renewal import RENEW_BEFORE, Renewal, belongs_to


class ExpiryKind(Enum):
    ACCESS_TOKEN = "access-token"
    CLIENT_REGISTRATION = "client-registration"
    ROLE_CREDENTIALS = "role-credentials"
    SHORT_TERM_CREDENTIALS = "short-term-credentials"


class NoRenewal(StrEnum):
    """Why an access token does not renew itself."""

    NO_REFRESH_TOKEN = "no-refresh-token"
    LEGACY = "legacy"
    NO_REGISTRATION = "no-registration"
    REGISTRATION_ENDED = "registration-ended"
    REGISTRATION_ENDS_FIRST = "registration-ends-first"
    REVOKED = "revoked"
    NO_SESSION = "no-session"


_ACCOUNT_ID: Final = re.compile(r"(?<!\d)\d{12}(?!\d)")

# How long each usually holds, to draw a bar against: AWS tells the end but not the beginning.
_WHOLE: Final = {
    ExpiryKind.ACCESS_TOKEN: timedelta(hours=8),
    ExpiryKind.CLIENT_REGISTRATION: timedelta(days=90),
    ExpiryKind.ROLE_CREDENTIALS: timedelta(hours=1),
    ExpiryKind.SHORT_TERM_CREDENTIALS: timedelta(hours=1),
}

# How long after its end somebody may still look for one. Clients register anew and get new role
# credentials by themselves.
_MISSED_FOR: Final = {
    ExpiryKind.ACCESS_TOKEN: timedelta(days=1),
    ExpiryKind.CLIENT_REGISTRATION: timedelta(0),
    ExpiryKind.ROLE_CREDENTIALS: timedelta(0),
    ExpiryKind.SHORT_TERM_CREDENTIALS: timedelta(hours=1),
}


@dataclass(frozen=True, slots=True)
class Expiry:
    """One thing that ends.

    `name` says which: the session, the profile, or account and permission set. `id` is the same
    for as long as the thing is: its file's name or its section's. `session` is None where it
    belongs to none in ~/.aws/config. `renews` is None for what never does by itself; where it is
    False, `why` says so. `refused`: AWS takes it no more, though its end has not come. `expires_at`
    is None where nobody tells the end. `detail` is what else is known of it, `key` the key of
    ~/.aws/credentials that told its end.
    """

    kind: ExpiryKind
    id: str
    name: str
    session: SsoSession | None
    expires_at: datetime | None
    renews: bool | None = None
    why: NoRenewal | None = None
    refused: bool = False
    detail: str = ""
    key: str = ""

    @property
    def account_id(self) -> str:
        """Of role credentials, where they tell it."""
        if self.kind is not ExpiryKind.ROLE_CREDENTIALS:
            return ""
        found = _ACCOUNT_ID.search(self.detail)
        return found[0] if found else ""

    @property
    def whole(self) -> timedelta:
        """How long such a thing usually holds."""
        return _WHOLE[self.kind]

    def level(self, now: datetime) -> Level:
        if self.refused:
            return Level.GONE
        return Level.UNTOLD if self.expires_at is None else self.remaining(now).level

    def remaining(self, now: datetime) -> TimeLeft:
        """Until the end, which has to be told."""
        assert self.expires_at is not None
        return TimeLeft.until(self.expires_at, now)

    def is_stale(self, now: datetime) -> bool:
        """Whether it has ended and nobody misses it."""
        if self.level(now) is not Level.GONE:
            return False
        if self.kind is ExpiryKind.ACCESS_TOKEN and self.session is None:
            return True
        return self.expires_at is not None and now - self.expires_at >= _MISSED_FOR[self.kind]


def in_order(rows: Iterable[Expiry], now: datetime) -> list[Expiry]:
    """What ends first comes first, and what has ended before that. Below stand those whose end
    nobody tells, then what is spent, the latest first.
    """
    goes_on: list[Expiry] = []
    spent: list[Expiry] = []
    for row in sorted(rows, key=end):
        (spent if row.is_stale(now) else goes_on).append(row)
    return goes_on + spent[::-1]


def end(clock: Expiry) -> tuple[bool, bool, datetime, str, str]:
    """To sort by: what AWS has ended, what has an end, what has one that nobody tells."""
    untold = clock.expires_at is None
    end = clock.expires_at or datetime.max.replace(tzinfo=UTC)
    return untold, not clock.refused, end, clock.kind.value, clock.id


@dataclass(frozen=True, slots=True)
class Expiries:
    """`rows` are in order. `tokens` are those of the sessions in ~/.aws/config, whether
    they hold or not; `problems`: what could not be read, and so is missing here.
    """

    rows: tuple[Expiry, ...] = ()
    tokens: Mapping[SsoSession, AccessToken] = field(default_factory=dict)
    problems: tuple[FileError, ...] = ()


@dataclass(slots=True)
class ExpiriesService:
    config: ConfigFile
    credentials: CredentialsFile
    cache: SsoCache
    cli_cache: CliCache
    inventory: InventoryCache
    renewal: Renewal
    _last_config: Config = field(default_factory=Config)

    def read(self) -> Expiries:
        """Never fails: what one file cannot tell, the others do. While ~/.aws/config cannot be
        read, what it said before stands.
        """
        problems: list[FileError] = []
        try:
            self._last_config = self.config.read()
        except FileError as error:
            problems.append(error)
        config = self._last_config
        tokens = {
            session: token
            for stem, token in self.cache.tokens()
            for session in config.sso_sessions
            if token_stem(session) == stem and belongs_to(token, session)
        }
        rows = [
            *self._access_tokens(config),
            *self._registrations(config),
            *self._role_credentials(config),
        ]
        try:
            rows += self._short_term_credentials()
        except FileError as error:
            problems.append(error)
        return Expiries(tuple(in_order(rows, self.renewal.clock())), tokens, tuple(problems))

    def files(self) -> Iterator[Path]:
        """Whatever of these changes, changes what is read."""
        yield self.config.path
        yield self.credentials.path
        yield from self.cache.files()
        yield from self.cli_cache.files()

    def _access_tokens(self, config: Config) -> Iterator[Expiry]:
        sessions = {token_stem(session): session for session in config.sso_sessions}
        for stem, token in self.cache.tokens():
            session = sessions.get(stem)
            if session is not None and not belongs_to(token, session):
                session = None
            why = self._why_not(token, session)
            yield Expiry(
                ExpiryKind.ACCESS_TOKEN,
                stem,
                _label(session, token.start_url or stem),
                session,
                token.expires_at,
                renews=why is None,
                why=why,
                refused=self.renewal.is_refused(token),
                detail=safe(token.start_url),
            )

    def _why_not(self, token: AccessToken, session: SsoSession | None) -> NoRenewal | None:
        if token.refresh_token is None:
            is_legacy = session is not None and session.name is None
            return NoRenewal.LEGACY if is_legacy else NoRenewal.NO_REFRESH_TOKEN
        if token.registration is None:
            return NoRenewal.NO_REGISTRATION
        if self.renewal.is_renewal_refused(token):
            return NoRenewal.REVOKED
        if not self.renewal.can_renew(token):
            return NoRenewal.REGISTRATION_ENDED
        if token.registration.expires_at <= token.expires_at - RENEW_BEFORE:
            return NoRenewal.REGISTRATION_ENDS_FIRST
        return None if session is not None else NoRenewal.NO_SESSION

    def _registrations(self, config: Config) -> Iterator[Expiry]:
        sessions = {registration_stem(session): session for session in config.sso_sessions}
        users = {
            token.registration.client_id: token
            for _, token in self.cache.tokens()
            if token.registration is not None
        }
        for stem, registration in self.cache.registrations():
            session = sessions.get(stem)
            user = users.get(registration.client_id)
            name = _label(session, stem if user is None else user.start_url or stem)
            detail = " ".join(registration.scopes or ())
            yield Expiry(
                ExpiryKind.CLIENT_REGISTRATION,
                stem,
                name,
                session,
                registration.expires_at,
                detail=safe(detail),
            )

    def _role_credentials(self, config: Config) -> Iterator[Expiry]:
        """The CLI's files are named by a hash, so whose they are is found by hashing."""
        entries = self.cli_cache.entries()
        known = _of_profiles(config)
        if not all(stem in known or found.arn for stem, found in entries):
            known = self._of_inventory(config) | known
        for stem, found in entries:
            session, name, detail = known.get(stem) or _of_credentials(found)
            yield Expiry(
                ExpiryKind.ROLE_CREDENTIALS, stem, name, session, found.expires_at, detail=detail
            )

    def _of_inventory(self, config: Config) -> dict[str, tuple[SsoSession | None, str, str]]:
        """For credentials without a profile: all that rolecall knows to be within reach. The same
        account may be called the same in two organisations.
        """
        several = len(config.sso_sessions) > 1
        return {
            credentials_stem(session, each.account.id, each.permission_set.name): (
                session,
                f"{each.account.name} {each.permission_set.name}"
                + (f" · {session.label}" if several else ""),
                f"{each.account.id} {each.permission_set.name}",
            )
            for session in config.sso_sessions
            for each in self.inventory.catalogue(session).assignments()
        }

    def _short_term_credentials(self) -> Iterator[Expiry]:
        for keys in self.credentials.read():
            if keys.is_short_term or keys.expires_at is not None:
                yield Expiry(
                    ExpiryKind.SHORT_TERM_CREDENTIALS,
                    keys.name,
                    keys.name,
                    None,
                    keys.expires_at,
                    key=keys.expiry_key or "",
                )


def _of_profiles(config: Config) -> dict[str, tuple[SsoSession | None, str, str]]:
    """Stem → session, the profile's name, account and permission set."""
    found: dict[str, tuple[SsoSession | None, str, str]] = {}
    for session in config.sso_sessions:
        for profile in config.profiles:
            if (target := _target(profile, session)) is not None:
                stem = credentials_stem(session, *target)
                found.setdefault(stem, (session, profile.name, " ".join(target)))
    return found


def _target(profile: Profile, session: SsoSession) -> tuple[str, str] | None:
    if profile.account_id and profile.permission_set and profile.is_of(session):
        return profile.account_id, profile.permission_set
    return None


def _of_credentials(found: RoleCredentials) -> tuple[SsoSession | None, str, str]:
    """What they say of themselves: an assumed role's ARN, an account, the key's id."""
    if found.arn:
        return None, safe(found.arn.partition("assumed-role/")[2] or found.arn), safe(found.arn)
    return None, safe(found.account_id or found.access_key_id), safe(found.access_key_id)


def _label(session: SsoSession | None, otherwise: str) -> str:
    return short_start_url(safe(otherwise)) if session is None else session.label

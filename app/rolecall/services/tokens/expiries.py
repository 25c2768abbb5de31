"""Everything on this machine that expires: tokens, client registrations, credentials.

The session at the access portal is missing, because AWS does not say when it expires.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import partial
from itertools import count
from pathlib import Path

from rolecall.domain.config.config import Config
from rolecall.domain.errors.file_errors import FileError, FileUnwritable, TokenNotRenewed
from rolecall.domain.login_session import identity_of
from rolecall.domain.model import (
    AccessToken,
    LoginSession,
    RoleCredentials,
    SsoSession,
    short_start_url,
)
from rolecall.domain.records import dataclass, field, replace
from rolecall.domain.text import original, safe
from rolecall.files.aws_config.config_file import ConfigFile
from rolecall.files.aws_config.credentials_file import CredentialsFile
from rolecall.files.caches.cli_cache import CliCache, credentials_stem
from rolecall.files.caches.login_cache import LoginCache
from rolecall.files.caches.login_file import login_stem
from rolecall.files.caches.sso_cache import SsoCache, registration_stem, token_stem
from rolecall.files.inventory.inventory import InventoryCache
from rolecall.files.safe.replaceable import obstacle_to_replacing
from rolecall.services.tokens.expiry import Expiry, ExpiryKind, NoRenewal, sort_expiries
from rolecall.services.tokens.renewal import RENEW_BEFORE, Renewal, belongs_to


@dataclass(frozen=True, slots=True)
class Expiries:
    """`rows` are sorted. `tokens` are those of the sessions in ~/.aws/config, valid or expired,
    `usable` the valid ones among them. `problems` are the errors of files that could not be read;
    their contents are missing. `number`: a later reading has a higher one.
    """

    rows: tuple[Expiry, ...] = ()
    tokens: Mapping[SsoSession, AccessToken] = field(default_factory=dict)
    usable: Mapping[SsoSession, AccessToken] = field(default_factory=dict)
    problems: tuple[FileError, ...] = ()
    number: int = 0


@dataclass(slots=True)
class ExpiriesService:
    """Reads the expiries from all files of AWS clients."""

    config: ConfigFile
    credentials: CredentialsFile
    cache: SsoCache
    cli_cache: CliCache
    login_cache: LoginCache
    inventory: InventoryCache
    renewal: Renewal
    _last_config: Config = field(default_factory=Config)
    _numbers: Iterator[int] = field(default_factory=partial(count, 1))

    def read(self) -> Expiries:
        """Read everything. Raises nothing: the errors are in `problems`.

        While ~/.aws/config cannot be read, its last readable version is used.
        """
        problems: list[FileError] = []
        number = next(self._numbers)
        try:
            self._last_config = self.config.read_with(self.credentials)
        except FileError as error:
            problems.append(error)
        config = self._last_config
        tokens: dict[SsoSession, AccessToken] = {}
        for session in config.sso_sessions:
            with suppress(FileError):  # as if there were none
                if token := self.renewal.token(session):
                    tokens[session] = token
        rows = [
            *self._access_tokens(config, tokens),
            *self._registrations(config),
            *self._role_credentials(config),
            *self._login_sessions(config),
        ]
        try:
            rows += self._short_term_credentials()
        except FileError as error:
            problems.append(error)
        return Expiries(
            tuple(sort_expiries(rows, self.renewal.clock())),
            tokens,
            {session: token for session, token in tokens.items() if self.renewal.is_valid(token)},
            tuple(problems),
            number,
        )

    def files(self) -> Iterator[Path]:
        """Yield the paths whose changes can change the result of `read`."""
        yield self.config.path
        yield self.credentials.path
        yield from self.cache.files()
        yield from self.cli_cache.files()
        yield from self.login_cache.files()
        yield from self.renewal.refusals.files()

    def _access_tokens(
        self, config: Config, tokens: Mapping[SsoSession, AccessToken]
    ) -> Iterator[Expiry]:
        """Yield those of the sessions, and those of other clients' sessions."""
        for session in config.sso_sessions:
            if token := tokens.get(session):
                yield self._access_token(token_stem(session), token, session)
            else:
                yield Expiry(
                    ExpiryKind.ACCESS_TOKEN,
                    session.cache_key,
                    session.label,
                    session,
                    None,
                    signed_out=True,
                    detail=safe(session.start_url),
                )
        sessions = {token_stem(session): session for session in config.sso_sessions}
        for stem, token in self.cache.tokens():
            session_of_stem = sessions.get(stem)
            if session_of_stem is None or not belongs_to(token, session_of_stem):
                self.renewal.refusals.read(stem)
                yield self._access_token(stem, token, None)

    def _access_token(self, stem: str, token: AccessToken, session: SsoSession | None) -> Expiry:
        unwritable = self._unwritable(token, session)
        no_renewal = NoRenewal.UNWRITABLE if unwritable else self._no_renewal(token, session)
        return Expiry(
            ExpiryKind.ACCESS_TOKEN,
            stem,
            _label(session, token.start_url or stem),
            session,
            token.expires_at,
            renews=no_renewal is None,
            no_renewal=no_renewal,
            refused=self.renewal.is_refused(token),
            detail=safe(token.start_url),
            unwritable=unwritable,
        )

    def _no_renewal(self, token: AccessToken, session: SsoSession | None) -> NoRenewal | None:
        if token.refresh_token is None:
            is_legacy = session is not None and session.name is None
            return NoRenewal.LEGACY if is_legacy else NoRenewal.NO_REFRESH_TOKEN
        if token.registration is None:
            return NoRenewal.NO_REGISTRATION
        if self.renewal.is_renewal_refused(token):
            return NoRenewal.REVOKED
        if not self.renewal.can_renew(token):
            return NoRenewal.REGISTRATION_EXPIRED
        if token.registration.expires_at <= token.expires_at - RENEW_BEFORE:
            return NoRenewal.REGISTRATION_EXPIRES_FIRST
        return None if session is not None else NoRenewal.NO_SESSION

    def _unwritable(self, token: AccessToken, session: SsoSession | None) -> TokenNotRenewed | None:
        """Return why a token that can be renewed will not be: a new one could not be saved."""
        if session is None or not self.renewal.can_renew(token):
            return None
        path = self.cache.token_path(session)
        obstacle = obstacle_to_replacing(str(path))
        return TokenNotRenewed(path, obstacle, session.cache_key) if obstacle else None

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
        """The AWS CLI names the files by a hash; hashing what is known finds their owners."""
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
        """Return every permission set in the inventory, for credentials without a profile.

        Names have the session if there are several, because account names may repeat.
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

    def _login_sessions(self, config: Config) -> Iterator[Expiry]:
        """Yield the login sessions of profiles and of other files, each with its keys."""
        profiles: dict[str, str] = {}
        for profile in config.profiles:
            if profile.login_session:
                profiles.setdefault(original(profile.login_session), profile.name)
        stems = {login_stem(arn): arn for arn in profiles}
        for stem, found in self.login_cache.sessions():
            session = replace(found, arn=stems.pop(stem, found.arn))
            yield from self._login_session(stem, session, profiles.get(session.arn, ""))
        for stem, arn in stems.items():
            yield Expiry(
                ExpiryKind.LOGIN_SESSION,
                stem,
                profiles[arn],
                None,
                None,
                signed_out=True,
                detail=safe(arn),
                login=safe(arn),
                profile=profiles[arn],
            )

    def _login_session(self, stem: str, session: LoginSession, profile: str) -> Iterator[Expiry]:
        self.renewal.refusals.read(stem)
        refused = self.renewal.refusals.has(session.refresh_token)
        may_renew = not refused and session.may_renew(self.renewal.clock())
        path = self.login_cache.path_of(stem)
        obstacle = obstacle_to_replacing(str(path)) if may_renew else ""
        renews = may_renew and not obstacle
        no_renewal = NoRenewal.UNWRITABLE if obstacle else NoRenewal.SESSION_OVER
        arn = safe(session.arn)
        whole = Expiry(
            ExpiryKind.LOGIN_SESSION,
            stem,
            profile or identity_of(arn).name or safe(session.keys.account_id or stem),
            None,
            session.ends_at,
            renews=False,
            no_renewal=NoRenewal.REVOKED if refused else NoRenewal.LONGEST,
            refused=refused,
            detail=arn,
            login=arn or stem,
            profile=profile,
        )
        yield whole
        yield replace(
            whole,
            kind=ExpiryKind.LOGIN_KEYS,
            expires_at=session.keys.expires_at,
            renews=renews,
            no_renewal=None if renews else no_renewal,
            refused=False,
            unwritable=FileUnwritable(path, obstacle) if obstacle else None,
        )

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
    """Map the stem of a file to session, profile name, and account with permission set."""
    found: dict[str, tuple[SsoSession | None, str, str]] = {}
    for session in config.sso_sessions:
        for profile in config.profiles:
            if (target := profile.target) is not None and profile.is_of(session):
                stem = credentials_stem(session, *target, profile.role_options)
                found.setdefault(stem, (session, profile.name, " ".join(target)))
    return found


def _of_credentials(found: RoleCredentials) -> tuple[SsoSession | None, str, str]:
    """Return what the credentials themselves have: a role's ARN, an account, or the key id."""
    if found.arn:
        return None, safe(found.arn.partition("assumed-role/")[2] or found.arn), safe(found.arn)
    return None, safe(found.account_id or found.access_key_id), safe(found.access_key_id)


def _label(session: SsoSession | None, otherwise: str) -> str:
    return short_start_url(safe(otherwise)) if session is None else session.label

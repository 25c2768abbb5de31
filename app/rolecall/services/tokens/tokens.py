"""Renew a token now, and sign out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, suppress
from datetime import datetime
from typing import Final

from rolecall.aws.portal import Portal
from rolecall.aws.session import Clients
from rolecall.domain.errors import (
    ClientSettingInvalid,
    RegionInvalid,
    RolecallError,
    ServiceError,
    SignInNeeded,
)
from rolecall.domain.errors.file_errors import FileBusy, FileNotDeleted, TokenNotDeleted
from rolecall.domain.model import AccessToken, SsoSession
from rolecall.domain.records import dataclass
from rolecall.files.aws_config.config_file import ConfigFile
from rolecall.files.aws_config.credentials_file import CredentialsFile
from rolecall.files.caches.cli_cache import CliCache, credentials_stem
from rolecall.files.caches.sso_cache import SsoCache
from rolecall.files.inventory.inventory import InventoryCache
from rolecall.services.tokens.cached_roles import CachedRole, assumed_roles, cached_roles
from rolecall.services.tokens.renewal import Renewal

_PLAN_WAITS: Final = 5.0  # seconds for a renewal; the sign-out itself waits longer


@dataclass(frozen=True, slots=True)
class SignOutPlan:
    """What a sign-out deletes. `token_expires_at` is None if no token can be read.
    `has_token_file`: there is a file, or a token that could not be saved in it.

    `ends_portal_session`: the session at the access portal ends too, which needs a valid token.
    """

    session: SsoSession
    token_expires_at: datetime | None
    ends_portal_session: bool
    has_token_file: bool
    roles: tuple[CachedRole, ...]

    def __bool__(self) -> bool:
        return self.has_token_file or bool(self.roles)


@dataclass(frozen=True, slots=True)
class PortalFailure:
    """Why the portal did not sign out. It cannot be asked again, because the token is deleted."""

    cause: RolecallError
    token_expires_at: datetime


@dataclass(frozen=True, slots=True)
class TokensService:
    """Renews tokens and signs out."""

    clients: Clients
    config: ConfigFile
    credentials: CredentialsFile
    cache: SsoCache
    cli_cache: CliCache
    inventory: InventoryCache
    renewal: Renewal

    def renew(self, session: SsoSession) -> AccessToken:
        """Renew the token now and return the new one.

        Raises SignInNeeded if it cannot be renewed, ServiceError, FileError.
        """
        return self.renewal.renew(session)

    def plan_sign_out(self, session: SsoSession) -> SignOutPlan:
        """Return what `sign_out` would delete. Waits for a renewal in progress, which would change
        that. Raises FileError.
        """
        with ExitStack() as stack:
            with suppress(FileBusy):  # the sign-out says so
                stack.enter_context(self.renewal.renewal_lock(session, _PLAN_WAITS))
            token = self.renewal.stored_token(session)
        return SignOutPlan(
            session,
            None if token is None else token.expires_at,
            token is not None and self.renewal.is_valid(token),
            token is not None or self.cache.has_token_file(session),
            tuple(self._roles(session)),
        )

    def sign_out(self, session: SsoSession) -> PortalFailure | None:
        """Sign out of this session: at the portal, its token, its role credentials for the AWS CLI.

        The client registration and other sessions stay. The portal is asked first, because that
        needs the token. If it fails, the files are deleted anyway, and the failure is returned.
        This waits for a renewal in progress, which would bring the token back. Raises
        TokenNotDeleted if only the portal has signed out, and FileError.
        """
        with self.renewal.renewal_lock(session):
            token = self.renewal.stored_token(session)
            ended: AccessToken | None = None
            failure: PortalFailure | None = None
            try:
                if token is not None and self.renewal.is_valid(token):
                    failure = self._end_portal_session(session, token)
                    ended = None if failure else token
            finally:
                self._delete(session, ended)
        return failure

    def _end_portal_session(self, session: SsoSession, token: AccessToken) -> PortalFailure | None:
        try:
            Portal(self.clients.portal(session.region), session).sign_out(token)
        except SignInNeeded:  # it is no longer valid
            return None
        except (ServiceError, ClientSettingInvalid, RegionInvalid) as error:
            return PortalFailure(error, token.expires_at)
        return None

    def _delete(self, session: SsoSession, ended: AccessToken | None) -> None:
        """Delete what there is of the session. `ended` is its token if the portal has ended it."""
        self.inventory.note_sign_out(session)
        try:
            for role in self._roles(session):
                self.cli_cache.forget(role.stem)
            self.renewal.forget(session)
        except FileNotDeleted as error:
            if ended is not None:
                self.renewal.note_end(session, ended)
                raise TokenNotDeleted(error.path, error.reason) from None
            raise

    def _roles(self, session: SsoSession) -> Iterator[CachedRole]:
        """Yield the cached roles of the session's profiles, of roles that are assumed through
        them, and of the session's inventory.

        The AWS CLI names its files by a hash, so that others cannot be found.
        """
        cached = dict(self.cli_cache.entries())
        if not cached:
            return
        config = self.config.read()
        profiles = list(config.merged_profiles(self.credentials.sections()).values())
        catalogue = self.inventory.catalogue(session)
        names = {account.id: account.name for account in catalogue.accounts}
        roles = {
            credentials_stem(session, *target, profile.role_options): (
                names.get(target[0]) or target[0],
                target[1],
            )
            for profile in profiles
            if (target := profile.target) and profile.is_of(session)
        }
        roles |= {
            credentials_stem(session, *each.key): (each.account.name, each.permission_set.name)
            for each in catalogue.assignments()
        }
        roles |= assumed_roles(profiles, lambda profile: profile.signs_in_to(session))
        yield from cached_roles(roles, cached)

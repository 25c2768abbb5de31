"""Credentials of a permission set or a profile, from any source that a profile can name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import Final, Protocol, Self

from rolecall.aws import credential_programs
from rolecall.aws.call import call
from rolecall.aws.pages import CallPolicy
from rolecall.aws.role import assume_role
from rolecall.aws.session import Clients
from rolecall.domain.access_role import NO_OPTIONS, RoleOptions
from rolecall.domain.config.config import Config
from rolecall.domain.credentials import console
from rolecall.domain.credentials.credential_formats import Export
from rolecall.domain.errors import NoCredentials, RequestRejected, VerifyFailed
from rolecall.domain.link import Link
from rolecall.domain.model import Credentials, Profile, RoleCredentials, SsoSession, keys_of
from rolecall.domain.partitions import partition_named
from rolecall.domain.profile_kind import ProfileKind, has_static_keys
from rolecall.domain.question import current
from rolecall.domain.records import dataclass, replace
from rolecall.domain.text import original, safe
from rolecall.domain.text.closest_match import closest_match
from rolecall.files.aws_config.config_file import ConfigFile
from rolecall.files.aws_config.credentials_file import CredentialsFile
from rolecall.files.aws_config.key_expiry import expiry_of
from rolecall.files.caches.cli_cache import AssumeRoleArguments, assume_role_arguments
from rolecall.services.credentials.role_credentials import (
    KeptWhile,
    RoleCredentialsService,
    RoleMemory,
)
from rolecall.services.tokens.login_sessions import LoginSessions


class CredentialsProblem(StrEnum):
    """Why there are no credentials for a profile (`NoCredentials.problem`)."""

    NOT_FOUND = "not-found"
    MISSPELLED = "misspelled"
    NO_SOURCE = "no-source"
    NO_SUCH_SESSION = "no-such-session"
    INCOMPLETE = "incomplete"
    NO_PORTAL = "no-portal"
    NO_CONSOLE = "no-console"
    NO_KEYS = "no-keys"
    EXPIRED = "expired"
    SOURCE_MISSING = "source-missing"
    LOOP = "loop"
    MFA = "mfa"
    LONG_LIVED = "long-lived"
    UNKNOWN_EXPIRY = "unknown-expiry"


# Kinds that are left to botocore.
_BY_BOTOCORE: Final = {ProfileKind.WEB_IDENTITY, ProfileKind.PROCESS}


class CodePrompt(Protocol):
    """Asks for MFA codes on a terminal."""

    def hidden_input(self) -> AbstractContextManager[None]:
        """Hide typed characters within the context, without losing any."""

    def ask(self, device: str) -> str:
        """Return a code of the device with this serial number, typed by the user."""


@dataclass(frozen=True, slots=True)
class CredentialsService:
    """Gets credentials as the clients of AWS do.

    `clock` returns an aware UTC datetime. `prompt` asks for MFA codes; it is None if nobody can be
    asked. Then a `credential_process` cannot read the standard input either, which is for the
    command of `exec` and `serve`. `has_terminal`: it may ask on /dev/tty, which the full screen
    needs alone.
    """

    clients: Clients
    config: ConfigFile
    credentials: CredentialsFile
    roles: RoleCredentialsService
    logins: LoginSessions
    clock: Callable[[], datetime]
    prompt: CodePrompt | None = None
    has_terminal: bool = True

    def profile(self, name: str) -> Profile:
        """Return the profile with this name. Raises NoCredentials if there is none, FileError."""
        return self._find(self.config.read(), name)

    def end_programs(self) -> None:
        """End each `credential_process` without a terminal that still runs."""
        credential_programs.hang_up()

    def sessions(self) -> tuple[SsoSession, ...]:
        """Return the sessions of both files. Raises FileError."""
        return self.config.read_with(self.credentials).sso_sessions

    def export(self, name: str) -> Export:
        """Return what a program needs to use this profile. Raises what `of_profile` raises."""
        config = self.config.read()
        region = self._find(config, name).region
        credentials = self._for(config, name)._of_profile(config, name, ())
        return Export(credentials, None if region is None else original(region), f"{name}-keys")

    def stored(self, name: str) -> Export | None:
        """Return the same from the cache, without asking AWS or anybody; None if it has no valid
        keys. Raises NoCredentials, FileError.
        """
        profile = self.profile(name)
        has_source = profile.kind is ProfileKind.ROLE and "source_profile" in profile.settings
        if not (profile.is_sso or profile.is_access_role or has_source):
            return None
        try:
            roles = replace(self.roles, may_ask=False)
            return replace(self, roles=roles, prompt=None).export(name)
        except LookupError:
            return None

    def default_has_credentials(self) -> bool:
        """Whether a program that names no profile takes them, or an error, from the files.

        A session alone is enough for JavaScript (`isSsoProfile`). Raises FileError.
        """
        try:
            default = self.profile("default")
        except NoCredentials:
            return False
        is_plain = default.kind is ProfileKind.PLAIN
        return not is_plain or default.session_name is not None or default.start_url is not None

    def of_profile(self, name: str) -> Credentials:
        """Return the credentials that a program with this profile gets.

        Raises NoCredentials, VerifyFailed, SignInNeeded, LoginError, ServiceError, RegionInvalid,
        ClientSettingInvalid, FileError.
        """
        config = self.config.read()
        return self._for(config, name)._of_profile(config, name, ())

    def of_role(
        self,
        session: SsoSession,
        account_id: str,
        permission_set: str,
        options: RoleOptions = NO_OPTIONS,
    ) -> RoleCredentials:
        """Return the credentials of a permission set or role in an account.

        Raises NoAssignment, and what `RoleCredentialsService.of_role` raises.
        """
        return self.roles.of_role(session, account_id, permission_set, options)

    def session(self, name: str) -> SsoSession:
        """Return the session with this name or, without a name, start URL.

        Raises NoCredentials, SessionIncomplete, FileError.
        """
        if session := self.config.read_with(self.credentials).session_named(safe(name)):
            return session
        raise NoCredentials("", CredentialsProblem.NO_SUCH_SESSION, safe(name))

    def session_of(self, profile: Profile) -> SsoSession:
        """Return the session of a profile.

        Raises NoCredentials, SessionIncomplete, SessionDiffers, FileError.
        """
        return self._session_of(self.config.read(), profile)

    def console_link(self, name: str, destination: str = "") -> Link:
        """Return the link of the portal to a page of the console, for a profile.

        Raises DestinationInvalid, RegionInvalid, NoCredentials, FileError.
        """
        config = self.config.read()
        profile = self._find(config, name)
        if not profile.account_id or not profile.permission_set:
            raise NoCredentials(profile.name, CredentialsProblem.NO_PORTAL)
        if profile.is_access_role:
            raise NoCredentials(profile.name, CredentialsProblem.NO_CONSOLE)
        session = self._session_of(config, profile)
        page = console.destination_url(destination, original(profile.region or session.region))
        return console.shortcut(session, profile.account_id, profile.permission_set, page)

    def sign_ins(self) -> frozenset[object]:
        """Return what changes when somebody signs in or out."""
        logins = (session for _, session in self.logins.cache.sessions())
        return self.roles.renewal.sign_ins() | {(each.arn, each.ends_at) for each in logins}

    def unsaved(self, memory: RoleMemory, call_policy: Callable[[SsoSession], CallPolicy]) -> Self:
        """Return this service with a memory: it saves nothing, and asks the user nothing."""
        roles = replace(self.roles, memory=memory, call_policy=call_policy)
        return replace(self, roles=roles, prompt=None)

    def without_saving(self) -> Self:
        """Return this service with an own memory: new role credentials stay in this process."""
        return replace(self, roles=replace(self.roles, memory=RoleMemory()))

    def clients_of(self, name: str) -> Clients:
        """Return the clients for a profile. Raises NoCredentials, FileError."""
        return self._for(self.config.read(), name).clients

    def _for(self, config: Config, name: str) -> Self:
        """Return this service with the clients that the profile asks for.

        They are also used for its source profiles, as botocore does.
        """
        clients = self.clients.with_settings(config.client_settings(self._find(config, name)))
        roles, logins = self.roles.with_clients(clients), replace(self.logins, clients=clients)
        return replace(self, clients=clients, roles=roles, logins=logins)

    def _of_profile(
        self,
        config: Config,
        name: str,
        through: tuple[str, ...],
        roles: tuple[AssumeRoleArguments, ...] = (),
    ) -> Credentials:
        """Return the credentials.

        `through` are the profiles that use this one as their source, `roles` the calls of
        AssumeRole that wait for it.
        """
        profile = self._find(config, name)
        settings = {key: original(value) for key, value in profile.settings.items()}
        is_own_source = through[-1:] == (name,)
        if name in through and not is_own_source:
            raise NoCredentials(safe(through[0]), CredentialsProblem.LOOP, profile.name)
        if through and has_static_keys(settings):
            profile = config.without_role(profile, self.credentials.values(name))
        elif is_own_source:
            raise NoCredentials(profile.name, CredentialsProblem.NO_KEYS)
        if profile.kind is not ProfileKind.ROLE:
            return self._of_other_source(config, profile, settings)
        if "credential_source" not in settings:
            return self._assumed(config, profile, settings, (*through, name), roles)
        if "mfa_serial" in settings and self.prompt is None:
            raise NoCredentials(profile.name, CredentialsProblem.MFA, safe(settings["mfa_serial"]))
        return self._by_botocore(config, profile, assumes_role=True)

    def _of_other_source(
        self, config: Config, profile: Profile, settings: Mapping[str, str]
    ) -> Credentials:
        """Return the credentials of a profile that assumes no role."""
        if profile.is_sso or profile.is_access_role:
            return self._of_sso_profile(config, profile)
        if profile.login_session:
            region = settings.get("region", "")
            return self.logins.keys(original(profile.login_session), profile.name, region)
        if profile.kind in _BY_BOTOCORE:
            return self._by_botocore(config, profile)
        if profile.kind is ProfileKind.PLAIN and (profile.session_name or profile.start_url):
            raise NoCredentials(profile.name, CredentialsProblem.INCOMPLETE)
        return self._static(config, profile)

    def _by_botocore(
        self, config: Config, profile: Profile, *, assumes_role: bool = False
    ) -> Credentials:
        from rolecall.aws.chain import credentials_of  # late: few profiles need it
        from rolecall.services.credentials.expired_credentials import name_expired

        files = self.config.path, self.credentials.path
        if profile.kind is not ProfileKind.PROCESS:
            self.clients.has_endpoint("sts")  # botocore does not say which variable or key is wrong
        ask = partial(
            credentials_of,
            original(profile.name),
            *files,
            assumes_role=assumes_role,
            may_read=self.prompt is not None,
            has_terminal=self.has_terminal,
        )
        try:
            if profile.kind is not ProfileKind.PROCESS and "mfa_serial" not in profile.settings:
                return call("AWS", "AssumeRole", ask, tries=1)
            found = ask()
            current().begin_again()  # the wait until now was for a program or the user
            return found
        except VerifyFailed as failed:
            name_expired(failed, [profile], config, self.credentials.sections())
            raise

    def _of_sso_profile(self, config: Config, profile: Profile) -> RoleCredentials:
        if not profile.account_id or not profile.permission_set:
            raise NoCredentials(profile.name, CredentialsProblem.INCOMPLETE)
        session = self._session_of(config, profile)
        return self.of_role(
            session, profile.account_id, profile.permission_set, profile.role_options
        )

    def _assumed(
        self,
        config: Config,
        profile: Profile,
        settings: Mapping[str, str],
        through: tuple[str, ...],
        roles: tuple[AssumeRoleArguments, ...],
    ) -> RoleCredentials:
        """Assume the role of the profile with the credentials of its source profile."""
        if "source_profile" not in settings:
            raise NoCredentials(profile.name, CredentialsProblem.NO_SOURCE)
        if (source := settings["source_profile"]) not in _names(config, self.credentials):
            raise NoCredentials(profile.name, CredentialsProblem.SOURCE_MISSING, str(safe(source)))
        arguments = assume_role_arguments(settings)

        def ask() -> RoleCredentials:
            device = safe(settings.get("mfa_serial", ""))
            if device and self.prompt is None:
                raise NoCredentials(profile.name, CredentialsProblem.MFA, device)
            prompt = self.prompt if device else None
            # The code may be typed while the imports and the calls before the question take time.
            with prompt.hidden_input() if prompt else nullcontext():
                own = self._of_profile(config, source, through, (*roles, arguments))
                partition = partition_named("".join(settings["role_arn"].split(":")[1:2]))
                client = self.clients.sts(settings.get("region") or partition.sts_region, own)
                code = {"TokenCode": prompt.ask(device)} if prompt else {}
            try:
                return assume_role(
                    client, {**arguments, **code}, f"rolecall-{self.clock().timestamp():.0f}"
                )
            except RequestRejected as rejected:
                from rolecall.services.credentials.expired_credentials import (
                    why_rejected,  # late, as above
                )

                base = self._find(config, source)
                stored = self.credentials.sections()
                raise why_rejected(rejected, safe(through[0]), base, config, stored) from None

        # A role that assumes itself has its own lock already.
        if arguments in roles:
            return ask()
        return self.roles.assumed(arguments, ask, partial(self._kept_while, config, profile))

    def _kept_while(self, config: Config, profile: Profile) -> KeptWhile:
        """Return a check that raises if the user has signed out of the session that the keys of a
        role come from: a sign-out deletes such keys.
        """
        by_name = config.merged_profiles(self.credentials.sections())
        base = profile.chain_in(by_name)[-1]
        if base.login_session:
            return self.logins.while_signed_in(original(base.login_session), base.name)
        is_sso = base.is_sso or base.is_access_role
        session = config.session_of(base) if is_sso else None
        return self.roles.while_signed_in(session) if session else nullcontext

    def _static(self, config: Config, profile: Profile) -> Credentials:
        """Return the keys. All of them are in one file (`botocore.credentials.ConfigProvider`)."""
        values = self.credentials.values(original(profile.name))
        if "aws_access_key_id" not in values:
            own = next((each for each in config.profiles if each.name == profile.name), profile)
            values = {key: original(value) for key, value in own.settings.items()}
        key_id, secret = values.get("aws_access_key_id"), values.get("aws_secret_access_key")
        if not key_id or not secret:
            raise NoCredentials(profile.name, CredentialsProblem.NO_KEYS)
        token = values.get("aws_security_token") or values.get("aws_session_token")
        expires_at, _ = expiry_of(values)
        if expires_at is not None and self.clock() >= expires_at:
            raise NoCredentials(profile.name, CredentialsProblem.EXPIRED)
        account_id = values.get("aws_account_id") or None
        return keys_of(key_id, secret, token, expires_at, account_id)

    def _find(self, config: Config, name: str) -> Profile:
        stored = self.credentials.values(name)
        found = next((each for each in config.profiles if original(each.name) == name), None)
        if found or stored:
            return config.with_credentials(found or Profile(safe(name), ProfileKind.PLAIN), stored)
        if near := closest_match(name, _names(config, self.credentials)):
            raise NoCredentials(safe(name), CredentialsProblem.MISSPELLED, safe(near))
        raise NoCredentials(safe(name), CredentialsProblem.NOT_FOUND)

    def _session_of(self, config: Config, profile: Profile) -> SsoSession:
        session = config.session_of(profile)
        if session is None:
            name = profile.session_name or ""
            raise NoCredentials(profile.name, CredentialsProblem.NO_SUCH_SESSION, name)
        return session


def _names(config: Config, credentials: CredentialsFile) -> set[str]:
    names = {original(profile.name) for profile in config.profiles}
    return names | {original(keys.name) for keys in credentials.read()}

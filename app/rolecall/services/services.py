"""All services. Each is built when it is first used, so that a command imports only what it needs.

Building one imports no boto3 and reads no file but the settings.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Self

from rolecall.files.locations import Locations
from rolecall.services.base.clock import uptime, utc_now
from rolecall.services.base.shared_files import SharedFiles

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from rolecall.aws.session import Clients
    from rolecall.domain.config.config import ClientSettings
    from rolecall.domain.errors import RolecallError
    from rolecall.files.aws_config.config_file import ConfigFile
    from rolecall.files.aws_config.credentials_file import CredentialsFile
    from rolecall.files.caches.refusals import Refusals
    from rolecall.services.base.settings import SettingsService
    from rolecall.services.config.doctor import Examination
    from rolecall.services.config.undo import UndoService
    from rolecall.services.credentials.credentials import CredentialsService
    from rolecall.services.credentials.role_credentials import RoleCredentialsService
    from rolecall.services.credentials.stored_credentials import StoredCredentialsService
    from rolecall.services.identity.verification import VerificationService
    from rolecall.services.identity.whoami import WhoamiService
    from rolecall.services.inventory.inventory import InventoryService
    from rolecall.services.inventory.unsaved_roles import UnsavedRoles
    from rolecall.services.lending.lends import Lends
    from rolecall.services.log.hand_outs import HandOuts
    from rolecall.services.profiles.bulk import BulkService
    from rolecall.services.profiles.drift import DriftService
    from rolecall.services.profiles.profile_edits import ProfileEditsService
    from rolecall.services.profiles.profiles import ProfilesService
    from rolecall.services.runs.actions import ActionsService
    from rolecall.services.runs.run_rows import RunsService
    from rolecall.services.sign_in.console_login import ConsoleLoginService
    from rolecall.services.sign_in.portals import PortalsService
    from rolecall.services.sign_in.run import SignIns
    from rolecall.services.sign_in.session_edits import SessionEditsService
    from rolecall.services.sign_in.sign_in import SignInService
    from rolecall.services.team.annotations import AnnotationsService
    from rolecall.services.team.team import TeamService
    from rolecall.services.tokens.expiries import ExpiriesService
    from rolecall.services.tokens.expiry_warnings import ExpiryWarnings
    from rolecall.services.tokens.login_sessions import LoginSessions
    from rolecall.services.tokens.login_sign_out import LoginSignOutService
    from rolecall.services.tokens.renewal import Renewal
    from rolecall.services.tokens.token_keeper import TokenKeeper
    from rolecall.services.tokens.tokens import TokensService


class Services:
    """The services, and the clock that they share (it returns an aware UTC datetime)."""

    def __init__(
        self,
        environ: Mapping[str, str],
        clock: Callable[[], datetime] = utc_now,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        settings: SettingsService | None = None,
        *,
        uptime: Callable[[], float] = uptime,
        on_problem: Callable[[RolecallError], None] | None = None,
        has_terminal: bool = True,
    ) -> None:
        """`monotonic` and `sleep` are in seconds, and so is `uptime`: see `services.clock`.

        `settings` are used if they have been read already. `on_problem` is called with what
        `Renewal` reports. `has_terminal`: a `credential_process` may ask on the terminal. Raises
        HomeUnknown.
        """
        self.locations = Locations.from_environment(environ)
        self._files = SharedFiles(self.locations)
        self.clock = clock
        self._environ = environ
        self._monotonic = monotonic
        self._uptime = uptime
        self._sleep = sleep
        self._on_problem = on_problem
        self._has_terminal = has_terminal
        if settings is not None:
            self.settings = settings

    def build(self) -> Self:
        """Build all services now: for a program whose threads share them. Returns itself."""
        for name, attribute in vars(Services).items():
            if isinstance(attribute, cached_property):
                getattr(self, name)
        return self

    @cached_property
    def settings(self) -> SettingsService:
        from rolecall.services.base.settings import SettingsService

        return SettingsService.from_environment(self._environ)

    @cached_property
    def annotations(self) -> AnnotationsService:
        from rolecall.services.team.annotations import AnnotationsService

        return AnnotationsService(self.locations)

    @cached_property
    def team(self) -> TeamService:
        from rolecall.files.own.team_file import TeamFile
        from rolecall.services.team.team import TeamService

        files = TeamFile(self.locations.team, self.locations.state), self._files.config
        return TeamService(*files, self.settings, self.annotations, lambda: self._clients)

    @cached_property
    def sign_in(self) -> SignInService:
        from rolecall.services.sign_in.sign_in import SignInService

        files = *self._aws_files, self._files.sso_cache, self._renewal, self._files.inventory_cache
        return SignInService(*files, self.portals, self.clock, self._uptime)

    @cached_property
    def unsaved_roles(self) -> UnsavedRoles:
        from rolecall.services.inventory.unsaved_roles import UnsavedRoles

        return UnsavedRoles(self.sign_in, self.profiles, self.inventory)

    @cached_property
    def whoami(self) -> WhoamiService:
        from rolecall.services.identity.whoami import WhoamiService

        return WhoamiService(self._environ, self.verification)

    @cached_property
    def sign_ins(self) -> SignIns:
        from rolecall.services.sign_in.run import SignIns

        return SignIns(self.sign_in, self.console_login, self.settings, self.clock)

    @cached_property
    def portals(self) -> PortalsService:
        from rolecall.services.sign_in.portals import PortalsService

        return PortalsService(self._clients, self._files.config, self._environ, self.clock)

    @cached_property
    def inventory(self) -> InventoryService:
        from rolecall.services.inventory.inventory import InventoryService

        return InventoryService(
            self._clients,
            self._files.inventory_cache,
            self._renewal,
            self.clock,
            self._monotonic,
            lambda: self.settings.settings.refresh_age,
        )

    @cached_property
    def profiles(self) -> ProfilesService:
        from rolecall.services.profiles.profiles import ProfilesService

        return ProfilesService(*self._aws_files, self._environ, self.settings, self.annotations)

    @cached_property
    def session_edits(self) -> SessionEditsService:
        from rolecall.services.sign_in.session_edits import SessionEditsService

        return SessionEditsService(*self._aws_files)

    @cached_property
    def profile_edits(self) -> ProfileEditsService:
        from rolecall.services.profiles.profile_edits import ProfileEditsService

        return ProfileEditsService(self._files.config, self.profiles, self._environ)

    @cached_property
    def bulk(self) -> BulkService:
        from rolecall.services.profiles.bulk import BulkService

        return BulkService(self.profiles, self.annotations)

    @cached_property
    def verification(self) -> VerificationService:
        from rolecall.services.identity.verification import VerificationService

        return VerificationService(
            *self._aws_files, self._renewal, self.login_sessions, self._environ, self.clock
        )

    @cached_property
    def drift(self) -> DriftService:
        from rolecall.services.profiles.drift import DriftService

        return DriftService(*self._aws_files, self._files.inventory_cache)

    @cached_property
    def tokens(self) -> TokensService:
        from rolecall.services.tokens.tokens import TokensService

        kept = self._files
        files = *self._aws_files, kept.sso_cache, kept.cli_cache, kept.inventory_cache
        return TokensService(self._clients, *files, self._renewal)

    @cached_property
    def credentials(self) -> CredentialsService:
        from rolecall.services.credentials.credentials import CredentialsService

        return CredentialsService(
            self._clients,
            *self._aws_files,
            self._role_credentials,
            self.login_sessions,
            self.clock,
            has_terminal=self._has_terminal,
        )

    @cached_property
    def hand_outs(self) -> HandOuts:
        from rolecall.services.log.hand_outs import HandOuts

        return HandOuts(self._environ, self.clock)

    @cached_property
    def lends(self) -> Lends:
        from rolecall.services.lending.lends import Lends

        return Lends(self.locations.state, self.hand_outs, self.clock)

    def examine(self) -> Examination:
        """Return what is wrong with the AWS files, the caches and the settings."""
        from rolecall.services.config.doctor import examine

        return examine(self._environ)

    @cached_property
    def console_login(self) -> ConsoleLoginService:
        from rolecall.services.sign_in.console_login import ConsoleLoginService

        return ConsoleLoginService(
            self._clients,
            *self._aws_files,
            self._files.login_cache,
            self._environ,
            self.clock,
            self._uptime,
        )

    @cached_property
    def login_sessions(self) -> LoginSessions:
        from rolecall.services.tokens.login_sessions import LoginSessions

        return LoginSessions(
            self._clients,
            self._files.login_cache,
            self.refusals,
            self.clock,
            self._renewal.report,
            self._sleep,
        )

    @cached_property
    def login_sign_out(self) -> LoginSignOutService:
        from rolecall.services.tokens.login_sign_out import LoginSignOutService

        files = *self._aws_files, self._files.login_cache, self._files.cli_cache
        return LoginSignOutService(*files, self.refusals)

    @cached_property
    def runs(self) -> RunsService:
        from rolecall.files.own.command_history import CommandHistory
        from rolecall.files.own.run_records import RunRecords
        from rolecall.services.runs.run_rows import RunsService

        return RunsService(
            self.credentials,
            self.inventory,
            self.profiles,
            self.hand_outs,
            self._environ,
            self._monotonic,
            CommandHistory(self.locations.state),
            RunRecords(self.locations.state),
            self.clock,
        )

    @cached_property
    def actions(self) -> ActionsService:
        from rolecall.services.runs.actions import ActionsService

        return ActionsService(self.runs, self.annotations)

    @cached_property
    def stored_credentials(self) -> StoredCredentialsService:
        from rolecall.services.credentials.stored_credentials import StoredCredentialsService

        return StoredCredentialsService(*self._aws_files, self.clock)

    @cached_property
    def expiries(self) -> ExpiriesService:
        from rolecall.services.tokens.expiries import ExpiriesService

        kept = self._files
        files = *self._aws_files, kept.sso_cache, kept.cli_cache, kept.login_cache
        return ExpiriesService(*files, kept.inventory_cache, self._renewal)

    @property
    def refusals(self) -> Refusals:
        return self._files.refusals

    @cached_property
    def token_keeper(self) -> TokenKeeper:
        from rolecall.services.tokens.token_keeper import TokenKeeper

        watched = self.settings.files
        return TokenKeeper(self.expiries, self._renewal, self.clock, self._monotonic, watched)

    @cached_property
    def expiry_warnings(self) -> ExpiryWarnings:
        from rolecall.services.tokens.expiry_warnings import ExpiryWarnings

        return ExpiryWarnings(self.locations.state)

    @cached_property
    def undo(self) -> UndoService:
        from rolecall.services.config.undo import UndoService

        return UndoService(self.locations.state, self.clock)

    @property
    def clock_skew(self) -> timedelta:
        """AWS's time minus that of this machine; zero if it is less than two minutes or unknown."""
        return self._clients.clock_skew.difference

    # --- what the services are built from

    @cached_property
    def _renewal(self) -> Renewal:
        from rolecall.services.tokens.renewal import Renewal

        files = self._files.sso_cache, self.refusals
        return Renewal(self._clients, *files, self.clock, self._sleep, self._on_problem)

    @cached_property
    def _role_credentials(self) -> RoleCredentialsService:
        from rolecall.services.base.own_program import role_options
        from rolecall.services.credentials.role_credentials import RoleCredentialsService

        return RoleCredentialsService(
            self._clients,
            self._files.cli_cache,
            self._renewal,
            self.clock,
            default_options=lambda: role_options(self.settings.settings, self._environ),
        )

    @cached_property
    def _clients(self) -> Clients:
        from rolecall.aws.session import Clients
        from rolecall.domain.switching.variables import profile_of

        def settings() -> ClientSettings:
            """Return those for calls that are made for no profile: those of the current one."""
            name = profile_of(self._environ) or "default"
            return self._files.config.client_settings_of(name, self._files.credentials)

        return Clients(self._environ, settings, self.clock)

    @property
    def _aws_files(self) -> tuple[ConfigFile, CredentialsFile]:
        return self._files.config, self._files.credentials

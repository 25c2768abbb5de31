"""All services, built once. Building them imports no boto3 and reads no file but the settings."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from rolecall.aws.session import Clients
from rolecall.domain.errors import TokenNotSaved
from rolecall.files.cli_cache import CliCache
from rolecall.files.config_file import ConfigFile
from rolecall.files.credentials_file import CredentialsFile
from rolecall.files.inventory import InventoryCache
from rolecall.files.locations import Locations
from rolecall.files.sso_cache import SsoCache
from rolecall.services.browser_sign_in import BrowserSignInService
from rolecall.services.bulk import BulkService
from rolecall.services.clock import utc_now
from rolecall.services.credentials import CredentialsService
from rolecall.services.drift import DriftService
from rolecall.services.expiries import ExpiriesService
from rolecall.services.inventory.service import InventoryService
from rolecall.services.profile_changes import ProfileChanges
from rolecall.services.profiles import ProfilesService
from rolecall.services.renewal import Renewal
from rolecall.services.role_credentials import RoleCredentialsService
from rolecall.services.settings import SettingsService
from rolecall.services.sign_in import SignInService
from rolecall.services.stored_credentials import StoredCredentialsService
from rolecall.services.token_keeper import TokenKeeper
from rolecall.services.tokens import TokensService
from rolecall.services.undo import UndoService
from rolecall.services.verification import VerificationService


@dataclass(frozen=True, slots=True)
class Services:
    """The services, and the clock that they share (it returns an aware UTC datetime)."""

    locations: Locations
    clock: Callable[[], datetime]
    sign_in: SignInService
    browser_sign_in: BrowserSignInService
    inventory: InventoryService
    profiles: ProfilesService
    profile_changes: ProfileChanges
    verification: VerificationService
    drift: DriftService
    tokens: TokensService
    credentials: CredentialsService
    stored_credentials: StoredCredentialsService
    expiries: ExpiriesService
    token_keeper: TokenKeeper
    undo: UndoService
    settings: SettingsService

    @property
    def bulk(self) -> BulkService:
        return BulkService(self.profiles)

    @classmethod
    def from_environment(
        cls,
        environ: Mapping[str, str],
        clock: Callable[[], datetime] = utc_now,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        settings: SettingsService | None = None,
        *,
        on_unsaved: Callable[[TokenNotSaved], None] | None = None,
    ) -> Self:
        """Build the services. `monotonic` and `sleep` are in seconds.

        `settings` are used if they have been read already. `on_unsaved` is called when a renewed
        token cannot be saved. Raises HomeUnknown.
        """
        locations = Locations.from_environment(environ)
        clients = Clients(environ)
        config = ConfigFile(locations.config, locations.state)
        credentials = CredentialsFile(locations.credentials, locations.state)
        cache = SsoCache(locations.sso_cache, locations.state)
        cli_cache = CliCache(locations.cli_cache, locations.state)
        inventory = InventoryCache(locations.cache, locations.state)
        renewal = Renewal(clients, cache, clock, sleep, on_unsaved)
        roles = RoleCredentialsService(clients, cli_cache, renewal, clock)
        expiries = ExpiriesService(config, credentials, cache, cli_cache, inventory, renewal)
        settings = settings or SettingsService.from_environment(environ)
        profiles = ProfilesService(config, credentials, environ, settings)
        return cls(
            locations=locations,
            clock=clock,
            browser_sign_in=BrowserSignInService(clients, cache, clock, monotonic),
            sign_in=SignInService(clients, config, cache, renewal, clock, monotonic),
            inventory=InventoryService(
                clients,
                inventory,
                renewal,
                clock,
                monotonic,
                refresh_age=lambda: settings.settings.refresh_age,
            ),
            profiles=profiles,
            profile_changes=ProfileChanges(config, profiles, environ),
            verification=VerificationService(config, renewal, environ, clock),
            drift=DriftService(config, inventory),
            stored_credentials=StoredCredentialsService(config, credentials, clock),
            tokens=TokensService(clients, config, cache, cli_cache, inventory, renewal),
            credentials=CredentialsService(clients, config, credentials, roles, clock),
            expiries=expiries,
            token_keeper=TokenKeeper(expiries, renewal, clock, monotonic),
            undo=UndoService(locations.state, clock),
            settings=settings,
        )

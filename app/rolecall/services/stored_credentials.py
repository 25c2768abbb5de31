"""Short-term keys in ~/.aws/credentials: put there for tools that read nothing else, taken out when
they have ended.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from rolecall.domain.credential_formats import Export
from rolecall.domain.errors import NoCredentials
from rolecall.domain.model import RoleCredentials
from rolecall.domain.text import original, safe
from rolecall.files.change import Change
from rolecall.files.config_file import ConfigFile
from rolecall.files.credentials_file import CredentialsFile, DeleteKeys, StoredKeys, StoreKeys
from rolecall.files.locations import Locations
from rolecall.services.clock import utc_now
from rolecall.services.credentials import CredentialsProblem

__all__ = ("Change", "StoredCredentialsService", "StoredKeys")


@dataclass(frozen=True, slots=True)
class StoredCredentialsService:
    """`clock` gives an aware UTC datetime. All raises FileError."""

    config: ConfigFile
    credentials: CredentialsFile
    clock: Callable[[], datetime]

    @classmethod
    def from_environment(
        cls, environ: Mapping[str, str], clock: Callable[[], datetime] = utc_now
    ) -> Self:
        """Raises HomeUnknown."""
        locations = Locations.from_environment(environ)
        return cls(
            ConfigFile(locations.config, locations.state),
            CredentialsFile(locations.credentials, locations.state),
            clock,
        )

    def plan_store(self, exported: Export) -> Change:
        """What writing them under `exported.name`, or over those there, would write.

        Raises NoCredentials where they never end, EditRefused where the name is an SSO profile's.
        """
        if not isinstance(exported.credentials, RoleCredentials):
            raise NoCredentials(safe(exported.name), CredentialsProblem.LONG_LIVED)
        profiles = self.config.read().profiles
        taken = {original(profile.name) for profile in profiles if profile.is_sso}
        edit = StoreKeys(exported.name, exported.credentials, exported.region, taken)
        return self.credentials.plan([edit])

    def dead(self) -> list[StoredKeys]:
        """The short-term keys that have ended."""
        now = self.clock()
        return [
            keys
            for keys in self.credentials.read()
            if keys.is_short_term and keys.expires_at is not None and keys.expires_at <= now
        ]

    def plan_clean(self, dead: list[StoredKeys]) -> Change:
        return self.credentials.plan([DeleteKeys(original(keys.name)) for keys in dead])

    def commit(self, change: Change) -> None:
        self.credentials.commit(change)

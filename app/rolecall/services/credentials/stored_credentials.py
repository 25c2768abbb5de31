"""Short-term keys in ~/.aws/credentials: stored for tools that read only this file, and deleted
after they have expired.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from rolecall.domain.config.file_change import Change
from rolecall.domain.credentials.credential_formats import Export
from rolecall.domain.errors import NoCredentials
from rolecall.domain.model import RoleCredentials
from rolecall.domain.records import dataclass
from rolecall.domain.text import original, safe
from rolecall.files.aws_config.config_file import ConfigFile
from rolecall.files.aws_config.credentials_file import (
    CredentialsFile,
    DeleteKeys,
    StoredKeys,
    StoreKeys,
)
from rolecall.services.credentials.credentials import CredentialsProblem


@dataclass(frozen=True, slots=True)
class StoredCredentialsService:
    """Stores and deletes keys. All methods raise FileError.

    `clock` returns an aware UTC datetime.
    """

    config: ConfigFile
    credentials: CredentialsFile
    clock: Callable[[], datetime]

    def plan_store(self, exported: Export) -> Change:
        """Plan to store credentials in the section `exported.name`, which may exist.

        Raises NoCredentials if they never expire, or nobody knows when, EditRefused if an SSO
        profile has the name.
        """
        if not isinstance(exported.credentials, RoleCredentials):
            problem = CredentialsProblem.UNKNOWN_EXPIRY
            if exported.credentials.session_token is None:
                problem = CredentialsProblem.LONG_LIVED
            raise NoCredentials(safe(exported.name), problem)
        profiles = self.config.read_with(self.credentials).profiles
        taken = {original(profile.name) for profile in profiles if profile.is_sso}
        edit = StoreKeys(exported.name, exported.credentials, exported.region, taken)
        return self.credentials.plan([edit])

    def expired(self) -> list[StoredKeys]:
        """Return the short-term credentials that have expired."""
        now = self.clock()
        return [
            keys
            for keys in self.credentials.read()
            if keys.is_short_term and keys.expires_at is not None and keys.expires_at <= now
        ]

    def plan_clean(self, expired: list[StoredKeys]) -> Change:
        """Return the plan to delete expired keys."""
        return self.credentials.plan([DeleteKeys(original(keys.name)) for keys in expired])

    def commit(self, change: Change) -> None:
        self.credentials.commit(change)

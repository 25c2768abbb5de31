"""Drift: the profiles in ~/.aws/config, as clients read them, against what AWS lists."""

from __future__ import annotations

from rolecall.domain.config.config import Config
from rolecall.domain.inventory import drift
from rolecall.domain.inventory.drift import Drift
from rolecall.domain.model import Profile, SsoSession
from rolecall.domain.records import dataclass, replace
from rolecall.files.aws_config.config_file import ConfigFile
from rolecall.files.aws_config.credentials_file import CredentialsFile
from rolecall.files.inventory.inventory import InventoryCache


@dataclass(frozen=True, slots=True)
class DriftOverview:
    """The drift of each session in the file, and the profiles whose session is not in the file."""

    sessions: tuple[tuple[SsoSession, Drift], ...] = ()
    without_session: tuple[Profile, ...] = ()


@dataclass(frozen=True, slots=True)
class DriftService:
    """Compares profiles with the cached inventory. AWS is not asked."""

    config: ConfigFile
    credentials: CredentialsFile
    cache: InventoryCache

    def compare(self, session: SsoSession) -> Drift:
        """Return the drift of one session. Raises FileUnreadable, FileMalformed."""
        return self._compare(self._read(), session)

    def compare_all(self) -> DriftOverview:
        """Return the drift of all sessions. Raises FileUnreadable, FileMalformed."""
        config = self._read()
        return DriftOverview(
            tuple((session, self._compare(config, session)) for session in config.sso_sessions),
            drift.without_session(config.profiles, config.session_values),
        )

    def _read(self) -> Config:
        """Return the profiles that rolecall can change."""
        both = self.config.read_with(self.credentials)
        profiles = tuple(each for each in both.profiles if not each.only_in_credentials)
        return replace(both, profiles=profiles)

    def _compare(self, config: Config, session: SsoSession) -> Drift:
        # Read this first: a crawl that finishes in the meantime must not look older than it is.
        stored = self.cache.stored(session)
        known = self.cache.known(session)
        return drift.compare(
            session,
            config.profiles,
            catalogue=self.cache.catalogue(session),
            seen={id_ for id_, each in known.items() if each.crawl >= stored.complete},
            complete_at=stored.complete_at,
        )

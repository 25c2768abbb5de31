"""Keeping profiles in step with what one may do."""

from __future__ import annotations

from dataclasses import dataclass

from rolecall.domain import drift
from rolecall.domain.drift import Drift
from rolecall.domain.model import Profile, SsoSession
from rolecall.files.config_file import Config, ConfigFile
from rolecall.files.inventory import InventoryCache


@dataclass(frozen=True, slots=True)
class DriftOverview:
    """Of each session in the file how its profiles stand, and the profiles of sessions that are
    not in it (any more).
    """

    sessions: tuple[tuple[SsoSession, Drift], ...] = ()
    orphans: tuple[Profile, ...] = ()


@dataclass(frozen=True, slots=True)
class DriftService:
    config: ConfigFile
    cache: InventoryCache

    def compare(self, session: SsoSession) -> Drift:
        """From the file and the cache; AWS is not asked. Raises FileUnreadable, FileMalformed."""
        return self._compare(self.config.read(), session)

    def compare_all(self) -> DriftOverview:
        """Raises FileUnreadable, FileMalformed."""
        config = self.config.read()
        return DriftOverview(
            tuple((session, self._compare(config, session)) for session in config.sso_sessions),
            drift.orphans(config.profiles, config.session_names),
        )

    def _compare(self, config: Config, session: SsoSession) -> Drift:
        # First, so that a listing that ends meanwhile is not taken for older than it is.
        stored = self.cache.stored(session)
        known = self.cache.known(session)
        return drift.compare(
            session,
            config.profiles,
            catalogue=self.cache.catalogue(session),
            seen={id_ for id_, each in known.items() if each.crawl >= stored.complete},
            complete_at=stored.complete_at,
        )

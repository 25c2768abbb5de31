"""Keeping profiles in step with what one may do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rolecall.domain import in_step
from rolecall.domain.in_step import InStep
from rolecall.domain.model import Profile, SsoSession
from rolecall.domain.text import original
from rolecall.files.change import Change
from rolecall.files.config_file import ConfigFile, DeleteProfile
from rolecall.files.inventory import InventoryCache

__all__ = ("Change", "InStep", "InStepService", "prune_edits")


@dataclass(frozen=True, slots=True)
class InStepService:
    config: ConfigFile
    cache: InventoryCache

    def look(self, session: SsoSession) -> InStep:
        """From the file and the cache; AWS is not asked. Raises FileUnreadable, FileMalformed."""
        config = self.config.read()
        # First, so that a listing that ends meanwhile is not taken for older than it is.
        stored = self.cache.stored(session)
        known = self.cache.known(session)
        return in_step.compare(
            session,
            config.profiles,
            config.session_names,
            catalogue=self.cache.catalogue(session),
            seen={id_ for id_, each in known.items() if each.crawl >= stored.complete},
            complete_at=stored.complete_at,
        )

    def plan_prune(self, profiles: Iterable[Profile]) -> Change:
        """What deleting them would write. Raises FileError."""
        return self.config.plan(prune_edits(profiles))

    def prune(self, change: Change) -> None:
        """Raises FileError; FileChanged where one of the profiles has changed since."""
        self.config.commit(change)


def prune_edits(profiles: Iterable[Profile]) -> list[DeleteProfile]:
    """For a plan that does more than prune."""
    return [DeleteProfile(original(each.name)) for each in profiles]

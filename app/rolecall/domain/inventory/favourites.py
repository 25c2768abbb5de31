"""The user's favourites, and when each permission set was last used."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from rolecall.domain.records import dataclass, field

FAVOURITE: Final = 1e12  # added to the boost of a favourite; more than any time


@dataclass(frozen=True, slots=True)
class Favourites:
    """Favourites and recent uses, by account ID and permission set; '' is the account itself."""

    favourites: frozenset[tuple[str, str]] = frozenset()
    used_at: Mapping[tuple[str, str], datetime] = field(default_factory=dict)

    def boosts(self) -> dict[tuple[str, str], float]:
        """Return sort keys by account ID and permission set: favourites are highest, then the last
        used, by the seconds since the epoch.

        An account (permission set '') counts as used when one of its permission sets was used.
        """
        boosts: dict[tuple[str, str], float] = {}
        for (id_, permission_set), at in self.used_at.items():
            boosts[id_, permission_set] = at.timestamp()
            boosts[id_, ""] = max(boosts.get((id_, ""), 0.0), at.timestamp())
        return boosts | {key: FAVOURITE + boosts.get(key, 0.0) for key in self.favourites}

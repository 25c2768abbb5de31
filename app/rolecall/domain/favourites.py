"""What the user has marked as a favourite, and what was used when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

_FAVOURITE: Final = 1e12  # more than any moment in seconds


@dataclass(frozen=True, slots=True)
class Favourites:
    """Favourites and recent uses, by account id and permission set; '' is the account itself."""

    favourites: frozenset[tuple[str, str]] = frozenset()
    used_at: Mapping[tuple[str, str], datetime] = field(default_factory=dict)

    def boosts(self) -> dict[tuple[str, str], float]:
        """By account id and permission set: favourites before all, then what was used last.

        An account, which has '' for its permission set, was used when one of its sets was.
        """
        boosts: dict[tuple[str, str], float] = {}
        for (id_, permission_set), at in self.used_at.items():
            boosts[id_, permission_set] = at.timestamp()
            boosts[id_, ""] = max(boosts.get((id_, ""), 0.0), at.timestamp())
        return boosts | {key: _FAVOURITE + boosts.get(key, 0.0) for key in self.favourites}

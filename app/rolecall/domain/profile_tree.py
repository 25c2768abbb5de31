"""Profiles below their source profiles."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from rolecall.domain.model import Profile


def in_tree(profiles: Iterable[Profile]) -> list[tuple[Profile, int]]:
    """Return each profile with its depth. A profile follows its source; otherwise the order is
    kept.

    A profile has depth 0 if its source is missing, is itself, or leads back to it.
    """
    kept = {profile.name: profile for profile in profiles}
    below: dict[str, list[Profile]] = defaultdict(list)
    roots = []
    for profile in kept.values():
        source = profile.source
        if source is None or source not in kept or _leads_back(profile, kept):
            roots.append(profile)
        else:
            below[source].append(profile)
    found: list[tuple[Profile, int]] = []
    open_ = [(profile, 0) for profile in reversed(roots)]
    while open_:
        profile, depth = open_.pop()
        found.append((profile, depth))
        open_ += [(each, depth + 1) for each in reversed(below[profile.name])]
    return found


def _leads_back(profile: Profile, kept: dict[str, Profile]) -> bool:
    seen = set()
    at: Profile | None = profile
    while at is not None and at.source is not None and at.name not in seen:
        seen.add(at.name)
        at = kept.get(at.source)
    return at is not None and at.name == profile.name and at.name in seen

"""Profiles and their source profiles."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable

from rolecall.domain.config.profile_process import used_profile
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


def dependents(names: Collection[str], profiles: Iterable[Profile]) -> list[Profile]:
    """Return the other profiles that get their credentials through one of these, however many
    profiles are in between.
    """
    sources = {profile.name: profile for profile in profiles}
    below: dict[str, list[str]] = defaultdict(list)
    for profile in sources.values():
        if (used := used_profile(profile)) is not None:
            below[used].append(profile.name)
    found, open_ = set(names), list(names)
    while open_:
        new = [name for name in below[open_.pop()] if name not in found]
        found.update(new)
        open_ += new
    return [each for each in sources.values() if each.name in found and each.name not in names]


def _leads_back(profile: Profile, kept: dict[str, Profile]) -> bool:
    seen = set()
    at: Profile | None = profile
    while at is not None and at.source is not None and at.name not in seen:
        seen.add(at.name)
        at = kept.get(at.source)
    return at is not None and at.name == profile.name and at.name in seen

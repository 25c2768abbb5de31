"""Where the credentials of a role come from: the profiles between it and its base."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from rolecall.domain.profile_kind import has_static_keys

if TYPE_CHECKING:
    from rolecall.domain.model import Profile


def chain_of(profile: Profile, by_name: Mapping[str, Profile]) -> list[Profile]:
    """Return the profile and its chain of sources. The last one has the credentials.

    A source with its own keys ends a chain (`botocore.credentials.AssumeRoleProvider`).
    """
    found = [profile]
    while (source := found[-1].source_in(by_name)) is not None and source not in found:
        found.append(source)
        if has_static_keys(source.settings):
            break
    return found

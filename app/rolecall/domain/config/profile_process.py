"""A `credential_process` that gets the credentials of another profile through rolecall."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rolecall.domain.model import Profile

# The name is not in quotes: a new name needs none, and the other words stay as they are.
_PROCESS: Final = re.compile(
    r"((?:\S*/)?rolecall\s+credential-process\s+(?:--profile(?:\s+|=))?)"
    r"([^\s'\"\\$-][^\s'\"\\$]*)((?:\s.*)?)"
)


def renamed_process(value: str, names: Mapping[str, str]) -> str | None:
    """Return the value with the new name (old → new) of the profile in it; None if none is."""
    found = _PROCESS.fullmatch(value)
    if found is None or found[2] not in names:
        return None
    return f"{found[1]}{names[found[2]]}{found[3]}"


def is_process(value: str) -> bool:
    """Return whether the value is rolecall's for a profile, and has no words after its name."""
    found = _PROCESS.fullmatch(value)
    return found is not None and not found[3].strip()


def used_profile(profile: Profile) -> str | None:
    """Return the name of the profile that this one gets its credentials through, or None."""
    if profile.source is not None:
        return profile.source
    found = _PROCESS.fullmatch(profile.settings.get("credential_process", ""))
    return found[2] if found else None

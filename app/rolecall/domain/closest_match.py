"""The known name that a mistyped name is closest to."""

from __future__ import annotations

from collections.abc import Iterable


def closest_match(name: str, known: Iterable[str]) -> str:
    """Return the most similar known name; empty if none is similar."""
    return next(iter(close_matches(name, known)), "")


def close_matches(name: str, known: Iterable[str]) -> list[str]:
    """Return up to three similar names, the most similar first."""
    from difflib import get_close_matches  # late: it is rarely needed

    return get_close_matches(name, list(known))

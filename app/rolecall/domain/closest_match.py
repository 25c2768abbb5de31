"""What was perhaps meant by a name that is not there."""

from __future__ import annotations

from collections.abc import Iterable


def nearest(name: str, known: Iterable[str]) -> str:
    """The likeliest of those known; empty where none is like it."""
    return next(iter(alike(name, known)), "")


def alike(name: str, known: Iterable[str]) -> list[str]:
    """Up to three, the likeliest first."""
    from difflib import get_close_matches  # late: who makes no mistake needs none

    return get_close_matches(name, list(known))

"""The known name that a mistyped name is closest to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

_AT_MOST: Final = 3


def closest_match(name: str, known: Iterable[str]) -> str:
    """Return the most similar known name; empty if none is similar."""
    return next(iter(close_matches(name, known)), "")


def close_matches(name: str, known: Iterable[str]) -> list[str]:
    """Return up to three similar names, the most similar first: those with one typing error."""
    from difflib import get_close_matches  # late: it is rarely needed

    names = list(known)
    slips = [each for each in names if one_edit_apart(name, each)]
    return list(dict.fromkeys([*slips, *get_close_matches(name, names)]))[:_AT_MOST]


def one_edit_apart(one: str, other: str) -> bool:
    """Return whether the texts differ by one letter added, removed or changed, or two swapped."""
    if abs(len(one) - len(other)) > 1:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    rest, other_rest = one[start:], other[start:]
    return (
        rest[1:] == other_rest[1:]
        or rest[1:] == other_rest
        or rest == other_rest[1:]
        or (rest[:2] == other_rest[:2][::-1] and rest[2:] == other_rest[2:])
    )

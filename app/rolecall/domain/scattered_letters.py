"""Rows that have the letters of a word in one field, in order, with others between."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import compress

from rolecall.domain.folding import PROSE, SearchIndex

# Up to this length, a row is searched from each of the first letters in it. That is faster, but its
# time grows with the square of the length.
_SHORT = 600
_MOST_MEASURED = 2_000


def rows_with(fields: Sequence[str], within: Sequence[int] | None, form: str) -> list[int]:
    """Return the rows within (of all, if None) that have the letters of `form`, by index."""
    rows = range(len(fields)) if within is None else within
    texts = fields if within is None else [fields[i] for i in within]
    if any(PROSE in text for text in texts):
        texts = [text.partition(PROSE)[0] for text in texts]
    search, match = _anywhere(form).search, _from_start(form).match
    if max(map(len, texts), default=0) <= _SHORT:
        return list(compress(rows, map(search, texts)))
    pairs = zip(rows, texts, strict=True)
    return [i for i, text in pairs if (search if len(text) <= _SHORT else match)(text)]


def closest_first(index: SearchIndex, rows: list[int], forms: Sequence[str]) -> list[int]:
    """Sort rows by the number of letters between those of the forms, fewest first, unless there are
    many.
    """
    if len(rows) > _MOST_MEASURED:
        return rows
    patterns = [_from_start(form) for form in forms]

    def spread(i: int) -> int:
        matches = (pattern.match(index.fields[i]) for pattern in patterns)
        return sum(len(match[1]) for match in matches if match)

    return sorted(rows, key=spread)


def _letters(form: str) -> str:
    """Return a pattern from the first letter to the last, within one line."""
    first, *more = map(re.escape, form)
    return first + "".join(f"[^\n{letter}]*+{letter}" for letter in more)


@lru_cache(maxsize=64)
def _anywhere(form: str) -> re.Pattern[str]:
    return re.compile(_letters(form))


@lru_cache(maxsize=64)
def _from_start(form: str) -> re.Pattern[str]:
    """Return a pattern for the fields of one row; group 1 has the letters and those between. It is
    possessive, so each field is read once.
    """
    return re.compile(f"(?:[^\n]*+\n)*?[^\n{re.escape(form[0])}]*+({_letters(form)})")

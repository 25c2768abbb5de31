"""Where the words of a query are in a displayed text: what is highlighted."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from rolecall.domain.search.folding import DASHED_ID, MARKS, fold, pieces

if TYPE_CHECKING:
    from rolecall.domain.search.query_word import QueryWord


class FoldedText:
    """A text folded piece by piece. `at[i]` is the start of the piece that produced folded letter
    i; `ends` maps the start of a piece to its end. `bare` is `folded` without accents; `bare_at` is
    the position in `folded` of each of its letters.
    """

    __slots__ = ("at", "bare", "bare_at", "ends", "folded")

    def __init__(self, text: str) -> None:
        self.at: Sequence[int] = range(len(text))
        self.ends: Sequence[int] | dict[int, int] = range(1, len(text) + 1)
        self.folded = text.lower()
        if not text.isascii():
            self._fold(text)
        self.bare, self.bare_at = _without(MARKS, self.folded)

    def _fold(self, text: str) -> None:
        folded: list[str] = []
        self.at, self.ends = at, ends = [], {}
        for start, end in pieces(text):
            piece = fold(text[start:end])
            folded.append(piece)
            at.extend([start] * len(piece))
            ends[start] = end
        self.folded = "".join(folded)

    def spans(self, words: Iterable[QueryWord], scattered: bool) -> list[tuple[int, int]]:
        """Return (start, end) in characters of the displayed text, in order, not overlapping. For
        each word it is the first place at the start of a word, else the first place.
        """
        return _merged([span for word in words for span in self._find(word, scattered)])

    def _find(self, word: QueryWord, scattered: bool) -> list[tuple[int, int]]:
        if scattered:
            letters = _letter_positions(self.folded, word.forms[-1])
            return [self._span(i, i + 1) for i in letters]
        if word.accented is not None:
            match = word.accented.search(self.folded)
            return [self._span(*match.span())] if match else []
        for form in word.forms:
            if (start := _best_place(self.bare, form)) >= 0:
                return [self._bare_span(start, len(form))]
        return self._find_in_dashed_id(word.forms[-1])

    def _find_in_dashed_id(self, digits: str) -> list[tuple[int, int]]:
        if not digits.isdigit() or not (match := DASHED_ID.search(self.bare)):
            return []
        start = match.group().replace("-", "").find(digits)
        if start < 0:
            return []
        first, last = (match.start() + i + i // 4 for i in (start, start + len(digits) - 1))
        return [self._bare_span(first, last + 1 - first)]

    def _bare_span(self, start: int, length: int) -> tuple[int, int]:
        return self._span(self.bare_at[start], self.bare_at[start + length - 1] + 1)

    def _span(self, start: int, end: int) -> tuple[int, int]:
        """Convert positions in the folded text to whole pieces of the displayed text."""
        return self.at[start], self.ends[self.at[end - 1]]


def _without(dropped: re.Pattern[str], text: str) -> tuple[str, Sequence[int]]:
    """Return the text without some characters, and the old positions of the remaining ones."""
    if text.isascii() or not dropped.search(text):
        return text, range(len(text))
    kept = [i for i, letter in enumerate(text) if not dropped.match(letter)]
    return "".join(text[i] for i in kept), kept


def _best_place(text: str, form: str) -> int:
    first = at = text.find(form)
    while at > 0 and text[at - 1].isalnum():
        at = text.find(form, at + 1)
    return first if at < 0 else at


def _letter_positions(text: str, letters: str) -> list[int]:
    """Return the positions of the letters, in order; empty if one is missing."""
    places: list[int] = []
    at = -1
    for letter in letters:
        at = text.find(letter, at + 1)
        if at < 0:
            return []
        places.append(at)
    return places


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged

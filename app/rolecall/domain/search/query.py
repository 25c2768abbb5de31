"""Search queries: words, IDs, ARNs and links; which rows match, and in what order.

A query is words in any order. A row matches if its fields contain every word. Letters are compared
after NFKC and case folding, and without accents unless the query has accents. An account ID may
have dashes. A pasted role ARN or portal link means its account and permission set. `group:NAME`
means the accounts of a group.

The search is a few passes of `str.__contains__`, which handle 50,000 rows within a key press; each
row is folded once, into `folding.SearchIndex`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import unquote

from rolecall.domain.arns import ACCOUNT_ID, ANY_PARTITION, RESERVED_ROLE
from rolecall.domain.records import NamedTuple
from rolecall.domain.search.folding import SearchIndex, fold, plain
from rolecall.domain.search.highlights import FoldedText
from rolecall.domain.search.query_word import QueryWord, rows_within
from rolecall.domain.search.scattered_letters import closest_first, rows_with

_MOST_WORDS = 32
_MOST_RANKED = 10_000  # with more matches, users type on instead of reading the first
_LONGEST_SCATTERED = 64

# Patterns are strings, so that importing this module does not compile them; `re` caches them.
_ROLE_ARN = rf"(?i){ANY_PARTITION}:(?:iam|sts)::({ACCOUNT_ID}):"
_ROLE_NAME = rf"(?i){RESERVED_ROLE}(?:[0-9a-f]{{16}}(?![0-9a-z_])|\*)"
_LINK_ACCOUNT = rf"(?i)https?://\S*[?&]account_id=({ACCOUNT_ID})(?!\d)"
_LINK_ROLE = r"(?i)[?&]role_name=([^&\s]+)"
_OWN_ROLE = r"(?i):iam::[^:\s]+:(role/[\w+=,.@/-]+)"


class Selection(NamedTuple):
    """Matching rows by index, best first. `scattered`: they match only as scattered letters."""

    query: Query
    rows: list[int]
    scattered: bool = False


class Query(NamedTuple):
    """What was typed, as the words that a row must match."""

    words: tuple[QueryWord, ...] = ()

    @classmethod
    def parse(cls, text: str) -> Query:
        """Return the parsed query."""
        words: dict[QueryWord, None] = {}
        for token in text.split():
            words.update(dict.fromkeys(_words_of(token)))
            if len(words) >= _MOST_WORDS:
                break
        return cls(tuple(words)[:_MOST_WORDS])

    @property
    def is_empty(self) -> bool:
        return not self.words

    def narrows(self, previous: Query) -> bool:
        """Return whether all matches of this query are among those of the previous one."""
        if any(word.preferred for word in (*self.words, *previous.words)):
            return self == previous
        return all(any(old.implied_by(new) for new in self.words) for old in previous.words)

    def select(
        self,
        index: SearchIndex,
        previous: Selection | None = None,
        boosts: Mapping[int, float] | None = None,
    ) -> Selection:
        """Return the rows that contain every word, the best first, as `QueryWord.costs` says, and
        equally good ones in the given order. If there are none, return the rows that have the
        letters of every word in one field, in order, with others between; fewer letters between
        come first.

        `previous` is the last selection from the same rows. Among equally good matches, rows in
        `boosts` come first, the highest boost on top.
        """
        if self.is_empty:
            return Selection(self, list(range(len(index.fields))))
        within: list[int] | None = None
        scattered = False
        if previous is not None and not previous.query.is_empty and self.narrows(previous.query):
            scattered = previous.scattered
            # Scanning all rows is faster than scanning most of them by index.
            if scattered or 2 * len(previous.rows) < len(index.fields):
                within = sorted(previous.rows)
        if scattered:
            rows = self._scattered(index, within)
            return Selection(self, _boosted_first(rows, boosts), scattered)
        if rows := self._whole(index, within):
            return Selection(self, self._ranked(index, rows, boosts))
        return Selection(self, _boosted_first(self._scattered(index, None), boosts), scattered=True)

    def best_matches_only(self, index: SearchIndex) -> Selection:
        """Return the rows with whole words, or else with starts of words, or else with the words
        inside others, in the given order; scattered letters only as a last resort.
        """
        if self.is_empty:
            return self.select(index)
        rows = self._whole(index, None)
        starts = [word.start for word in self.words]
        for end in (" ", ""):
            found = [i for i in rows if all(start + end in index.words[i] for start in starts)]
            if found:
                return Selection(self, found)
        if rows:
            return Selection(self, rows)
        return Selection(self, self._scattered(index, None), scattered=True)

    def in_whole_words(self, index: SearchIndex) -> Selection:
        """Return the rows of `select` that have all words as whole words, in the given order."""
        if self.is_empty:
            return self.select(index)

        def is_whole(i: int) -> bool:
            fields, words = index.fields[i], index.words[i]
            return all(word.is_whole(fields, words) for word in self.words)

        return Selection(self, list(filter(is_whole, self._whole(index, None))))

    def candidates(self, fields: Sequence[str], *, scattered: bool) -> list[int]:
        """Return the texts, by index, that may have matching rows in them.

        A text has the folded fields of several rows, one per line. `scattered` also returns those
        with only the letters of the words, in one field, in order.
        """
        if scattered:
            return sorted(self._scattered(SearchIndex(list(fields)), None))
        rows: list[int] | None = None
        for word in self.words:
            if not word.preferred:  # a group, too: which of them counts, only all rows say
                kept = {
                    i for form in word.forms for i, row in rows_within(fields, rows) if form in row
                }
                rows = sorted(kept)
        return list(range(len(fields))) if rows is None else rows

    def without_words_in(self, texts: Iterable[str], scattered: bool = False) -> Query:
        """Return the query without the words that one of the texts contains."""
        seen = list(texts)
        found = (any(Query((word,)).spans(text, scattered) for text in seen) for word in self.words)
        return Query(
            tuple(w for w, is_there in zip(self.words, found, strict=True) if not is_there)
        )

    def spans(self, text: str, scattered: bool = False) -> list[tuple[int, int]]:
        """Return where the words are in a displayed text: (start, end) in characters, in order, not
        overlapping. For each word it is the first place at the start of a word, else the first
        place.
        """
        if self.is_empty or not text:
            return []
        return FoldedText(text).spans(self.words, scattered)

    def _whole(self, index: SearchIndex, within: list[int] | None) -> list[int]:
        rows = within
        for word in self.words:
            kept = word.select(index.fields, rows)
            if kept or not word.preferred:
                rows = kept
        return rows or []

    def _ranked(
        self, index: SearchIndex, rows: list[int], boosts: Mapping[int, float] | None
    ) -> list[int]:
        rows = _boosted_first(rows, boosts)
        if len(rows) > _MOST_RANKED:
            return rows
        first, *others = (word.costs(index, rows) for word in self.words)
        costs = list(map(sum, zip(first, *others, strict=True))) if others else first
        return [rows[at] for at in sorted(range(len(rows)), key=costs.__getitem__)]

    def _scattered(self, index: SearchIndex, within: list[int] | None) -> list[int]:
        if any(word.accented or word.is_group for word in self.words):
            return []
        forms = [word.forms[-1] for word in self.words]
        if max(map(len, forms)) > _LONGEST_SCATTERED or all(len(form) == 1 for form in forms):
            return []
        for form in forms:
            within = rows_with(index, within, form)
        return closest_first(index, within or [], forms)


def _boosted_first(rows: list[int], boosts: Mapping[int, float] | None) -> list[int]:
    """Move boosted rows to the front; the others keep their order."""
    if not boosts or not (first := [i for i in rows if i in boosts]):
        return rows
    first.sort(key=boosts.__getitem__, reverse=True)
    return first + [i for i in rows if i not in boosts]


def _words_of(token: str) -> list[QueryWord]:
    """Return the words that a typed or pasted token means."""
    account = re.search(_ROLE_ARN, token) or re.search(_LINK_ACCOUNT, token)
    if account is not None:
        patterns = (_ROLE_NAME, _LINK_ROLE, _OWN_ROLE)
        role = next(filter(None, (re.search(each, token) for each in patterns)), None)
        preferred = [] if role is None else [_preferred(unquote(role.group(1)))]
        return [QueryWord((account.group(1),)), *preferred]
    if role := re.fullmatch(_ROLE_NAME, token):
        token = role.group(1)
    word = QueryWord.typed(token)
    return [word] if word.forms[0] else []


def _preferred(text: str) -> QueryWord:
    return QueryWord((plain(fold(text)),), preferred=True)

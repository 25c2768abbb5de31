"""What a query means: words, ids, ARNs, links; which rows it finds, and in what order.

A query is words in any order; a row is found when each of them is somewhere in its fields. Letters
compare after NFKC and case folding, and without their accents unless the query has them. An
account id may be written with dashes; a role ARN or a portal link, pasted, stands for the account
and the permission set in it.

Everything here is a few passes of `str.__contains__`, which is what searches 50,000 rows within a
key press; a row is folded once, into `folding.Haystacks`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote

from rolecall.domain.folding import Haystacks, apart, fold, plain
from rolecall.domain.highlights import Shown
from rolecall.domain.query_word import Word, rows_within

_MOST_WORDS = 32
_MOST_RANKED = 10_000  # of more than that nobody reads the first, but types on
_LONGEST_SCATTERED = 64
_MOST_MEASURED = 2_000  # rows found as scattered letters

# Patterns are text, so that importing this module does not compile them; `re` caches them.
# Role names of permission sets:
# https://docs.aws.amazon.com/singlesignon/latest/userguide/referencingpermissionsets.html
_ROLE_ARN = r"(?i)arn:aws[a-z-]*:(?:iam|sts)::(\d{12}):"
_RESERVED_ROLE = r"(?i)AWSReservedSSO_([\w+=,.@-]+)_(?:[0-9a-f]{16}(?![0-9a-z_])|\*)"
_LINK_ACCOUNT = r"(?i)https?://\S*[?&]account_id=(\d{12})(?!\d)"
_LINK_ROLE = r"(?i)[?&]role_name=([^&\s]+)"


class Selection(NamedTuple):
    """Rows that a query found, by index, best first. `scattered`: only as scattered letters."""

    query: Query
    rows: list[int]
    scattered: bool = False


class Query(NamedTuple):
    words: tuple[Word, ...] = ()

    @classmethod
    def parse(cls, text: str) -> Query:
        words: dict[Word, None] = {}
        for token in text.split():
            words.update(dict.fromkeys(_words_of(token)))
            if len(words) >= _MOST_WORDS:
                break
        return cls(tuple(words)[:_MOST_WORDS])

    @property
    def is_empty(self) -> bool:
        return not self.words

    def narrows(self, previous: Query) -> bool:
        """Whether what this query finds is among what the previous one found."""
        if any(word.preferred for word in (*self.words, *previous.words)):
            return self == previous
        return all(any(old.implied_by(new) for new in self.words) for old in previous.words)

    def select(
        self,
        hays: Haystacks,
        previous: Selection | None = None,
        boosts: Mapping[int, float] | None = None,
    ) -> Selection:
        """The rows with every word: whole words first, then starts of words, then the rest, each
        in the order given. Where there is none, the rows that have the letters of every word in
        a field, in order, with others between; the fewer the better.

        `previous` is what was last selected from the same rows. Rows in `boosts` come first among
        those that match as well, the highest boost before all.
        """
        if self.is_empty:
            return Selection(self, list(range(len(hays.fields))))
        within: list[int] | None = None
        scattered = False
        if previous is not None and not previous.query.is_empty and self.narrows(previous.query):
            scattered = previous.scattered
            if scattered or 2 * len(previous.rows) < len(hays.fields):  # all is quicker than most
                within = sorted(previous.rows)
        if scattered:
            return Selection(self, _lifted(self._scattered(hays, within), boosts), scattered)
        if rows := self._whole(hays, within):
            return Selection(self, self._ranked(hays, rows, boosts))
        return Selection(self, _lifted(self._scattered(hays, None), boosts), scattered=True)

    def equally_good(self, hays: Haystacks) -> Selection:
        """The rows than which none matches better; as scattered letters where not otherwise."""
        if rows := self._whole(hays, None):
            return Selection(self, next(tier for tier in self._tiers(hays, rows) if tier))
        return Selection(self, self._scattered(hays, None), scattered=True)

    def besides(self, texts: Iterable[str], scattered: bool = False) -> Query:
        """The words of it that none of the texts has."""
        seen = list(texts)
        found = (any(Query((word,)).spans(text, scattered) for text in seen) for word in self.words)
        return Query(
            tuple(w for w, is_there in zip(self.words, found, strict=True) if not is_there)
        )

    def spans(self, text: str, scattered: bool = False) -> list[tuple[int, int]]:
        """Where the words stand in a text as it is shown: (start, end) in its characters, in
        order, not overlapping. For each word its first place at the start of a word, or else its
        first place.
        """
        if self.is_empty or not text:
            return []
        return Shown(text).spans(self.words, scattered)

    def _whole(self, hays: Haystacks, within: list[int] | None) -> list[int]:
        rows = within
        for word in self.words:
            kept = word.select(hays.fields, rows)
            if kept or not word.preferred:
                rows = kept
        return rows or []

    def _ranked(
        self, hays: Haystacks, rows: list[int], boosts: Mapping[int, float] | None
    ) -> list[int]:
        if len(rows) > _MOST_RANKED:
            return _lifted(rows, boosts)
        return [i for tier in self._tiers(hays, rows) for i in _lifted(tier, boosts)]

    def _tiers(self, hays: Haystacks, rows: list[int]) -> tuple[list[int], ...]:
        """Those with all the words whole, those with the starts of words, the rest."""
        starts = [f" {apart(word.forms[-1]).strip()}" for word in self.words]
        best: list[int] = []
        good: list[int] = []
        rest: list[int] = []
        if len(starts) == 1:
            (start,), whole = starts, f"{starts[0]} "
            for i, words in rows_within(hays.words, rows):
                (rest if start not in words else best if whole in words else good).append(i)
        else:
            for i, words in rows_within(hays.words, rows):
                if not all(start in words for start in starts):
                    rest.append(i)
                else:
                    (best if all(f"{start} " in words for start in starts) else good).append(i)
        return best, good, rest

    def _scattered(self, hays: Haystacks, within: list[int] | None) -> list[int]:
        if any(word.accented for word in self.words):
            return []
        forms = [word.forms[-1] for word in self.words]
        if max(map(len, forms)) > _LONGEST_SCATTERED or all(len(form) == 1 for form in forms):
            return []
        for letter in set("".join(forms)):
            within = [i for i, row in rows_within(hays.fields, within) if letter in row]
        for form in forms:
            match = _scattered_pattern(form).match
            within = [i for i, row in rows_within(hays.fields, within) if match(row)]
        found = within or []
        return found if len(found) > _MOST_MEASURED else _closest_first(hays, found, forms)


def _lifted(rows: list[int], boosts: Mapping[int, float] | None) -> list[int]:
    """The boosted rows before the others, which keep their order."""
    if not boosts or not (first := [i for i in rows if i in boosts]):
        return rows
    first.sort(key=boosts.__getitem__, reverse=True)
    return first + [i for i in rows if i not in boosts]


def _words_of(token: str) -> list[Word]:
    """What one pasted or typed token stands for."""
    account = re.search(_ROLE_ARN, token) or re.search(_LINK_ACCOUNT, token)
    if account is not None:
        role = re.search(_RESERVED_ROLE, token) or re.search(_LINK_ROLE, token)
        preferred = [] if role is None else [_preferred(unquote(role.group(1)))]
        return [Word((account.group(1),)), *preferred]
    if role := re.fullmatch(_RESERVED_ROLE, token):
        token = role.group(1)
    word = Word.typed(token)
    return [word] if word.forms[0] else []


def _preferred(text: str) -> Word:
    return Word((plain(fold(text)),), preferred=True)


@lru_cache(maxsize=64)
def _scattered_pattern(form: str) -> re.Pattern[str]:
    """Matches fields, one of which has the letters in order, others between, from the first letter
    to the last as group 1. Possessive, so that each is read once.
    """
    first, *more = map(re.escape, form)
    steps = "".join(f"[^\n{letter}]*+{letter}" for letter in more)
    return re.compile(f"(?:[^\n]*+\n)*?[^\n{first}]*+({first}{steps})")


def _closest_first(hays: Haystacks, rows: list[int], forms: Sequence[str]) -> list[int]:
    """Those first in which fewest letters stand between those that are looked for."""
    patterns = [_scattered_pattern(form) for form in forms]

    def spread(i: int) -> int:
        matches = (pattern.match(hays.fields[i]) for pattern in patterns)
        return sum(len(match[1]) for match in matches if match)

    return sorted(rows, key=spread)

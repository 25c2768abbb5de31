"""What a query means: words, ids, ARNs, links; ranking; the spans to highlight.

A query is words in any order; a row is found when each of them is somewhere in its fields. Letters
compare after NFKC and case folding, and without their accents unless the query has them. An
account id may be written with dashes; a role ARN or a portal link, pasted, stands for the account
and the permission set in it.

Everything here is a few passes of `str.__contains__`, which is what searches 50,000 rows within a
key press; a row is folded once, into `Haystacks`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import unquote

_MOST_WORDS = 32
_LONGEST_SCATTERED = 64

# Latin, Greek, Cyrillic and their extensions: here a mark is an accent. Elsewhere (kana, Hangul,
# the Indic scripts) it is part of the letter and stays.
_ACCENTED = re.compile("[\u00c0-\u058f\u1e00-\u1fff]+")
_MARKS = re.compile("[\u0300-\u036f]+")
_STROKES = str.maketrans({"ø": "o\u0338", "ł": "l\u0335", "đ": "d\u0335", "ħ": "h\u0335"})
# Soft hyphen, joiners, variation selectors: they change how a character looks, not which it is.
_INVISIBLE = re.compile("[\u00ad\u200b-\u200d\ufe00-\ufe0f]+")

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_APART = re.compile(r"[\W_]+")
_APART_ASCII = {code: " " for code in range(128) if not chr(code).isalnum()}
_DASHED_ID = re.compile(r"(?<!\d)(\d{4})-(\d{4})-(\d{4})(?!\d)")
_ID_BEING_TYPED = re.compile(r"\d{4}-(?:\d{0,4}|\d{4}-\d{0,4})")

# Role names of permission sets:
# https://docs.aws.amazon.com/singlesignon/latest/userguide/referencingpermissionsets.html
_ROLE_ARN = re.compile(r"arn:aws[a-z-]*:(?:iam|sts)::(\d{12}):", re.IGNORECASE)
_RESERVED_ROLE = re.compile(
    r"AWSReservedSSO_([\w+=,.@-]+)_[0-9a-f]{16}(?![0-9a-z_])", re.IGNORECASE
)
_LINK_ACCOUNT = re.compile(r"https?://\S*[?&]account_id=(\d{12})(?!\d)", re.IGNORECASE)
_LINK_ROLE = re.compile(r"[?&]role_name=([^&\s]+)", re.IGNORECASE)


def fold(text: str) -> str:
    """The text as searches compare it: case folded, compatible forms alike, accents set apart."""
    if text.isascii():
        return text.lower()
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    folded = _ACCENTED.sub(lambda match: unicodedata.normalize("NFD", match.group()), folded)
    return _INVISIBLE.sub("", folded.translate(_STROKES))


def plain(folded: str) -> str:
    """Folded text without its accents."""
    return folded if folded.isascii() else _MARKS.sub("", folded)


@dataclass(slots=True)
class Haystacks:
    """Rows, folded. Of each its fields, a line each, with and without accents; and its words,
    each between spaces. Two lists and no objects, for what is scanned on a key press is all of it.
    """

    fields: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, rows: Iterable[Iterable[str]]) -> Haystacks:
        hays = cls()
        for fields, words in map(haystack, rows):
            hays.fields.append(fields)
            hays.words.append(words)
        return hays


def haystack(fields: Iterable[str]) -> tuple[str, str]:
    """One row for `Haystacks`: its fields and its words."""
    hays = [_field(text) for text in fields]
    bare = [bare for bare, _, _ in hays]
    accented = [accented for _, _, accented in hays if accented]
    return "\n".join(bare + accented), f" {' '.join([words for _, words, _ in hays])} "


@lru_cache(maxsize=1 << 12)
def _field(text: str) -> tuple[str, str, str]:
    """A field without accents, its words, and with accents if it has any."""
    folded = fold(text)
    if folded.isalnum() and folded.isascii() and (text.islower() or text.isdigit()):
        return folded, folded, ""
    bare = plain(folded)
    words = _apart(bare)
    if not (text.islower() or text.isupper()) and (humps := _HUMP.sub(" ", text)) != text:
        words = f"{words} {_apart(plain(fold(humps)))}"
    if "-" in bare and (ids := _DASHED_ID.findall(bare)):
        bare = "\n".join([bare, *map("".join, ids)])
    return bare, words, "" if bare == folded else folded


def _apart(text: str) -> str:
    return text.translate(_APART_ASCII) if text.isascii() else _APART.sub(" ", text)


@dataclass(frozen=True, slots=True)
class _Word:
    """One word of a query. `forms` are the spellings that count, folded and without accents.

    `accented` demands the accents that were typed. A word that came out of an ARN or a link is
    `preferred`: rows without it go only if some rows have it.
    """

    forms: tuple[str, ...]
    accented: re.Pattern[str] | None = None
    preferred: bool = False

    @classmethod
    def typed(cls, text: str) -> _Word:
        folded = fold(text)
        bare = plain(folded)
        if bare != folded and bare:
            return cls((bare,), _accents_as_typed(folded))
        if _ID_BEING_TYPED.fullmatch(folded):
            return cls((folded, folded.replace("-", "")))
        return cls((folded,))

    def select(self, fields: Sequence[str], within: Sequence[int] | None) -> list[int]:
        """The rows among those within (all, if None) that have the word."""
        if self.accented is not None:
            search = self.accented.search
            return [i for i, row in _rows(fields, within) if search(row)]
        if len(self.forms) == 1:
            (form,) = self.forms
            return [i for i, row in _rows(fields, within) if form in row]
        return sorted({i for form in self.forms for i, row in _rows(fields, within) if form in row})

    def implied_by(self, other: _Word) -> bool:
        """Whether every row that has the other word has this one too."""
        if self.accented is not None:
            return self == other
        return all(any(mine in form for mine in self.forms) for form in other.forms)


@dataclass(frozen=True, slots=True)
class Selection:
    """Rows that a query found, by index, best first. `scattered`: only as scattered letters."""

    query: Query
    rows: list[int]
    scattered: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    words: tuple[_Word, ...] = ()

    @classmethod
    def parse(cls, text: str) -> Query:
        words: dict[_Word, None] = {}
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

    def select(self, hays: Haystacks, previous: Selection | None = None) -> Selection:
        """The rows with every word: whole words first, then starts of words, then the rest, each
        in the order given. Where there is none, the rows that have the letters of every word in
        a field, in order, with others between.

        `previous` is what was last selected from the same rows.
        """
        if self.is_empty:
            return Selection(self, list(range(len(hays.fields))))
        within: list[int] | None = None
        scattered = False
        if previous is not None and not previous.query.is_empty and self.narrows(previous.query):
            within, scattered = sorted(previous.rows), previous.scattered
        if scattered:
            return Selection(self, self._scattered(hays, within), scattered)
        if rows := self._whole(hays, within):
            return Selection(self, self._ranked(hays, rows))
        return Selection(self, self._scattered(hays, None), scattered=True)

    def spans(self, text: str, scattered: bool = False) -> list[tuple[int, int]]:
        """Where the words stand in a text as it is shown: (start, end) in its characters, in
        order, not overlapping. For each word its first place at the start of a word, or else its
        first place.
        """
        if self.is_empty or not text:
            return []
        shown = _Shown.of(text)
        found = [span for word in self.words for span in shown.find(word, scattered)]
        return _merged(found)

    def _whole(self, hays: Haystacks, within: list[int] | None) -> list[int]:
        rows = within
        for word in self.words:
            kept = word.select(hays.fields, rows)
            if kept or not word.preferred:
                rows = kept
        return rows or []

    def _ranked(self, hays: Haystacks, rows: list[int]) -> list[int]:
        starts = [f" {_apart(word.forms[-1]).strip()}" for word in self.words]
        best: list[int] = []
        good: list[int] = []
        rest: list[int] = []
        if len(starts) == 1:
            (start,), whole = starts, f"{starts[0]} "
            for i, words in _rows(hays.words, rows):
                (rest if start not in words else best if whole in words else good).append(i)
        else:
            for i, words in _rows(hays.words, rows):
                if not all(start in words for start in starts):
                    rest.append(i)
                else:
                    (best if all(f"{start} " in words for start in starts) else good).append(i)
        return best + good + rest

    def _scattered(self, hays: Haystacks, within: list[int] | None) -> list[int]:
        if any(word.accented for word in self.words):
            return []
        forms = [word.forms[-1] for word in self.words]
        if max(map(len, forms)) > _LONGEST_SCATTERED or all(len(form) == 1 for form in forms):
            return []
        for letter in set("".join(forms)):
            within = [i for i, row in _rows(hays.fields, within) if letter in row]
        for form in forms:
            match = _scattered_pattern(form).match
            within = [i for i, row in _rows(hays.fields, within) if match(row)]
        return within or []


def _rows(column: Sequence[str], within: Sequence[int] | None) -> Iterable[tuple[int, str]]:
    if within is None:
        return enumerate(column)
    return zip(within, map(column.__getitem__, within), strict=True)


def _words_of(token: str) -> list[_Word]:
    """What one pasted or typed token stands for."""
    account = _ROLE_ARN.search(token) or _LINK_ACCOUNT.search(token)
    if account is not None:
        role = _RESERVED_ROLE.search(token) or _LINK_ROLE.search(token)
        preferred = [] if role is None else [_preferred(unquote(role.group(1)))]
        return [_Word((account.group(1),)), *preferred]
    if role := _RESERVED_ROLE.fullmatch(token):
        token = role.group(1)
    word = _Word.typed(token)
    return [word] if word.forms[0] else []


def _preferred(text: str) -> _Word:
    return _Word((plain(fold(text)),), preferred=True)


def _accents_as_typed(folded: str) -> re.Pattern[str]:
    """Matches the folded word; where it has no accent, the text may have one."""
    letters = re.findall("[^\u0300-\u036f][\u0300-\u036f]*|[\u0300-\u036f]+", folded)
    return re.compile(
        "".join(
            re.escape(letter) if len(letter) > 1 else f"{re.escape(letter)}[\u0300-\u036f]*+"
            for letter in letters
        )
    )


@lru_cache(maxsize=64)
def _scattered_pattern(form: str) -> re.Pattern[str]:
    """Matches fields, one of which has the letters in order, others between. Possessive, so that
    each is read once.
    """
    steps = "".join(f"[^\n{re.escape(letter)}]*+{re.escape(letter)}" for letter in form)
    return re.compile(f"(?:[^\n]*+\n)*?{steps}")


@dataclass(frozen=True, slots=True)
class _Shown:
    """A text folded piece by piece. `at[i]` is the piece's index in `text` for each letter of
    `folded`, `ends` where the piece that begins there ends.
    """

    text: str
    folded: str
    at: Sequence[int]
    ends: dict[int, int] | None = None

    @classmethod
    def of(cls, text: str) -> _Shown:
        if text.isascii():
            return cls(text, text.lower(), range(len(text)))
        folded: list[str] = []
        at: list[int] = []
        ends: dict[int, int] = {}
        for start, end in _pieces(text):
            piece = fold(text[start:end])
            folded.append(piece)
            at.extend([start] * len(piece))
            ends[start] = end
        return cls(text, "".join(folded), at, ends)

    def find(self, word: _Word, scattered: bool) -> list[tuple[int, int]]:
        if scattered:
            letters = _first_letters(self.folded, word.forms[-1])
            return [self._span(i, i + 1) for i in letters]
        if word.accented is not None:
            match = word.accented.search(self.folded)
            return [self._span(*match.span())] if match else []
        bare, at = self._without(_MARKS)
        for form in word.forms:
            if (start := _best_place(bare, form)) >= 0:
                return [self._span(at[start], at[start + len(form) - 1] + 1)]
        if word.forms[-1].isdigit() and (match := _DASHED_ID.search(bare)):
            digits, at = self._without(re.compile("-"))
            if (start := digits.find(word.forms[-1])) >= 0:
                first, last = at[start], at[start + len(word.forms[-1]) - 1]
                if match.start() <= first and last < match.end():
                    return [self._span(first, last + 1)]
        return []

    def _without(self, dropped: re.Pattern[str]) -> tuple[str, Sequence[int]]:
        if not dropped.search(self.folded):
            return self.folded, range(len(self.folded))
        kept = [i for i, letter in enumerate(self.folded) if not dropped.match(letter)]
        return "".join(self.folded[i] for i in kept), kept

    def _span(self, start: int, end: int) -> tuple[int, int]:
        """From places in the folded text to places in the shown one, whole pieces."""
        first, last = self.at[start], self.at[end - 1]
        return first, last + 1 if self.ends is None else self.ends[last]


def _pieces(text: str) -> Iterable[tuple[int, int]]:
    """The text cut where folding may be done piece by piece: before every character that does
    not combine with the one before it.
    """
    start = 0
    for i in range(1, len(text)):
        if not _combines(text[i]):
            yield start, i
            start = i
    yield start, len(text)


@lru_cache(maxsize=4096)
def _combines(character: str) -> bool:
    first = unicodedata.normalize("NFKD", character)[0]
    return (
        unicodedata.category(first)[0] == "M"
        or "\u1160" <= first <= "\u11ff"  # Hangul vowels and final consonants
        or _INVISIBLE.match(first) is not None
    )


def _best_place(text: str, form: str) -> int:
    first = at = text.find(form)
    while at > 0 and text[at - 1].isalnum():
        at = text.find(form, at + 1)
    return first if at < 0 else at


def _first_letters(text: str, letters: str) -> list[int]:
    """Where the letters are, in order; nothing if not all of them are there."""
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

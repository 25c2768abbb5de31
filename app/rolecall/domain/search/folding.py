"""Case folding: text in the form that searches compare, and table rows prepared for search."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final

from rolecall.domain.inventory.annotations import GROUP_PREFIX
from rolecall.domain.records import dataclass, field
from rolecall.domain.text import CASE_CHANGE

# Latin, Greek, Cyrillic and their extensions: here a mark is an accent. In other scripts (kana,
# Hangul, the Indic scripts) it is part of the letter and is kept.
_ACCENTED = re.compile("[\u00c0-\u058f\u1e00-\u1fff]+")
MARKS = re.compile("[\u0300-\u036f]+")
_STROKES = str.maketrans({"ø": "o\u0338", "ł": "l\u0335", "đ": "d\u0335", "ħ": "h\u0335"})
# Soft hyphen, joiners, variation selectors: they change the look of a character, not its identity.
_INVISIBLE = re.compile("[\u00ad\u200b-\u200d\ufe00-\ufe0f]+")

_HUMP = re.compile(CASE_CHANGE)
_APART = re.compile(r"[\W_]+")
_APART_ASCII = {code: " " for code in range(128) if not chr(code).isalnum()}
DASHED_ID = re.compile(r"(?<!\d)(\d{4})-(\d{4})-(\d{4})(?!\d)")


def fold(text: str) -> str:
    """Return the text for comparison: case folded, compatible forms unified, accents decomposed."""
    if text.isascii():
        return text.lower()
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    folded = _ACCENTED.sub(lambda match: unicodedata.normalize("NFD", match.group()), folded)
    return _INVISIBLE.sub("", folded.translate(_STROKES))


def plain(folded: str) -> str:
    """Return folded text without accents."""
    return folded if folded.isascii() else MARKS.sub("", folded)


@dataclass(slots=True)
class SearchIndex:
    """Folded rows. For each row: its fields, one per line, with and without accents; and its words
    between spaces. Two flat lists instead of objects, because every key press scans all of them.
    `replace` changes a row. The first `names` fields of each row are its names.
    """

    fields: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    joined: bytes | None = None  # what scattered_letters makes of the fields
    names: int = 1

    @classmethod
    def of(cls, rows: Iterable[Sequence[str]], names: int = 1) -> SearchIndex:
        """Return the index of rows; each row has the texts of its cells, the names first."""
        index = cls(names=names)
        for row in rows:
            fields, words = index_row(row, names)
            index.fields.append(fields)
            index.words.append(words)
        return index

    def replace(self, i: int, fields: str, words: str) -> None:
        self.fields[i], self.words[i] = fields, words
        self.joined = None


class Prose(str):
    """A text of sentences: its words are found, but not scattered letters, which it always has."""

    __slots__ = ()


# No text that is safe to show has these.
PROSE: Final = "\1"  # before a field of prose
NAME: Final = "\n"  # before the words of a name
OTHER: Final = "\t"  # before the words of another field, and at the end


def index_row(fields: Sequence[str], names: int = 1) -> tuple[str, str]:
    """Return the fields and the words of one row for `SearchIndex`. Prose comes last."""
    bare, accented, prose = [], [], []
    words: list[str] = []
    for text in fields:
        field_bare, field_words, field_accented = _field(text)
        words.append(f"{NAME if len(words) < names else OTHER} {field_words} ")
        if isinstance(text, Prose):
            prose += [PROSE + without_groups(each) for each in (field_bare, field_accented) if each]
            continue
        bare.append(field_bare)
        if field_accented:
            accented.append(field_accented)
    return "\n".join(bare + accented + prose), "".join(words) + OTHER


@lru_cache(maxsize=1 << 12)
def _field(text: str) -> tuple[str, str, str]:
    """Return a field without accents, its words, and the field with accents if it has any."""
    folded = fold(text)
    if folded.isalnum() and (text.islower() or text.isdigit()):
        return folded, folded, ""
    bare = plain(folded)
    words = apart(bare)
    if not (text.islower() or text.isupper()) and (humps := _HUMP.sub(" ", text)) != text:
        words = f"{words} {apart(plain(fold(humps)))}"
    if "-" in bare and (ids := DASHED_ID.findall(bare)):
        bare = "\n".join([bare, *map("".join, ids)])
    return bare, words, "" if bare == folded else folded


def without_groups(folded: str) -> str:
    """Return folded prose without parts that a search would read as the groups of the row."""
    return folded.replace(GROUP_PREFIX, "group ") if GROUP_PREFIX in folded else folded


def apart(text: str) -> str:
    return text.translate(_APART_ASCII) if text.isascii() else _APART.sub(" ", text)


def pieces(text: str) -> Iterable[tuple[int, int]]:
    """Yield the parts of the text, cut at the places where it can be folded piece by piece: before
    every character that does not combine with the previous one.
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

"""Text of wide characters, such as Japanese: how many cells it needs, and where its lines break.

Chinese and Japanese have no spaces between words: a line may break at nearly each character, but
not before `。` or `」`, and not after `「`; the same for the narrow brackets and quotation marks. A
word in katakana stays whole.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

_OPENING: Final = r"（「『【〔《〈(\[“"
_CLOSING: Final = r"、。，．・：；？！）」』】〕》〉々ぁぃぅぇぉっゃゅょゎ)\]”"
_KATAKANA: Final = "ァ-ヺー"
_OTHER_WIDE: Final = (
    "\u2e80-\u303e\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff01-\uff60"
)
_WORD: Final = (  # compiled when it is needed, because commands that start fast pad texts
    rf"\s*(?:[{_OPENING}]*(?:[{_KATAKANA}]+|(?![{_OPENING}])[{_OTHER_WIDE}]"
    rf"|[^\s{_OTHER_WIDE}]+?(?=[(\[“]{{0,3}}[{_OTHER_WIDE}]|\s|$))|[{_OPENING}]+)[{_CLOSING}]*\s*"
)


def cells(text: str) -> int:
    """Return the cells that a text without combining marks needs."""
    if text.isascii():
        return len(text)
    return sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in text)


def pad(text: str, width: int) -> str:
    """Return the text with spaces after it, up to a width in cells."""
    return text + " " * (width - cells(text))


def words(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield the parts between which a line may break, each with its start and its end."""
    for found in re.finditer(_WORD, text):
        yield *found.span(), found[0]


def wrap(text: str, width: int) -> list[str]:
    """Return the text in lines of at most `width` cells, if its words are not longer."""
    lines = [""]
    for _, _, word in words(text):
        if lines[-1] and cells(lines[-1]) + cells(word.rstrip()) > width:
            lines.append("")
        lines[-1] += word
    return [line.strip() for line in lines]

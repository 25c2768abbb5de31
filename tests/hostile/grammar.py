"""The allow-list of what rolecall may write: text without controls, and its own sequences."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator
from typing import Final

from tests.hostile.texts import SIGNATURES

# Sequences of the full screen and the picker. Their parameters are numbers only.
_CSI: Final = re.compile(r"\x1b\[[?>=<]?[0-9;:]*[ $]?[A-HJKPSTXcdhlmnpqrtu]")
_OTHER: Final = re.compile(r"\x1b(?:[78=>DM]|\([B0])")
_LINK: Final = re.compile(r"\x1b\]8;(?:id=[0-9a-f]+)?;([!-~]*)\x1b\\")
_COLOUR_QUERY: Final = re.compile(r"\x1b\]1[01];\?(?:\x07|\x1b\\)")
_COPY: Final = re.compile(r"\x1b\]52;c;[A-Za-z0-9+/=]*\x07")
_MOVE: Final = re.compile(r"\r?\n|\r|\x08")
_SEQUENCES: Final = (_CSI, _OTHER, _COLOUR_QUERY, _COPY, _MOVE)
# Joiners that emoji and scripts need, and visible signs that Unicode counts as formats.
_ALLOWED_FORMATS: Final = re.compile("[\u200c\u200d\u0600-\u0605\u06dd\u070f\u08e2\U000110bd]")
_FORBIDDEN: Final = {"Cc", "Cf", "Cs", "Zl", "Zp"}
_MOST_MARKS: Final = 16  # combining marks and joiners on one character


def violations(
    data: bytes, links: Collection[str] = (), *, is_terminal: bool = True
) -> Iterator[str]:
    """Yield what is not allowed. `links` are the only targets that links may have.

    Without a terminal, a command writes text and line breaks only.
    """
    text = data.decode("utf-8", "surrogateescape")
    for signature in SIGNATURES:
        if (at := text.find(signature)) >= 0:
            yield f"{signature!r} in {_around(text, at)}"
    position = marks = 0
    while position < len(text):
        found = None
        if is_terminal and text[position] in "\x1b\r\n\x08":
            found = _sequence(text, position, links)
        if found is not None:
            position = found.end()
            continue
        character = text[position]
        position += 1
        if character == "\n":
            continue
        marks = marks + 1 if _is_mark(character) else 0
        if marks == _MOST_MARKS:
            yield f"a flood of combining marks: {_around(text, position)}"
        if _is_forbidden(character):
            yield f"{character!r} in {_around(text, position)}"


def _sequence(text: str, position: int, links: Collection[str]) -> re.Match[str] | None:
    for sequence in _SEQUENCES:
        if found := sequence.match(text, position):
            return found
    link = _LINK.match(text, position)
    return link if link and (not link[1] or link[1] in links) else None


def _is_mark(character: str) -> bool:
    return unicodedata.category(character) in {"Mn", "Me"} or character in "\u200c\u200d"


def _is_forbidden(character: str) -> bool:
    return unicodedata.category(character) in _FORBIDDEN and not _ALLOWED_FORMATS.match(character)


def _around(text: str, position: int) -> str:
    return repr(text[max(0, position - 60) : position + 20])

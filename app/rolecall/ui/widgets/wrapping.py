"""Wraps plain text, with the sign of an error."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from rich.console import Console
from rich.text import Text

from rolecall.presentation.labels import ERROR_SIGN

ERROR: Final = "bold $error"
_OF_ERRORS: Final = {ERROR, "$error"}
_LONG_WORD: Final = re.compile("[!-~]{8,}")
_SIGNS: Final = "-/_@.:&?=+"


@cache
def console() -> Console:
    return Console()


def signed(text: str, style: str) -> str:
    """Return the text, with the sign of an error if it has the style of one: colours alone do not
    say it.
    """
    return f"{ERROR_SIGN} {text}" if text and style in _OF_ERRORS else text


def wrap(text: str, width: int) -> list[str]:
    """Return the text in lines of at most `width` cells, broken between words if possible, and a
    word that is longer than a line, such as an ARN, after one of its signs.

    A sign stays with the word after it. If that is too long for a line, the others begin with the
    sign, too.
    """
    if width < 1:
        return [text]
    text = _LONG_WORD.sub(lambda found: _broken(found[0], width), text)
    lines = [line.plain.rstrip() for line in Text(text).wrap(console(), width)] or [""]
    sign, _, rest = text.partition(" ")
    if len(lines) > 1 and len(sign) == 1 and lines[0] == sign:
        first, *others = wrap(rest, width - 2)
        return [f"{sign} {first}", *(f"  {line}" for line in others)]
    return lines


def _broken(word: str, width: int) -> str:
    """Return a word in lines of at most `width` characters that end at its signs, if it has any
    near the ends of lines.
    """
    lines, rest = "", word
    while len(rest) > width:
        end = 1 + max(rest.rfind(sign, 0, width) for sign in _SIGNS)
        if end * 3 < width:
            break
        lines += f"{rest[:end]}\n"
        rest = rest[end:]
    return lines + rest

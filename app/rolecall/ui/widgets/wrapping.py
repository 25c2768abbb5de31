"""Wraps plain text, with the sign of an error."""

from __future__ import annotations

from functools import cache
from typing import Final

from rich.console import Console
from rich.text import Text

from rolecall.presentation.labels import ERROR_SIGN

ERROR: Final = "bold $error"
_OF_ERRORS: Final = {ERROR, "$error"}


@cache
def console() -> Console:
    return Console()


def signed(text: str, style: str) -> str:
    """Return the text, with the sign of an error if it has the style of one: colours alone do not
    say it.
    """
    return f"{ERROR_SIGN} {text}" if text and style in _OF_ERRORS else text


def wrap(text: str, width: int) -> list[str]:
    """Return the text in lines of at most `width` cells, broken between words if possible.

    A sign stays with the word after it. If that is too long for a line, the others begin with the
    sign, too.
    """
    if width < 1:
        return [text]
    lines = [line.plain.rstrip() for line in Text(text).wrap(console(), width)] or [""]
    sign, _, rest = text.partition(" ")
    if len(lines) > 1 and len(sign) == 1 and lines[0] == sign:
        first, *others = wrap(rest, width - 2)
        return [f"{sign} {first}", *(f"  {line}" for line in others)]
    return lines

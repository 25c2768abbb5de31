"""Wraps plain text."""

from __future__ import annotations

from functools import cache

from rich.console import Console
from rich.text import Text


@cache
def console() -> Console:
    return Console()


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

"""Wraps plain text."""

from __future__ import annotations

from functools import cache

from rich.console import Console
from rich.text import Text


@cache
def console() -> Console:
    return Console()


def wrap(text: str, width: int) -> list[str]:
    """Return the text in lines of at most `width` cells, broken between words if possible."""
    if width < 1:
        return [text]
    return [line.plain.rstrip() for line in Text(text).wrap(console(), width)] or [""]

"""The lines of a TOML file, which tomllib does not report."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

_PART: Final = r"""\s*(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|([A-Za-z0-9_-]+))\s*"""
_HEADER: Final = re.compile(rf"\s*\[\[?((?:{_PART}\.)*{_PART})\]")
_KEY: Final = re.compile(rf"((?:{_PART}\.)*{_PART})=")
_PARTS: Final = re.compile(_PART)
AT_LINE: Final = re.compile(r"\s*\(at (?:line (\d+), column \d+|end of document)\)")


def line_of(text: str, keys: Sequence[str]) -> int:
    """Return the line of an entry, or of the table that it is in, from 1; 0 if it has none."""
    wanted, best, found = tuple(keys), 0, 0
    table: tuple[str, ...] = ()
    for number, line in enumerate(text.split("\n"), 1):
        if header := _HEADER.match(line):
            here = table = _parts(header[1])
        elif key := _KEY.match(line):
            here = (*table, *_parts(key[1]))
        else:
            continue
        if here == wanted[: len(here)] and len(here) > best:
            best, found = len(here), number
    return found


def repeated(text: str) -> tuple[tuple[str, ...], int] | None:
    """Return the first table that is there twice, and the line of the second; None if none is."""
    seen: set[tuple[str, ...]] = set()
    for number, line in enumerate(text.split("\n"), 1):
        header = _HEADER.match(line)
        if header is None or line.lstrip().startswith("[["):
            continue
        table = _parts(header[1])
        if table in seen:
            return table, number
        seen.add(table)
    return None


def header_of(text: str, keys: Sequence[str]) -> int:
    """Return the line of the first header of a table, from 1; 0 if it has none."""
    for number, line in enumerate(text.split("\n"), 1):
        if (header := _HEADER.match(line)) and _parts(header[1]) == tuple(keys):
            return number
    return 0


def _parts(dotted: str) -> tuple[str, ...]:
    return tuple(quoted or literal or bare for quoted, literal, bare in _PARTS.findall(dotted))

"""The text of a TOML file: what it says, and in which lines, which tomllib does not report."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

# What tomllib raises: also ValueError for a number that is too long, and RecursionError.
NOT_READ: Final = (ValueError, RecursionError)
_PART: Final = r"""\s*(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|([A-Za-z0-9_-]+))\s*"""
_HEADER: Final = rf"\s*\[\[?((?:{_PART}\.)*{_PART})\]"
_KEY: Final = rf"((?:{_PART}\.)*{_PART})="
_AT_LINE: Final = r"\s*\(at (?:line (\d+), column \d+|end of document)\)"


class NotToml(Exception):
    """`detail` is the parser's message; `line` counts from 1."""

    def __init__(self, detail: str, line: int) -> None:
        super().__init__(detail)
        self.detail = detail
        self.line = line


def parsed(text: str) -> dict[str, Any]:
    """Return what the text says. Raises NotToml."""
    import tomllib

    try:
        return tomllib.loads(text)
    except NOT_READ as error:
        words = str(error)
    found = re.search(_AT_LINE, words)
    line = int(found[1]) if found and found[1] else text.count("\n") + 1
    raise NotToml(re.sub(_AT_LINE, "", words), line)


def line_of(text: str, keys: Sequence[str]) -> int:
    """Return the line of an entry, or of the table that it is in, from 1; 0 if it has none."""
    wanted, best, found = tuple(keys), 0, 0
    table: tuple[str, ...] = ()
    for number, line in enumerate(text.split("\n"), 1):
        if header := re.match(_HEADER, line):
            here = table = _parts(header[1])
        elif key := re.match(_KEY, line):
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
        header = re.match(_HEADER, line)
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
        if (header := re.match(_HEADER, line)) and _parts(header[1]) == tuple(keys):
            return number
    return 0


def _parts(dotted: str) -> tuple[str, ...]:
    return tuple(quoted or literal or bare for quoted, literal, bare in re.findall(_PART, dotted))

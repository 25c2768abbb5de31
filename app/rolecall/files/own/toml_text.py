"""The text of a TOML file: what it says, and on which lines: tomllib does not report those.

Files of others are read, too, so the structure and the time have limits.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from time import thread_time
from typing import Any, Final

# What tomllib raises: also ValueError for a number that is too long, and RecursionError.
NOT_READ: Final = (ValueError, RecursionError)
_PART: Final = r"""\s*(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|([A-Za-z0-9_-]+))\s*"""
_HEADER: Final = rf"\s*\[\[?((?:{_PART}\.)*{_PART})\]"
_KEY: Final = rf"((?:{_PART}\.)*{_PART})="
# A key with more parts than any of ours: tomllib's time grows with the square of their number.
_MOST_PARTS: Final = 16
_DEEP_KEY: Final = (
    r"""(?<![\w.\\-])(?:(?:[\w-]+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*')[ \t]*\.[ \t]*)"""
    rf"{{{_MOST_PARTS}}}"
)
_MOST_BITS: Final = 64  # of an integer, as in TOML 1.0; Python cannot print a very long one
_CALLS_BETWEEN: Final = 4096  # asking for the time is slow
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

    if deep := re.search(_DEEP_KEY, text):
        line = text.count("\n", 0, deep.start()) + 1
        raise NotToml(f"A key has more than {_MOST_PARTS} parts", line)
    try:
        values = tomllib.loads(text)
    except NOT_READ as error:
        words = str(error)
    else:
        if _has_long_integer(values):
            raise NotToml(f"An integer has more than {_MOST_BITS} bits", 0)
        return values
    found = re.search(_AT_LINE, words)
    line = int(found[1]) if found and found[1] else text.count("\n") + 1
    raise NotToml(re.sub(_AT_LINE, "", words), line)


def _has_long_integer(values: dict[str, Any]) -> bool:
    waiting: list[object] = [values]
    while waiting:
        each = waiting.pop()
        if isinstance(each, dict):
            waiting += each.values()
        elif isinstance(each, list):
            waiting += each
        elif isinstance(each, int) and each.bit_length() > _MOST_BITS:
            return True
    return False


@contextmanager
def time_limit(seconds: float, error: Exception) -> Iterator[None]:
    """Raise the error if what is done here takes this thread more processor time.

    tomllib makes many short calls, and this is asked at each of them.
    """
    end, before, calls = thread_time() + seconds, sys.getprofile(), count(1)

    def check(*_: object) -> None:
        if not next(calls) % _CALLS_BETWEEN and thread_time() > end:
            raise error

    sys.setprofile(check)
    try:
        yield
    finally:
        sys.setprofile(before)


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

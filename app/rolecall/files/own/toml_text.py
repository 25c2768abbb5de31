"""The text of a TOML file that several people may write, with clear errors."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from rolecall.domain.errors.file_errors import TomlInvalid
from rolecall.domain.inventory.annotations import TomlMistake, TomlProblem
from rolecall.domain.text import safe
from rolecall.files.own.toml_lines import AT_LINE, line_of, repeated

_LONGEST_SHOWN: Final = 80
_HTML: Final = ("<!doctype", "<html", "<head", "<?xml")


def parsed(text: str, place: str) -> dict[str, Any]:
    """Return the content of the text. Raises TomlInvalid, naming the place."""
    if text.lstrip()[:16].lower().startswith(_HTML):
        raise TomlInvalid(place, 1, TomlProblem.HTML)
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        if twice := repeated(text):
            raise _invalid(place, twice[1], TomlProblem.TWICE, twice[0]) from None
        words = str(error)
        found = AT_LINE.search(words)
        line = int(found[1]) if found and found[1] else text.count("\n") + 1
        detail = safe(AT_LINE.sub("", words)[:_LONGEST_SHOWN])
        raise TomlInvalid(place, line, TomlProblem.NOT_TOML, detail=detail) from None


@contextmanager
def mistakes_in(text: Callable[[], str], place: str) -> Iterator[None]:
    """Raise TomlInvalid with the line for a TomlMistake."""
    try:
        yield
    except TomlMistake as mistake:
        line = line_of(text(), mistake.keys)
        raise _invalid(place, line, mistake.problem, mistake.keys, mistake.detail) from None


def _invalid(
    place: str, line: int, problem: TomlProblem, keys: tuple[str, ...], detail: str = ""
) -> TomlInvalid:
    shown = safe(".".join(keys)[:_LONGEST_SHOWN]), safe(detail[:_LONGEST_SHOWN])
    return TomlInvalid(place, line, problem, *shown)

"""Completion in the ways of several shells."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from rolecall.domain.text import safe

Lines = Callable[[Mapping[str, str], Sequence[str]], Iterable[str]]


def as_passed(typed: Sequence[str], _: Mapping[str, str]) -> list[str]:
    """The words of a shell that passes each as an argument."""
    return [*typed]


def split(line: str) -> list[str]:
    """The words of an unfinished line after the first."""
    import shlex

    lexer = shlex.shlex(line, posix=True)
    lexer.whitespace_split = True
    lexer.commenters = ""
    words: list[str] = []
    try:
        words += lexer
        if line[-1:].isspace() or not words:
            words.append("")
    except ValueError:  # in the middle of a quoted word
        words.append(lexer.token)
    return words[1:] or [""]


def described(found: Mapping[str, str], _: Sequence[str] = ()) -> list[str]:
    """Each name with what it means, after a tab."""
    return [f"{name}\t{safe(what)}".rstrip() for name, what in found.items()]


def without(unsafe: re.Pattern[str], lines: Lines) -> Lines:
    """Leave out the names that the shell cannot complete."""
    return lambda found, typed: lines(
        {name: what for name, what in found.items() if not unsafe.search(name)}, typed
    )

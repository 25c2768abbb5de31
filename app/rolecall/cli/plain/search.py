"""One of many rows, found by words and chosen by its number."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, TypeVar

from rolecall.cli.support.choice import chosen, typed_text
from rolecall.cli.support.output import echo
from rolecall.presentation.texts import plain_strings as words

_MOST: Final = 20

Row = TypeVar("Row")


def found_by_words(
    question: str,
    find: Callable[[Sequence[str]], Sequence[Row]],
    say: Callable[[Row], str],
    typed: str | None = None,
) -> Row | None:
    """Ask for words, unless they are `typed` already, and which of the rows that they find is
    meant. Return None if none is.

    Raises KeyboardInterrupt at the end of the input.
    """
    while True:
        rows = find((typed_text(words.WORDS) if typed is None else typed).split())
        typed = None
        if not rows:
            echo(words.NOTHING, err=True)
        elif len(rows) > _MOST:
            echo(words.FIRST_SHOWN(len(rows)), err=True)
        shown = rows[:_MOST]
        at = chosen(question, [*map(say, shown), words.OTHER_WORDS, words.BACK])
        if at != len(shown):
            return shown[at] if at < len(shown) else None

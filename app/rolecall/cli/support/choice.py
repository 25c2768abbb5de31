"""Numbered choices: lines that are only appended, and a number as the answer."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence

from rolecall.cli.support.output import echo, in_words, write
from rolecall.domain.question import current
from rolecall.presentation.texts import program_strings as words


def typed_text(question: str) -> str:
    """Ask on standard error for a text. Raises KeyboardInterrupt at the end of the input."""
    write(f"{in_words(question)} ", err=True)
    typed = sys.stdin.readline()
    current().begin_again()
    if not typed:
        raise KeyboardInterrupt
    return typed.strip()


def chosen(question: str, options: Sequence[str]) -> int:
    """Ask on standard error which of the options is meant, until the answer is clear. Return its
    index; without an answer, that of the first.

    Raises KeyboardInterrupt at the end of the input.
    """
    echo(question, err=True)
    for number, option in enumerate(options, start=1):
        echo(f"{number:>4}  {option}", err=True)
    while True:
        answer = typed_text(words.NUMBER.format(count=len(options))) or "1"
        if re.fullmatch("[0-9]{1,6}", answer) and 1 <= int(answer) <= len(options):
            return int(answer) - 1

"""Questions that are answered with yes or no.

The time until the answer does not make the next call to AWS a slow one.
"""

from __future__ import annotations

import sys

from rolecall.domain.question import current


def is_terminal() -> bool:
    """Return whether a user can be asked: standard output may be read by a shell."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def confirmed(question: str) -> bool:
    """Ask on standard error until the answer is clear, in a command that has `--yes`.

    Raises click.ClickException without a terminal, and click.Abort at the end of the input.
    """
    import click

    from rolecall.presentation.texts import program_strings

    if not is_terminal():
        raise click.ClickException(program_strings.NEEDS_YES)
    is_confirmed = click.confirm(question, err=True)
    current().begin_again()
    return is_confirmed


def typed_yes() -> bool:
    """Return whether the next line of the input says yes. It does without click, as `awsp` does."""
    typed = sys.stdin.readline()
    current().begin_again()
    return typed.strip().lower() in {"y", "yes"}

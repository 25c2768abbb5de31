"""How every command writes: it shows the difference, asks, commits, and says what was done."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import Generic, TypeVar

import click

from rolecall.cli.support.confirm import confirmed, is_terminal
from rolecall.cli.support.display import print_diff
from rolecall.cli.support.options import has_no_lock_option
from rolecall.cli.support.output import echo
from rolecall.domain.errors.file_errors import LocksMissing
from rolecall.domain.records import NamedTuple
from rolecall.presentation.texts import program_strings

T = TypeVar("T")


class Streams(Enum):
    """Where the difference goes, and what is said afterwards."""

    OUTPUT = "output"  # both to standard output
    SAID = "said"  # what is said to standard error
    MESSAGES = "messages"  # both to standard error: a shell evaluates the output


class Writing(NamedTuple, Generic[T]):
    """A planned write.

    `diff` is shown below `heading`; it is empty if the command has shown what happens. `question`
    is empty if the command itself says that the user wants the write. `done` is said afterwards.
    `may_go_unasked`: without a terminal it is written, as scripts expect. Otherwise it then needs
    `--yes`, as `refusal` says.
    """

    commit: Callable[[], T]
    diff: str = ""
    heading: str = ""
    question: str = ""
    done: str = ""
    goes_to: Streams = Streams.OUTPUT
    may_go_unasked: bool = False
    refusal: str = program_strings.NEEDS_YES


def write_change(writing: Writing[T], *, dry_run: bool = False, yes: bool = False) -> T | None:
    """Write, and return what the commit returns; None of a dry run.

    If the file system has no locks, it asks once more and commits again; `--no-lock` says yes to
    that. Exits with 1 if an answer is no. Raises click.ClickException if there is no terminal to
    ask on, and what the commit raises.
    """
    shown_on_stderr = writing.goes_to is Streams.MESSAGES
    if writing.heading:
        echo(writing.heading, err=shown_on_stderr)
    if writing.diff:
        print_diff(writing.diff, err=shown_on_stderr)
    if dry_run:
        return None
    if writing.question and not yes and not _is_wanted(writing):
        raise click.exceptions.Exit(1)
    result = _committed(writing.commit)
    if writing.done:
        echo(writing.done, err=writing.goes_to is not Streams.OUTPUT)
    return result


def _committed(commit: Callable[[], T]) -> T:
    try:
        return commit()
    except LocksMissing as missing:
        if not has_no_lock_option():
            _ask_to_go_without(missing)
    from rolecall.services.base.unlocked import unlocked

    return unlocked(commit)()


def _ask_to_go_without(missing: LocksMissing) -> None:
    """Raise the error without a terminal, and exit with 1 if the answer is no."""
    from rolecall.presentation.errors import ask_unlocked  # late: few writes need it

    if not is_terminal():
        raise missing
    if not confirmed(ask_unlocked(missing)):
        raise click.exceptions.Exit(1)


def _is_wanted(writing: Writing[T]) -> bool:
    if is_terminal():
        return confirmed(writing.question)
    if writing.may_go_unasked:
        return True
    raise click.ClickException(writing.refusal)

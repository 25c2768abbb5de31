"""Errors of commands: one sentence on standard error, and an exit status."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rolecall.cli.support.output import echo
from rolecall.domain.errors import RolecallError
from rolecall.domain.process.debug_log import note_error
from rolecall.presentation.errors import explain


@contextmanager
def exit_on_error(status: int = 1) -> Iterator[None]:
    """Print a RolecallError of the block and exit with the status."""
    try:
        yield
    except RolecallError as error:
        echo_error(error)
        sys.exit(status)


def echo_error(error: RolecallError) -> None:
    """Print the error to standard error."""
    echo(error_text(error), err=True)


def error_text(error: RolecallError) -> str:
    """Return an explanation of the error that names commands instead of the keys of the full
    screen, and note in the log of `--debug` that it is shown.
    """
    note_error(error)
    return explain(error, by_command=True)

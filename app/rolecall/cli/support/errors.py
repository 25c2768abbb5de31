"""Errors of commands: one sentence on standard error, and an exit status.

Most imports are late: a shell waits for some commands, and few of them fail.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from rolecall.cli.support.output import echo
from rolecall.domain.process.debug_log import note_error

if TYPE_CHECKING:
    from pathlib import Path

    from rolecall.domain.errors import RolecallError

CANCELLED: Final = 130  # the exit status of fzf, and of a shell after Ctrl+C (128 + SIGINT)
INCOMPLETE: Final = 3  # AWS has not listed everything; the command has used what is known
_STDOUT: Final = 1
_OUTPUT_LOST: Final = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO}


@contextmanager
def exit_on_error(status: int = 1) -> Iterator[None]:
    """Print a RolecallError of the block and exit with the status."""
    try:
        yield
    except Exception as error:
        echo_error(error)
        sys.exit(status)


def echo_error(error: Exception) -> None:
    """Print a RolecallError to standard error. Raises any other error again."""
    from rolecall.domain.errors import RolecallError

    if not isinstance(error, RolecallError):
        raise error
    echo(error_text(error), err=True)


def error_text(error: RolecallError) -> str:
    """Return an explanation of the error that names commands instead of the keys of the full
    screen. The log of `--debug` notes the error.
    """
    from rolecall.presentation.errors import explain

    note_error(error)
    return explain(error, by_command=True)


def config_file() -> str:
    """Return the path of ~/.aws/config as a user writes it."""
    from rolecall.presentation import paths

    return paths.config_file()


def write_report(error: BaseException, environ: Mapping[str, str]) -> Path | None:
    """Write a crash report. Returns its path, or None if it could not be written."""
    from rolecall.services.base import crash_report

    return crash_report.report(error, environ)


def print_crash(error: BaseException, environ: Mapping[str, str]) -> int:
    """Report an unexpected error, and print a sentence about it. Returns the exit status."""
    from rolecall.presentation.texts import program_strings

    if isinstance(error, OSError) and _is_output_error(error):
        # The interpreter would try to write the rest at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), _STDOUT)
        echo(program_strings.OUTPUT_LOST.format(reason=error.strerror), err=True)
        return 1
    path = write_report(error, environ)
    template = program_strings.CRASHED if path else program_strings.CRASHED_NO_REPORT
    echo(template.format(what=type(error).__name__, path=path), err=True)
    return 1


def _is_output_error(error: OSError) -> bool:
    """Return whether standard output failed. An error of a file has a file name."""
    return error.filename is None and error.errno in _OUTPUT_LOST

"""What a user sees of an unexpected error: a sentence, and the path of a report."""

from __future__ import annotations

import errno
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from rolecall.cli.support.output import echo
from rolecall.presentation.texts import program_strings

_STDOUT: Final = 1
_OUTPUT_LOST: Final = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO}


def write_report(error: BaseException, environ: Mapping[str, str]) -> Path | None:
    """Write a crash report. Returns its path, or None if it could not be written."""
    from rolecall.services.base import crash_report

    return crash_report.report(error, environ)


def print_crash(error: BaseException, environ: Mapping[str, str]) -> int:
    """Write a report and print a sentence to standard error. Returns the exit status."""
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

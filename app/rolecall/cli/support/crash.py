"""What a user sees of an error that no command expects: a sentence, and where a report is."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from rolecall.presentation import program_strings

_STDOUT: Final = 1
_OUTPUT_LOST: Final = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO}


def report(error: BaseException, environ: Mapping[str, str]) -> Path | None:
    """Writes the report; where it is, or None where it could not be written."""
    from rolecall.services import crash_report

    return crash_report.report(error, environ)


def say_what_failed(error: BaseException, environ: Mapping[str, str]) -> int:
    """The exit status."""
    if isinstance(error, OSError) and _is_of_output(error):
        # What is still to be written is not tried again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), _STDOUT)
        print(program_strings.OUTPUT_LOST.format(reason=error.strerror), file=sys.stderr)
        return 1
    path = report(error, environ)
    template = program_strings.CRASHED if path else program_strings.CRASHED_NO_REPORT
    print(template.format(what=type(error).__name__, path=path), file=sys.stderr)
    return 1


def _is_of_output(error: OSError) -> bool:
    """Of standard output, that is: what goes wrong with a file has its name."""
    return error.filename is None and error.errno in _OUTPUT_LOST

"""The user's editor, in the terminal."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from rolecall.domain.process import core_dumps


def edit(path: Path, environ: Mapping[str, str]) -> int:
    """Run the editor on the file and wait. Returns its exit status.

    VISUAL and EDITOR may have arguments, which a shell splits, as for git.
    """
    named = environ.get("VISUAL") or environ.get("EDITOR") or "vi"
    # Standard output may be a pipe, as in `$(rolecall)`; the screen is on standard error.
    command = ["/bin/sh", "-c", f'{named} "$@"', named, str(path)]
    with core_dumps.allowed():
        program = subprocess.Popen(command, stdout=sys.stderr.fileno())
    return program.wait()

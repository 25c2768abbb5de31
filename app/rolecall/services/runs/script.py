"""A script that does not name its interpreter."""

from __future__ import annotations

import errno
from collections.abc import Mapping, Sequence
from shutil import which


def by_shell(command: Sequence[str], error: OSError, environ: Mapping[str, str]) -> list[str]:
    """Return the command that runs a script without `#!`, as execvp(3) does.

    Raises the error if it has another reason.
    """
    path = which(command[0], path=environ.get("PATH"))
    if error.errno != errno.ENOEXEC or path is None:
        raise error
    return ["/bin/sh", path, *command[1:]]

"""Create folders that only their owner can use."""

from __future__ import annotations

import errno
import os
import stat


def make_folder(folder: str) -> None:
    """Create the folder and its parents with mode 0700, whatever the umask. Raises OSError."""
    try:
        if stat.S_ISDIR(os.stat(folder).st_mode):
            return
    except FileNotFoundError:
        make_folder(os.path.dirname(folder) or ".")
    try:
        os.mkdir(folder, 0o700)
        os.chmod(folder, 0o700)
    except FileExistsError:
        if not os.path.isdir(folder):
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), folder) from None

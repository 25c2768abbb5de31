"""Create folders that only their owner can use."""

from __future__ import annotations

import errno
import os


def make_folder(folder: str) -> None:
    """Create the folder and its parents with mode 0700, whatever the umask. Raises OSError."""
    if os.path.isdir(folder):
        return
    make_folder(os.path.dirname(folder) or ".")
    try:
        os.mkdir(folder, 0o700)
        os.chmod(folder, 0o700)
    except FileExistsError:
        if not os.path.isdir(folder):
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), folder) from None

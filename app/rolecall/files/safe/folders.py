"""Create folders that only their owner can use, and recognise temporary ones by their names."""

from __future__ import annotations

import errno
import os
import stat
from typing import Final

SERVED_COPIES: Final = "serve"  # the kind of the folders of `services.credentials.container_files`


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


def opened_to_append(path: str) -> int:
    """Open a file to append to, and create it with mode 0600, and its folders. Raises OSError."""
    flags = os.O_WRONLY | os.O_NONBLOCK | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
    try:
        return os.open(path, flags, 0o600)
    except FileNotFoundError:
        make_folder(os.path.dirname(path))
        return os.open(path, flags, 0o600)


def temporary_prefix(kind: str) -> str:
    """Return how the names of the temporary folders of this kind begin."""
    return f"rolecall-{kind}-"


def is_served_copy(path: str) -> bool:
    """Whether a file is a copy that `rolecall serve` made, or would be one if it still existed."""
    return os.path.basename(os.path.dirname(path)).startswith(temporary_prefix(SERVED_COPIES))

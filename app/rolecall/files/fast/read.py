"""Read a file without waiting for a writer, as opening a named pipe would."""

from __future__ import annotations

import errno
import os
import stat


def read(path: str) -> bytes:
    """Return the bytes of a regular file. Raises OSError if it is another kind of file."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with open(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL), path)
        return file.read()

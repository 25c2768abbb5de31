"""Read a file; unlike a plain `open`, without waiting for the writer of a named pipe. Prompts wait
for this import.
"""

from __future__ import annotations

import errno
import os
import stat


def read(path: str | os.PathLike[str]) -> bytes | None:
    """Return the bytes of a file, or None if there is no file.

    An empty path, a dangling link and a device (/dev/null) count as no file, as they do in
    botocore. Raises FileUnreadable.
    """
    try:
        return data_of(path)
    except OSError as error:
        from pathlib import Path  # late: most files can be read

        from rolecall.domain.errors.file_error_reason import reason_of
        from rolecall.domain.errors.file_errors import FileUnreadable

        raise FileUnreadable(Path(path), reason_of(error)) from error


def read_or_nothing(path: str | os.PathLike[str]) -> bytes:
    """Return the bytes of a file; none if there is no file, or if it cannot be read."""
    try:
        return data_of(path) or b""
    except OSError:
        return b""


def data_of(path: str | os.PathLike[str]) -> bytes | None:
    """Return what `read` returns. Raises OSError; EISDIR for anything that is not a file."""
    if os.path.basename(path) in {"", "."}:  # `Path()` is "."
        return None
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    try:
        mode = os.fstat(descriptor).st_mode
        if stat.S_ISREG(mode):
            with open(descriptor, "rb", closefd=False) as file:
                return file.read()
    finally:
        os.close(descriptor)
    if stat.S_ISCHR(mode):
        return None
    raise OSError(errno.EISDIR, os.strerror(errno.EISDIR), path)

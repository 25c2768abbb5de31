"""Read a file, without waiting for a writer as opening a named pipe would. Prompts wait for this
import.
"""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rolecall.domain.file_errors import FileUnreadable


def read(path: str | os.PathLike[str]) -> bytes | None:
    """Return the bytes of a file, or None if there is no file.

    An empty path, a dangling link and a device (/dev/null) count as no file, as they do in
    botocore. Raises FileUnreadable.
    """
    if os.path.basename(path) in {"", "."}:  # `Path()` is "."
        return None
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            mode = os.fstat(descriptor).st_mode
            if stat.S_ISREG(mode):
                with open(descriptor, "rb", closefd=False) as file:
                    return file.read()
        finally:
            os.close(descriptor)
    except FileNotFoundError:
        return None
    except OSError as error:
        from rolecall.domain.file_error_reason import reason_of

        raise _unreadable(path, reason_of(error)) from error
    if stat.S_ISCHR(mode):
        return None
    from rolecall.domain.file_error_reason import FileErrorReason

    raise _unreadable(path, FileErrorReason.NOT_A_FILE.value)


def _unreadable(path: str | os.PathLike[str], reason: str) -> FileUnreadable:
    from pathlib import Path  # late: most files can be read

    from rolecall.domain.file_errors import FileUnreadable

    return FileUnreadable(Path(path), reason)

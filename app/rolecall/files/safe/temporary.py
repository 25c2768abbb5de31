"""Temporary files in the folder of the file that they replace.

A process that is killed leaves its file, which may have secrets; the next write in the folder
deletes it. A file is locked while it is in use. A process ID in its name would say nothing to a
process in another container.
"""

from __future__ import annotations

import fcntl
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

_NAME: Final = re.compile(r"\..+\.rolecall-[0-9a-f]{16}")


@contextmanager
def temporary(target: Path, mark: str = "") -> Iterator[tuple[int, Path]]:
    """Create a locked file with mode 0600 to replace `target`. Yield its descriptor and path.

    It is deleted at the end if it has not been renamed. One with a `mark`, at the end of its name,
    is not deleted as stale. Raises OSError.
    """
    descriptor, path = _create(target, mark)
    try:
        yield descriptor, path
    finally:
        with suppress(OSError):  # it has been renamed, or is stale from now on
            path.unlink()
        os.close(descriptor)


def delete_stale(folder: Path) -> None:
    """Delete the files of writers that no longer run. Raises OSError without the folder."""
    for entry in os.scandir(folder):
        if _NAME.fullmatch(entry.name):
            with suppress(OSError):  # it is in use, or its writer has just renamed it
                _delete_unlocked(entry.path)


def _create(target: Path, mark: str) -> tuple[int, Path]:
    while True:
        path = target.with_name(f".{target.name}.rolecall-{os.urandom(8).hex()}{mark}")
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with suppress(OSError):  # a file system without locks; its stale files stay
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        if os.fstat(descriptor).st_nlink:
            return descriptor, path
        os.close(descriptor)  # deleted as stale before it was locked


def _delete_unlocked(path: str) -> None:
    descriptor = os.open(path, os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        Path(path).unlink()
    finally:
        os.close(descriptor)

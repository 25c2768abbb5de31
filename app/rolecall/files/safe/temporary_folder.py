"""A temporary folder for one run of rolecall. If the run is killed, the next one deletes it."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from shutil import rmtree
from tempfile import gettempdir
from typing import Final

from rolecall.files.safe.folders import temporary_prefix

_FLAGS: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


@contextmanager
def temporary_folder(kind: str) -> Iterator[Path]:
    """Create and yield a folder with mode 0700, and delete it at the end. Raises OSError.

    It is locked. Unlocked folders of the same kind and user are from killed runs and are deleted.
    """
    prefix = temporary_prefix(kind)
    parent = Path(gettempdir())
    for entry in os.scandir(parent):
        if entry.name.startswith(prefix):
            with suppress(OSError):
                _delete_unlocked(Path(entry.path))
    folder = parent / f"{prefix}{os.urandom(8).hex()}"
    descriptor = -1
    try:
        while descriptor < 0:
            folder.mkdir(mode=0o700, exist_ok=True)
            descriptor = _locked(folder)
        yield folder
    finally:
        _delete(folder)
        if descriptor >= 0:
            os.close(descriptor)


def _locked(folder: Path) -> int:
    """Open and lock a new folder; return -1 if it was deleted as stale before."""
    try:
        descriptor = os.open(folder, _FLAGS)
    except FileNotFoundError:
        return -1
    with suppress(OSError):
        fcntl.flock(descriptor, fcntl.LOCK_EX)
    if folder.exists():
        return descriptor
    os.close(descriptor)
    return -1


def _delete_unlocked(folder: Path) -> None:
    descriptor = os.open(folder, _FLAGS)
    try:
        if os.fstat(descriptor).st_uid == os.geteuid():
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            _delete(folder)
    finally:
        os.close(descriptor)


def _delete(folder: Path) -> None:
    with suppress(OSError):
        folder.chmod(0o700)  # it may have become read-only
    rmtree(folder, ignore_errors=True)

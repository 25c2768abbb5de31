"""Folders for one run of rolecall, and those that killed runs left behind."""

from __future__ import annotations

import fcntl
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from shutil import rmtree
from tempfile import gettempdir
from typing import Final

from rolecall.files.safe.folders import make_folder, temporary_prefix

_FLAGS: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


@contextmanager
def temporary_folder(kind: str) -> Iterator[Path]:
    """Create and yield a folder with mode 0700, and delete it at the end. Raises OSError.

    It is locked. Folders of the same kind and user that killed runs left behind are deleted.
    """
    parent = Path(gettempdir())
    for left in left_behind(parent, kind):
        delete_left(left)
    with locked_folder(parent, kind) as folder:
        yield folder


@contextmanager
def locked_folder(parent: Path, kind: str) -> Iterator[Path]:
    """Create and yield a folder like a temporary one; if the run is killed, it stays.

    Raises OSError.
    """
    make_folder(str(parent))
    folder = parent / f"{temporary_prefix(kind)}{os.urandom(8).hex()}"
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


def left_behind(parent: Path, kind: str = "") -> list[Path]:
    """Return the folders of this user that killed runs left here: those of a kind, or all.

    Raises OSError.
    """
    named = re.compile(f"{temporary_prefix(kind or '[a-z]+')}[0-9a-f]{{16}}")
    left = []
    for entry in os.scandir(parent):
        if named.fullmatch(entry.name):
            with _taken(Path(entry.path)) as is_left:
                left += [Path(entry.path)] * is_left
    return left


def delete_left(folder: Path) -> None:
    """Delete a folder that a killed run left behind, with its contents, if possible."""
    with _taken(folder) as is_left:
        if is_left:
            _delete(folder)


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


@contextmanager
def _taken(folder: Path) -> Iterator[bool]:
    """Lock the folder in the meantime. Yield whether a killed run of this user left it behind."""
    try:
        descriptor = os.open(folder, _FLAGS)
    except OSError:  # no folder, or that of another user
        yield False
        return
    try:
        is_left = os.fstat(descriptor).st_uid == os.geteuid()
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            is_left = False
        yield is_left
    finally:
        os.close(descriptor)


def _delete(folder: Path) -> None:
    with suppress(OSError):
        folder.chmod(0o700)  # it may have become read-only
    rmtree(folder, ignore_errors=True)

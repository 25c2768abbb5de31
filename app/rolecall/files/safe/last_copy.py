"""Save what AWS gives only once: a new token, whose refresh token cannot be used again.

Before the call, room is reserved in a temporary file next to the old one. After it, these steps are
tried until one works: the temporary file replaces the old one; the new bytes are written into the
old file, whose refresh token is used up; they are written into rolecall's state folder. `recover`
moves them from there into their place, and also from the temporary file of a killed process.

The name of such a copy has a digest of the bytes that it replaces: if the file has other ones
since, the copy is out of date. All of them are JSON objects, so a copy that is not whole is seen.
"""

from __future__ import annotations

import fcntl
import os
import re
import stat
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Final

from rolecall.domain.errors.file_error_reason import reason_of
from rolecall.domain.errors.file_errors import FileError, FileKept, FileUnwritable
from rolecall.files.json_fields import parse
from rolecall.files.safe import atomic
from rolecall.files.safe.replaceable import obstacle_at

_ROOM: Final = 8192  # bytes; a new token is smaller
_FOLDER: Final = "unsaved"
_NAME: Final = re.compile(r"\.(?P<file>.+)\.rolecall-[0-9a-f]{16}-(?P<replaces>[0-9a-f]{16})")


@contextmanager
def replacing(path: Path, state: Path) -> Iterator[Callable[[bytes], None]]:
    """Do all steps of a private `atomic.write` but the last, and yield the function for that one.

    `state` is rolecall's state folder. Raises FileUnwritable. The function raises FileKept if the
    bytes are in the state folder, and FileUnwritable if only this process has them.
    """
    with ExitStack() as stack:
        with atomic.as_unwritable(path):
            mark = f"-{_digest(_content(path))}"
            target, descriptor, new = stack.enter_context(
                atomic.new_file(path, "" if path.is_symlink() else mark, private=True)
            )
            _reserve(descriptor)
            # Refused for an immutable file, as a rename is.
            with suppress(FileNotFoundError):
                target.chmod(stat.S_IMODE(target.stat().st_mode))

        def save(data: bytes) -> None:
            os.lseek(descriptor, 0, os.SEEK_SET)
            atomic.fill(descriptor, data)
            new.rename(target)

        def replace(data: bytes) -> None:
            try:
                save(data)
            except OSError as error:
                _save_elsewhere(path, mark, state, data, reason_of(error))
            except BaseException:  # Ctrl+C
                with suppress(OSError):  # it is in its place already
                    save(data)
                raise
            atomic.flush_folder(target)

        yield replace


def write(path: Path, state: Path, data: bytes) -> None:
    """Save bytes for which no room was reserved. Raises FileKept, FileUnwritable."""
    mark = f"-{_digest(_content(path))}"
    try:
        atomic.write(path, data, private=True)
    except FileUnwritable as error:
        _save_elsewhere(path, mark, state, data, error.reason)


def recover(folder: Path, state: Path) -> None:
    """Move what could not be saved in the files of a folder into its place, if that is possible
    now, and delete what is out of date.
    """
    for copy, name, replaces in _copies(folder, state):
        with suppress(OSError, FileError):
            _move(copy, folder / name, replaces, state)


def remove(path: Path, state: Path) -> None:
    """Delete a file, and what could not be saved in it. Raises FileNotDeleted."""
    atomic.remove(path)
    for copy, name, _ in _copies(path.parent, state):
        if name == path.name:
            atomic.remove(copy)


def _copies(folder: Path, state: Path) -> Iterator[tuple[Path, str, str]]:
    """Yield what could not be saved in the files of a folder: its path, the name of the file, and
    the digest of what it replaces.
    """
    places = [folder]
    if os.path.isdir(state / _FOLDER):  # that of pathlib raises for a path that is too long
        places.append(_kept_of(folder, state))
    for place in places:
        try:
            names = os.listdir(place)
        except OSError:  # there is no such folder
            continue
        for name in names:
            if found := _NAME.fullmatch(name):
                yield place / name, found["file"], found["replaces"]


def _move(copy: Path, path: Path, replaces: str, state: Path) -> None:
    """Move a copy into its place. Raises OSError if its process still runs, FileError."""
    descriptor = os.open(copy, os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        with atomic.lock_if_possible(path, state, 0.0):
            new, old = _content(copy).rstrip(b"\0"), atomic.read(path)
            is_broken = old is not None and parse(old) is None
            if parse(new) is not None and (is_broken or _digest(old or b"") == replaces):
                atomic.write(path, new, expected=old, private=True)
            copy.unlink()
    finally:
        os.close(descriptor)


def _save_elsewhere(path: Path, mark: str, state: Path, data: bytes, reason: str) -> None:
    """Write into the old file, or else into the state folder. Raises FileKept, FileUnwritable."""
    try:
        _overwrite(path, data)
    except OSError:
        folder = _kept_of(path.parent, state)
        copy = folder / f".{path.name}.rolecall-{os.urandom(8).hex()}{mark}"
        try:
            atomic.write(copy, data)
        except FileUnwritable:
            raise FileUnwritable(path, reason) from None
        raise FileKept(path, reason, copy) from None


def _overwrite(path: Path, data: bytes) -> None:
    """Write into a file that is there. This alone is not atomic. Raises OSError."""
    target = os.path.realpath(path)
    descriptor = os.open(target, os.O_WRONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        old = os.fstat(descriptor)
        if obstacle := obstacle_at(target, old):
            raise OSError(obstacle)
        os.fchmod(descriptor, stat.S_IMODE(old.st_mode) & 0o700)
        try:
            atomic.fill(descriptor, data)
        except OSError:
            if 0 < os.lseek(descriptor, 0, os.SEEK_CUR) < len(data):
                os.ftruncate(descriptor, 0)  # half of each could look whole
            raise
    finally:
        os.close(descriptor)


def _reserve(descriptor: int) -> None:
    """Reserve room on the disk. Raises OSError.

    Zeros would do where a write goes to the same blocks again, but not on btrfs. Some systems and
    file systems have nothing better.
    """
    try:
        os.posix_fallocate(descriptor, 0, _ROOM)
    except (AttributeError, OSError):
        atomic.fill(descriptor, bytes(_ROOM))
    else:
        os.fsync(descriptor)


def _kept_of(folder: Path, state: Path) -> Path:
    """Return the folder for files that could not be saved in this folder."""
    return state / _FOLDER / _digest(os.fsencode(os.path.realpath(folder)))


def _content(path: Path) -> bytes:
    """Return the bytes of a file; none if it cannot be read."""
    try:
        return atomic.read(path) or b""
    except FileError:
        return b""


def _digest(data: bytes) -> str:
    from hashlib import sha256  # late: readers do not need it

    return sha256(data).hexdigest()[:16]

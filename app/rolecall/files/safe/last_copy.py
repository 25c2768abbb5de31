"""Save what AWS gives only once: a new token, whose refresh token cannot be used again.

Before the call, room is reserved in a temporary file next to the old one. After it, these steps are
tried until one works: the temporary file replaces the old one; the new bytes are written into the
old file, whose refresh token is used up; they are written into rolecall's state folder, the
temporary folder or that of the user's login, which may be on other disks. `recover` moves them from
there into their place, and also from the temporary file of a killed process.

The name of such a copy has a digest of the bytes that it replaces: if the file has other ones
since, the copy is out of date. All of them are JSON objects, so a copy that is not whole is seen.
"""

from __future__ import annotations

import fcntl
import os
import re
import stat
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Final, Protocol

from rolecall.domain.errors.file_error_reason import reason_of
from rolecall.domain.errors.file_errors import FileError, FileKept, FileUnwritable
from rolecall.files.json_fields import parse
from rolecall.files.safe import atomic
from rolecall.files.safe.folders import make_folder
from rolecall.files.safe.replaceable import obstacle_at

_ROOM: Final = 8192  # bytes; a new token is smaller
_FOLDER: Final = "unsaved"
_NAME: Final = re.compile(r"\.(?P<file>.+)\.rolecall-[0-9a-f]{16}-(?P<replaces>[0-9a-f]{16})")


class Replace(Protocol):
    """Saves the bytes. Another file of the same folder may be named."""

    def __call__(self, data: bytes, other: Path | None = None) -> None: ...


@contextmanager
def replacing(path: Path, state: Path) -> Iterator[Replace]:
    """Do all steps of a private `atomic.write` but the last, and yield the function for that one.

    `state` is rolecall's state folder. Raises FileUnwritable. The function raises FileKept if the
    bytes are in another folder, and FileUnwritable if only this process has them.
    """
    with ExitStack() as stack:
        with atomic.as_unwritable(path):
            mark = "" if path.is_symlink() else _mark(path)
            target, descriptor, new = stack.enter_context(atomic.new_file(path, mark, private=True))
            _reserve(descriptor)
            # Refused for an immutable file, as a rename is.
            with suppress(FileNotFoundError):
                target.chmod(stat.S_IMODE(target.stat().st_mode))

        def save(data: bytes, other: Path | None) -> None:
            goal = target if other is None else atomic.prepare(other, descriptor, private=True)
            os.lseek(descriptor, 0, os.SEEK_SET)
            atomic.fill(descriptor, data)
            new.rename(goal)

        def replace(data: bytes, other: Path | None = None) -> None:
            try:
                save(data, other)
            except (OSError, FileUnwritable) as error:
                _save_elsewhere(other or path, state, data, error)
            except BaseException:  # Ctrl+C
                with suppress(OSError, FileUnwritable):  # it is in its place already
                    save(data, other)
                raise
            atomic.flush_folder(target)

        yield replace


def write(path: Path, state: Path, data: bytes) -> None:
    """Save bytes for which no room was reserved. Raises FileKept, FileUnwritable."""
    try:
        atomic.write(path, data, private=True)
    except FileUnwritable as error:
        _save_elsewhere(path, state, data, error)


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
    for place in (folder, *filter(_is_private, _kept_of(folder, state))):
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


def _save_elsewhere(path: Path, state: Path, data: bytes, error: OSError | FileUnwritable) -> None:
    """Write into the old file, or else into another folder. Raises FileKept, FileUnwritable."""
    reason = error.reason if isinstance(error, FileUnwritable) else reason_of(error)
    mark = _mark(path)
    try:
        _overwrite(path, data)
    except OSError:
        for folder in _kept_of(path.parent, state):
            copy = folder / f".{path.name}.rolecall-{os.urandom(8).hex()}{mark}"
            with suppress(OSError, FileUnwritable):
                make_folder(str(folder))
                if _is_private(folder):
                    atomic.write(copy, data)
                    raise FileKept(path, reason, copy) from None
        raise FileUnwritable(path, reason) from None


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


def _kept_of(folder: Path, state: Path) -> Iterator[Path]:
    """Yield the folders for files that could not be saved in this folder."""
    name = _digest(os.fsencode(os.path.realpath(folder)))
    yield state / _FOLDER / name
    for parent in (os.environ.get("TMPDIR") or "/tmp", os.environ.get("XDG_RUNTIME_DIR")):
        if parent:
            yield Path(parent, f"rolecall-{_FOLDER}-{os.geteuid()}-{name}")


def _is_private(folder: Path) -> bool:
    """Whether there is such a folder, which nobody else can have put files into."""
    try:
        found = os.lstat(folder)
    except (OSError, ValueError):
        return False
    is_own = stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid()
    return is_own and not found.st_mode & 0o077


def _mark(path: Path) -> str:
    """Return the end of the name of a copy, which says what it replaces."""
    return f"-{_digest(_content(path))}"


def _content(path: Path) -> bytes:
    """Return the bytes of a file; none if it cannot be read."""
    try:
        return atomic.read(path) or b""
    except FileError:
        return b""


def _digest(data: bytes) -> str:
    from hashlib import sha256  # late: readers do not need it

    return sha256(data).hexdigest()[:16]

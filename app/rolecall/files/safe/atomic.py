"""Read a file, and write it as a whole or not at all.

A write goes to a temporary file in the same folder, is flushed to the disk, and replaces the old
file in one step, so a reader sees either the old bytes or the new ones. Locks are in rolecall's
state folder: ~/.aws stays clean, and a locked file can still be replaced.

`reason` in the errors is a short phrase: a value of `FileErrorReason`, or the system's own.
"""

from __future__ import annotations

import errno
import fcntl
import os
import stat
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from contextvars import ContextVar
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rolecall.domain.errors.file_error_reason import FileErrorReason, reason_of
from rolecall.domain.errors.file_errors import (
    FileBusy,
    FileChanged,
    FileNotDeleted,
    FileUnwritable,
    LocksMissing,
    StateRefused,
    StateUnwritable,
)
from rolecall.domain.question import current
from rolecall.files import read as reading
from rolecall.files.safe.folders import is_served_copy, make_folder
from rolecall.files.safe.replaceable import obstacle_at
from rolecall.files.safe.temporary import delete_stale, temporary

if TYPE_CHECKING:
    from rolecall.domain.config.file_change import Change

LOCK_TIMEOUT: Final = 10.0  # seconds
_TRIAL: Final = 8192  # bytes
_LOCK_FLAGS: Final = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
_TRY_EVERY: Final = 0.05  # seconds between two attempts to lock
_OWN_LOCKS: Final[set[str]] = set()  # those that this process has
# What flock says about a file system without locks: flock(2), and of NFS and FUSE without a server.
_NO_LOCKS: Final = {errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOTSUP, errno.ENOSYS}
_goes_without: Final[ContextVar[bool]] = ContextVar("goes_without", default=False)
read = reading.read


class AnyContent(Enum):
    """The type of ANY_CONTENT: the file may be replaced whatever it contains."""

    ANY_CONTENT = "any-content"


ANY_CONTENT: Final = AnyContent.ANY_CONTENT


def write(
    path: Path,
    data: bytes,
    *,
    expected: bytes | AnyContent | None = ANY_CONTENT,
    private: bool = False,
) -> None:
    """Replace the content of a file. Links are followed; mode and owner are kept.

    `expected` is the content that the file must have just before it is replaced (None: no file).
    New files have mode 0600, new folders 0700. With `private`, other users lose the right to read
    and write the file. Raises FileChanged if the content is another, and
    FileUnwritable; in both cases the old bytes are still there.
    """
    with as_unwritable(path):
        with new_file(path, private=private) as (target, descriptor, new):
            fill(descriptor, data)
            if expected is not ANY_CONTENT and read(target) != expected:
                raise FileChanged(path)
            new.rename(target)
        flush_folder(target)


@contextmanager
def new_file(path: Path, mark: str = "", *, private: bool) -> Iterator[tuple[Path, int, Path]]:
    """Yield the file that links lead to, and the descriptor and path of a `temporary` one with its
    owner and mode, which is to replace it. Raises FileUnwritable, OSError.
    """
    target = _target(path)
    make_folder(str(target.parent))
    delete_stale(target.parent)
    old = _old(path, target)
    with temporary(target, mark) as (descriptor, new):
        _copy_owner_and_mode(path, descriptor, old, private=private)
        yield target, descriptor, new


def prepare(path: Path, descriptor: int, *, private: bool) -> Path:
    """Give a new file the owner and mode of the one that it is to replace, and return the path of
    that one. Raises FileUnwritable, OSError.
    """
    target = _target(path)
    _copy_owner_and_mode(path, descriptor, _old(path, target), private=private)
    return target


def remove(path: Path) -> None:
    """Delete a file if it exists, and the file that it links to. Raises FileNotDeleted."""
    try:
        Path(os.path.realpath(path)).unlink(missing_ok=True)
        path.unlink(missing_ok=True)
    except OSError as error:
        raise FileNotDeleted(path, reason_of(error)) from error


def apply(change: Change) -> None:
    """Write a file as a change has planned it, or delete it: what it links to, and the link.

    Raises FileChanged if the content has changed since the plan; FileUnwritable, also for a file to
    delete that could not be replaced; FileNotDeleted.
    """
    if not change.deletes:
        write(change.path, change.after, expected=change.before)
        return
    with as_unwritable(change.path):
        target = _target(change.path)
        _old(change.path, target)
        if read(target) != change.before:
            raise FileChanged(change.path)
        remove(change.path)
    flush_folder(target)


def exists(path: Path) -> bool:
    """Return whether there is a file. `Path.exists` raises OSError for some paths."""
    try:
        path.stat()
    except OSError:
        return False
    return True


def inode(path: Path) -> int:
    """Return the number of the file, which stays when it is written in place; 0 without a file."""
    try:
        return path.stat().st_ino
    except OSError:
        return 0


def why_unwritable(folder: Path) -> str:
    """Return why no file can be saved in a folder, or in its nearest existing parent: a value of
    FileErrorReason, or the system's phrase; "" if one can be.

    A file is written there and deleted, because nothing else shows that the disk is full.
    """
    there = next((each for each in (folder, *folder.parents) if exists(each)), folder)
    try:
        with temporary(there / "trial") as (descriptor, _):
            fill(descriptor, bytes(_TRIAL))
    except OSError as error:
        return reason_of(error)
    return ""


@contextmanager
def lock(
    path: Path, state: Path, timeout: float | None = None, *, purpose: str = ""
) -> Iterator[None]:
    """Keep other processes of this user from writing the file.

    `state` is rolecall's state folder. The lock is named after the file that links lead to. With
    `purpose` it is another lock, for a call to AWS before the write, for which it leaves time.
    Raises FileBusy after `timeout` seconds (LOCK_TIMEOUT if None), and StateRefused. That is
    LocksMissing if the file system has no locks, which `without_locks` permits.
    """
    timeout = LOCK_TIMEOUT if timeout is None else timeout
    if purpose:  # another process asks AWS meanwhile
        timeout = min(timeout, current().seconds_to_wait())
    from hashlib import sha256  # late: readers do not need it

    folder = state / "locks"
    name = sha256(os.fsencode(os.path.realpath(path) + purpose)).hexdigest()[:32]
    try:
        make_folder(str(folder))
        descriptor = os.open(folder / f"{name}.lock", _LOCK_FLAGS, 0o600)
    except OSError as error:
        raise StateUnwritable(path, reason_of(error), folder) from error
    try:
        try:
            is_locked = _locked(descriptor, name, timeout)
        except OSError as error:
            has_locks = error.errno not in _NO_LOCKS
            if has_locks or not _goes_without.get():
                refused = StateUnwritable if has_locks else LocksMissing
                raise refused(path, reason_of(error), folder) from error
            is_locked = True  # if possible
        if not is_locked:
            raise FileBusy(path, purpose)
        _OWN_LOCKS.add(name)
        try:
            yield
        finally:
            _OWN_LOCKS.discard(name)
            with suppress(OSError):  # it ends with the descriptor, unless a child has that too
                fcntl.flock(descriptor, fcntl.LOCK_UN)
    finally:
        os.close(descriptor)


@contextmanager
def without_locks() -> Iterator[None]:
    """Let `lock` continue without a lock in this thread if the file system has none."""
    token = _goes_without.set(True)
    try:
        yield
    finally:
        _goes_without.reset(token)


@contextmanager
def lock_if_possible(
    path: Path, state: Path, timeout: float | None = None, *, purpose: str = ""
) -> Iterator[None]:
    """A `lock`, or none if the state folder cannot be written: for what also works without it.

    Raises FileBusy.
    """
    with ExitStack() as stack:
        with suppress(StateRefused):
            stack.enter_context(lock(path, state, timeout, purpose=purpose))
        yield


def _locked(descriptor: int, name: str, timeout: float) -> bool:
    """Lock the file within so many seconds, and return whether that succeeded. A slow wait for
    another process is reported. Raises OSError.
    """
    now = time.monotonic()
    question = current()
    end, slow_at = now + timeout, question.slow_at(now)
    while True:
        with suppress(BlockingIOError):
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        if (now := time.monotonic()) >= end:
            return False
        if now >= slow_at:
            slow_at = end
            if name not in _OWN_LOCKS:
                question.report_slow()
        time.sleep(min(_TRY_EVERY, end - now))


@contextmanager
def as_unwritable(path: Path) -> Iterator[None]:
    """Turn an OSError of the block into FileUnwritable."""
    try:
        yield
    except OSError as error:
        raise FileUnwritable(path, reason_of(error)) from error


def _target(path: Path) -> Path:
    """Return the file that links lead to. Raises FileUnwritable."""
    if not path.name:
        raise FileUnwritable(path, FileErrorReason.NO_PATH.value)
    target = Path(os.path.realpath(path))
    if is_served_copy(str(target)):
        raise FileUnwritable(path, FileErrorReason.SERVED_COPY.value)
    if target.is_symlink():
        raise FileUnwritable(path, FileErrorReason.LINK_LOOP.value)
    if path.is_symlink() and not exists(target):
        raise FileUnwritable(path, FileErrorReason.DANGLING_LINK.value)
    return target


def _old(path: Path, target: Path) -> os.stat_result | None:
    """Return the status of the file to replace; None if there is none.

    Raises FileUnwritable if the file must not be replaced.
    """
    try:
        old = target.stat()
    except FileNotFoundError:
        return None
    if obstacle := obstacle_at(str(target), old):
        raise FileUnwritable(path, obstacle)
    return old


def _copy_owner_and_mode(
    path: Path, descriptor: int, old: os.stat_result | None, *, private: bool
) -> None:
    """Give the new file the owner, group and mode of the old one; 0600 if there is none.

    With `private`, the owner alone gets rights.
    """
    if old is None:
        os.fchmod(descriptor, 0o600)
        return
    new = os.fstat(descriptor)
    if (new.st_uid, new.st_gid) != (old.st_uid, old.st_gid):
        try:
            os.fchown(descriptor, old.st_uid, old.st_gid)
        except PermissionError:
            is_own = new.st_uid == old.st_uid
            reason = FileErrorReason.OTHER_GROUP if is_own else FileErrorReason.OTHER_OWNER
            raise FileUnwritable(path, reason.value) from None
    os.fchmod(descriptor, stat.S_IMODE(old.st_mode) & (0o700 if private else 0o7777))


def fill(descriptor: int, data: bytes) -> None:
    """Write the rest of a file, and flush it to the disk. Raises OSError."""
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]
    os.ftruncate(descriptor, os.lseek(descriptor, 0, os.SEEK_CUR))
    os.fsync(descriptor)


def flush_folder(target: Path) -> None:
    """Flush the new entry of a folder to the disk.

    The new bytes are there for all readers. If the folder cannot be flushed, only a power failure
    could bring the old ones back, so an error would be wrong.
    """
    with suppress(OSError):
        descriptor = os.open(target.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

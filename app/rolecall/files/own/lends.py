"""Records of what is lent, in rolecall's state folder, which a seal hides.

A lend has a folder there while it runs. Each file in it has one writer, and is written once:

- `lend` by the lend, which keeps it locked; `1` and so on are what its program asks for,
- `1.decision` by a user who has seen that,
- `lend.end` and `1.end` by a user who takes it back.

Only `lend.use` and `1.use` are written again, by the lend: in place, which needs no more room.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from rolecall.domain.errors.file_error_reason import reason_of
from rolecall.domain.errors.file_errors import FileUnwritable
from rolecall.domain.lending.lent import (
    Decision,
    Lent,
    Loan,
    R,
    Use,
    checked,
    from_json,
    to_json,
)
from rolecall.files.own.processes import started
from rolecall.files.safe.atomic import fill
from rolecall.files.safe.folders import make_folder
from rolecall.files.safe.temporary import temporary
from rolecall.files.times import read_time

_LEND: Final = "lend"
_WATCHERS: Final = "watchers"  # locked by each rolecall in which users decide
_LARGEST: Final = 16 * 1024  # bytes of a file
_ROOM: Final = 160  # bytes for a use
_ID: Final = re.compile(r"[0-9a-f]{8}")
_NEW: Final = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW
_READ: Final = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOFOLLOW
_PAST: Final = datetime(1970, 1, 1, tzinfo=UTC)


class LendRecord:
    """The record of a lend, for the process that lends."""

    def __init__(self, state: Path, lend_id: str) -> None:
        self._folder = state / "lends" / lend_id

    @contextmanager
    def open(self, lent: Lent) -> Iterator[None]:
        """Keep the record while the block runs. Raises FileUnwritable."""
        try:
            descriptor = self._made(lent)
        except OSError as error:
            raise FileUnwritable(self._folder, reason_of(error)) from error
        try:
            yield
        finally:
            shutil.rmtree(self._folder, ignore_errors=True)
            os.close(descriptor)

    def _made(self, lent: Lent) -> int:
        """Others see the folder when its file is locked."""
        make_folder(str(self._folder.parent))
        new = self._folder.with_name(f".{self._folder.name}")
        new.mkdir(mode=0o700)
        descriptor = os.open(new / _LEND, _NEW, 0o600)
        with suppress(OSError):  # some file systems have no locks
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.write(descriptor, to_json(lent))
        new.rename(self._folder)
        return descriptor

    def add(self, request: Lent) -> None:
        """Let users decide about it. Raises OSError."""
        descriptor = os.open(self._path(request.id), _NEW, 0o600)
        try:
            os.write(descriptor, to_json(request))
        finally:
            os.close(descriptor)

    def loan(self, lent: Lent) -> Loan:
        """Return what was decided about it."""
        return _loan(lent, self._path(lent.id))

    def note(self, lent_id: str, use: Use) -> None:
        with suppress(OSError):
            flags = os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
            descriptor = os.open(self._path(lent_id, ".use"), flags, 0o600)
            try:
                os.pwrite(descriptor, to_json(use).ljust(_ROOM), 0)
            finally:
                os.close(descriptor)

    @property
    def is_watched(self) -> bool:
        """Whether a rolecall is open in which users decide."""
        with suppress(OSError):
            descriptor = os.open(self._folder.with_name(_WATCHERS), _READ)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
            finally:
                os.close(descriptor)
        return False

    def _path(self, lent_id: str, kind: str = "") -> Path:
        return self._folder / f"{_stem(lent_id)}{kind}"


class LendRecords:
    """The records of all lends."""

    def __init__(self, state: Path) -> None:
        self._folder = state / "lends"
        self._watching: int | None = None

    def watch(self) -> None:
        """Say that users decide here, until this process ends."""
        if self._watching is None and self._folder.exists():
            with suppress(OSError):
                flags = os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
                self._watching = os.open(self._folder / _WATCHERS, flags, 0o600)
        if self._watching is not None:
            with suppress(OSError):  # a lend looks just now, or the file system has no locks
                fcntl.flock(self._watching, fcntl.LOCK_SH | fcntl.LOCK_NB)

    def all(self) -> Iterator[Loan]:
        """Yield what is lent now, and after each lend what its program has asked for. Records of
        processes that were killed are deleted.
        """
        for folder in self._folders():
            if not _runs(folder / _LEND):
                shutil.rmtree(folder, ignore_errors=True)
                continue
            numbers = sorted(int(each) for each in _names(folder) if each.isdecimal())
            for path in (folder / _LEND, *(folder / str(each) for each in numbers)):
                if lent := _read(Lent, path):
                    yield _loan(lent, path)

    def _folders(self) -> list[Path]:
        return [self._folder / each for each in sorted(_names(self._folder)) if _ID.fullmatch(each)]

    def decide(self, request: Lent, decision: Decision) -> bool:
        """Decide about a request. Return False if it was decided before, or the lend has ended.

        Raises FileUnwritable.
        """
        return self._write(request, ".decision", to_json(decision))

    def take_back(self, lent: Lent) -> None:
        """Let nothing more be handed out. If it is a lend, end its program.

        Raises FileUnwritable.
        """
        self._write(lent, ".end", b"")
        if not lent.is_request:
            _terminate(lent)

    def _write(self, lent: Lent, kind: str, data: bytes) -> bool:
        """Write a new file, which readers see when it is whole."""
        path = self._folder / lent.lend_id / f"{_stem(lent.id)}{kind}"
        try:
            with temporary(path) as (descriptor, new):
                fill(descriptor, data)
                path.hardlink_to(new)
        except (FileExistsError, FileNotFoundError):
            return False
        except OSError as error:
            raise FileUnwritable(path, reason_of(error)) from error
        return True


def _stem(lent_id: str) -> str:
    return lent_id.partition(".")[2] or _LEND


def _names(folder: Path) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError:
        return []


def _loan(lent: Lent, path: Path) -> Loan:
    use, end = path.with_name(f"{path.name}.use"), path.with_name(f"{path.name}.end")
    used_at, until = None, read_time(lent.until)
    with suppress(OSError):
        used_at = datetime.fromtimestamp(use.stat().st_mtime, UTC)
    decision = _read(Decision, path.with_name(f"{path.name}.decision"))
    if decision is not None:
        decision = checked(decision, lent)
        if decision.is_approved:
            until = (read_time(decision.at) or _PAST) + timedelta(minutes=decision.minutes)
    return Loan(lent, _read(Use, use) or Use(), used_at, decision, until, end.exists())


def _read(kind: type[R], path: Path) -> R | None:
    with suppress(OSError):
        descriptor = os.open(path, _READ)
        try:
            return from_json(kind, os.read(descriptor, _LARGEST))
        finally:
            os.close(descriptor)
    return None


def _runs(path: Path) -> bool:
    """Whether the process of a lend still runs: then its file is locked. Its ID says nothing in
    another container.
    """
    with suppress(OSError):
        descriptor = os.open(path, _READ)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        except OSError:  # some file systems have no locks
            lent = _read(Lent, path)
            return lent is not None and started(lent.pid) == lent.started
        finally:
            os.close(descriptor)
    return False


def _terminate(lent: Lent) -> None:
    """Send SIGTERM to the process, but to no other that has got its ID since."""
    with suppress(OSError):
        if sys.platform == "linux":
            descriptor = os.pidfd_open(lent.pid)
            try:
                if started(lent.pid) == lent.started:
                    signal.pidfd_send_signal(descriptor, signal.SIGTERM)
            finally:
                os.close(descriptor)
        else:
            os.kill(lent.pid, signal.SIGTERM)

"""The log of what was handed out: one line for each, appended by several processes at a time.

Nothing here raises: a line that cannot be written is lost. A file that has become large is renamed,
and the oldest of these files is dropped.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import stat

from rolecall.domain.errors.file_error_reason import FileErrorReason, reason_of
from rolecall.domain.log.hand_out import LogProblem
from rolecall.files.safe.folders import opened_to_append
from rolecall.files.safe.replaceable import refusal_of

MAX_SIZE = 2_097_152  # bytes
KEPT = 4  # files, including the current one
_FILE = "handed-out.log"


def append(state: str, line: bytes) -> None:
    """Append a line with its end, in one write, so that no other process writes into it."""
    path = f"{state}/{_FILE}"
    with contextlib.suppress(OSError):
        file = opened_to_append(path)
        try:
            found = os.fstat(file)
            if not stat.S_ISREG(found.st_mode):
                return
            if found.st_mode & 0o077:
                os.fchmod(file, 0o600)
            os.write(file, line)
            if found.st_size + len(line) > MAX_SIZE:
                _rotate(path, file)
        finally:
            os.close(file)


def take_back(state: str, line: bytes) -> None:
    """Replace the last of these lines with spaces. Lines that other processes append stay whole."""
    for path in _paths(f"{state}/{_FILE}"):
        with contextlib.suppress(OSError):
            file = os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOFOLLOW)
            with open(file, "r+b") as opened:
                if not stat.S_ISREG(os.fstat(file).st_mode):
                    continue
                if (place := opened.read().rfind(line)) >= 0:
                    opened.seek(place)
                    opened.write(b" " * (len(line) - 1))
                    return


def lines(state: str) -> list[bytes]:
    """Return the lines, the oldest first."""
    found: list[bytes] = []
    seen = set()
    # From the newest, without duplicates: another process may rename them meanwhile.
    for path in _paths(f"{state}/{_FILE}"):
        with contextlib.suppress(OSError):
            file = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOFOLLOW)
            with open(file, "rb") as opened:
                status = os.fstat(file)
                if stat.S_ISREG(status.st_mode) and (status.st_dev, status.st_ino) not in seen:
                    seen.add((status.st_dev, status.st_ino))
                    found = opened.read().splitlines() + found
    return found


def problem(state: str) -> LogProblem | None:
    """Return why the log cannot be read, or else why it cannot be written; None if it can."""
    path = f"{state}/{_FILE}"
    for each in _paths(path):
        if reason := _why_unreadable(each):
            return LogProblem(each, reason, is_readable=False)
    reason = _why_unwritable(path)
    return LogProblem(path, reason, is_readable=True) if reason else None


def _why_unreadable(path: str) -> str:
    try:
        file = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOFOLLOW)
    except FileNotFoundError:
        return ""
    except OSError as error:
        return reason_of(error)
    try:
        is_file = stat.S_ISREG(os.fstat(file).st_mode)
    finally:
        os.close(file)
    return "" if is_file else FileErrorReason.NOT_A_FILE.value


def _why_unwritable(path: str) -> str:
    """Test whether a file can be saved next to it. Its folders may be missing."""
    from pathlib import Path

    from rolecall.files.safe.atomic import why_unwritable  # late: appending does not need it

    folder = os.path.dirname(path)
    if os.path.exists(path):
        if not os.access(path, os.W_OK):
            return refusal_of(folder)
        is_full = why_unwritable(Path(folder)) == FileErrorReason.DISK_FULL.value
        return FileErrorReason.DISK_FULL.value if is_full else ""
    while not os.path.lexists(folder):
        folder = os.path.dirname(folder) or "."
    if not os.path.isdir(folder):
        return FileErrorReason.NOT_A_FOLDER.value
    return why_unwritable(Path(folder))


def _paths(path: str) -> list[str]:
    """Return the paths of the files, the newest first."""
    return [path, *(f"{path}.{number}" for number in range(1, KEPT))]


def _rotate(path: str, file: int) -> None:
    """Rename the files, unless another process does it now or has done it."""
    lock = os.open(f"{path}.lock", os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if not os.path.samestat(os.fstat(file), os.stat(path)):
            return
        paths = _paths(path)
        for newer, older in zip(paths[-2::-1], paths[:0:-1], strict=True):
            with contextlib.suppress(FileNotFoundError):
                os.replace(newer, older)
    finally:
        os.close(lock)

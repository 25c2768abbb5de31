"""Records of runs: which rows each had and how they ended, but not what ran.

A record is a file in rolecall's state folder: a line of JSON with the rows, and a letter for the
state of each. The letters are replaced in place, which needs no more room on the disk. While rows
run, the file is locked.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Final

from rolecall.domain.errors.file_error_reason import reason_of
from rolecall.domain.errors.file_errors import FileUnreadable, FileUnwritable
from rolecall.domain.errors.run_errors import NoRun, RunGoesOn
from rolecall.domain.records import NamedTuple
from rolecall.domain.timestamps import write_time
from rolecall.files.json_fields import parse
from rolecall.files.safe.folders import make_folder
from rolecall.files.times import read_time

_MOST: Final = 100  # records that are kept
_FLAGS: Final = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
_WAITING: Final = "w"
_DONE: Final = "d"

Row = dict[str, str]


class Recorded(NamedTuple):
    """`left` are the rows that are not done. `narrowed` are the options that narrowed the roles."""

    began_at: datetime
    total: int
    left: list[Row]
    narrowed: str = ""


class RunRecord:
    """The record of a run; opening it makes the file."""

    def __init__(
        self, folder: Path, when: datetime, rows: Sequence[Row], narrowed: str = ""
    ) -> None:
        name = f"{when:%Y%m%dT%H%M%S%f}-{secrets.token_hex(4)}"
        self._path = folder / name
        facts = {"beganAt": write_time(when), "narrowed": narrowed, "rows": rows}
        head = json.dumps(facts).encode() + b"\n"
        self._new = head + _WAITING.encode() * len(rows)
        self._states_at = len(head)
        self._descriptor: int | None = None

    @contextmanager
    def open(self) -> Iterator[None]:
        """Keep the file open and locked. Raises FileUnwritable."""
        try:
            make_folder(str(self._path.parent))
            descriptor = os.open(self._path, _FLAGS, 0o600)
        except OSError as error:
            raise FileUnwritable(self._path, reason_of(error)) from error
        try:
            self._lock_and_fill(descriptor)
            self._descriptor = descriptor
            for old in _paths(self._path.parent)[:-_MOST]:
                with suppress(OSError):
                    old.unlink()
            yield
        finally:
            self._descriptor = None
            os.close(descriptor)

    def note(self, row: int, state: str) -> None:
        """Note the state of a row by its first letter, if the file is open."""
        if self._descriptor is not None:
            with suppress(OSError):
                os.pwrite(self._descriptor, state[:1].encode(), self._states_at + row)

    def _lock_and_fill(self, descriptor: int) -> None:
        """Raises FileUnwritable."""
        try:
            with suppress(OSError):  # some file systems have no locks
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if not os.fstat(descriptor).st_size:
                with open(descriptor, "wb", closefd=False) as file:
                    file.write(self._new)
        except OSError as error:
            self._path.unlink(missing_ok=True)
            raise FileUnwritable(self._path, reason_of(error)) from error


class RunRecords:
    """The records in rolecall's state folder."""

    def __init__(self, state: Path) -> None:
        self._folder = state / "runs"

    def new(self, when: datetime, rows: Sequence[Row], narrowed: str = "") -> RunRecord:
        """Return a record of rows that wait. `when` is an aware datetime, and `narrowed` are the
        options that narrowed the roles.
        """
        return RunRecord(self._folder, when, rows, narrowed)

    def last(self) -> Recorded:
        """Return the last run. Raises NoRun, RunGoesOn if its rows still run, FileUnreadable."""
        for path in reversed(_paths(self._folder)):
            try:
                with path.open("rb") as file:
                    _refuse_locked(file.fileno())
                    data = file.read()
            except OSError as error:
                raise FileUnreadable(path, reason_of(error)) from error
            if recorded := _recorded(data):
                return recorded
        raise NoRun


def _paths(folder: Path) -> list[Path]:
    """Return the records, the oldest first."""
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


def _refuse_locked(descriptor: int) -> None:
    """Raise RunGoesOn if another process has the file."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        raise RunGoesOn from None
    except OSError:
        pass  # some file systems have no locks


def _recorded(data: bytes) -> Recorded | None:
    """Return what a file says; None if it was not written to its end: then nothing has run."""
    head, _, states = data.partition(b"\n")
    fields = parse(head) or {}
    began_at, rows = read_time(fields.get("beganAt")), fields.get("rows")
    if began_at is None or not isinstance(rows, list) or len(rows) != len(states):
        return None
    left = [
        {name: str(value) for name, value in row.items()}
        for row, state in zip(rows, states.decode("ascii", "replace"), strict=True)
        if state != _DONE and isinstance(row, dict)
    ]
    return Recorded(began_at, len(rows), left, str(fields.get("narrowed") or ""))

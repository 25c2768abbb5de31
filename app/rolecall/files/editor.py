"""Changing an INI file: plan, show, commit.

A plan holds the bytes it was made on. `commit` takes the lock and reads again; if the file has
moved on, the edits are planned anew, or refused with FileChanged where what they are about has
changed too. The AWS CLI knows no lock and writes in place, so a commit waits until a foreign write
has settled, and looks once more whether its own has lasted.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from rolecall.domain.errors import FileChanged
from rolecall.domain.file_change import Change, Edit
from rolecall.files import atomic
from rolecall.files.backups import Backups
from rolecall.files.edit_check import Snapshot
from rolecall.files.ini import Document

_SETTLED: Final = 0.02  # seconds in which the CLI has read, changed and written a file
_SETTLED_IF_BUSY: Final = 0.1  # the same, where the file has been written to just now
_BUSY: Final = 2.0  # seconds since a file was written that make it a busy one
_PATIENCE: Final = 50  # times `_SETTLED`
_ATTEMPTS: Final = 20


@dataclass(frozen=True, slots=True)
class IniFile:
    """One INI file, and the way to change it. `state` is rolecall's state folder."""

    path: Path
    state: Path
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)

    def document(self) -> Document:
        """Raises FileUnreadable, FileMalformed. A missing file is an empty document."""
        return Document.parse(atomic.read(self.path) or b"", self.path)

    def plan(self, edits: Sequence[Edit]) -> Change:
        """What the edits would write. Raises FileUnreadable, FileMalformed, EditRefused."""
        return _plan(self.path, atomic.read(self.path), edits)

    def commit(self, change: Change) -> None:
        """Write it, and keep what was there before.

        Raises FileBusy, FileChanged, EditRefused, FileMalformed, FileUnreadable, FileUnwritable.
        """
        if change.is_empty:
            return
        with atomic.lock(self.path, self.state):
            for _ in range(_ATTEMPTS):
                change = self._on_what_is_there(change)
                if change.is_empty or self._has_lasted(change):
                    return
            raise FileChanged(self.path)

    def _has_lasted(self, change: Change) -> bool:
        """Write, and say whether it is still there when a foreign writer would be done."""
        backups = Backups(self.state)
        backup = backups.store(change, self.clock())
        settled = _SETTLED_IF_BUSY if self._is_busy() else _SETTLED
        try:
            atomic.write(self.path, change.after, expected=change.before)
        except FileChanged:
            backups.discard(backup)
            return False
        except BaseException:
            backups.discard(backup)
            raise
        backups.record(backup)
        time.sleep(settled)
        return atomic.read(self.path) == change.after

    def _is_busy(self) -> bool:
        try:
            return abs(time.time() - self.path.stat().st_mtime) < _BUSY
        except OSError:
            return False

    def _on_what_is_there(self, change: Change) -> Change:
        """The change as it is, or planned again on what others have written meanwhile."""
        data = atomic.read(self.path)
        if data == change.before:
            return change
        for _ in range(_PATIENCE):
            time.sleep(_SETTLED)
            last, data = data, atomic.read(self.path)
            if data == last and not _is_cut_off(data, change.before):
                break
        return self._again(change, data)

    def _again(self, change: Change, data: bytes | None) -> Change:
        again = _plan(self.path, data, change.edits)
        old = Document.parse(change.before or b"", self.path)
        new = Document.parse(data or b"", self.path)
        is_conflict = any(edit.footprint(old) != edit.footprint(new) for edit in change.edits)
        if not again.is_empty and is_conflict:
            raise FileChanged(self.path)
        return again


def _plan(path: Path, data: bytes | None, edits: Sequence[Edit]) -> Change:
    document = Document.parse(data or b"", path)
    snapshot = Snapshot(document)
    for edit in edits:
        edit.apply(document)
    snapshot.verify(document)
    summary = ", ".join(edit.summary for edit in edits)
    return Change(path, data, document.to_bytes(), summary, tuple(edits))


def _is_cut_off(data: bytes | None, before: bytes | None) -> bool:
    """Whether somebody has just emptied the file and is about to fill it."""
    return before is not None and before != b"" and before.startswith(data or b"")

"""Change an INI file: plan the change, show it, commit it.

A plan contains the bytes on which it was made. `commit` takes the lock and reads the file again. If
the file has changed, the edits are planned again, or refused with FileChanged if their subject has
changed too. The AWS CLI does not use locks and writes in place. Therefore a commit waits until a
foreign write is complete, and checks that its own write was not overwritten.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from rolecall.domain.config.file_change import Change, Edit
from rolecall.domain.errors.file_errors import FileChanged
from rolecall.domain.process.debug_log import note
from rolecall.domain.records import dataclass
from rolecall.files.aws_config.edit_check import LinesBefore
from rolecall.files.aws_config.ini import Document
from rolecall.files.aws_config.ini_reader import (
    MAX_WAITS,
    SETTLED,
    complete,
    is_busy,
    is_cut_off,
    read_ini,
)
from rolecall.files.aws_config.ini_sections import Ini
from rolecall.files.safe import atomic
from rolecall.files.safe.backups import Backups

_SETTLED_IF_BUSY: Final = 0.1  # seconds; the same for a busy file
_ATTEMPTS: Final = 20


@dataclass(frozen=True, slots=True)
class IniFile:
    """One INI file that can be changed. `state` is rolecall's state folder, for the locks.

    `waits`: a reader waits for a program that is writing the file. A shell's prompt does not.
    """

    path: Path
    state: Path
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    waits: bool = True

    def ini(self) -> Ini:
        """Return what botocore reads; nothing in a missing file.

        Raises FileUnreadable, FileMalformed.
        """
        return read_ini(self.path, waits=self.waits)

    def document(self) -> Document:
        """Return the parsed file; a missing one is empty. Raises FileUnreadable, FileMalformed."""
        return Document.parse(self.complete(atomic.read(self.path)) or b"", self.path)

    def plan(self, edits: Sequence[Edit]) -> Change:
        """Return the change that these edits make.

        Raises FileUnreadable, FileMalformed, EditRefused.
        """
        return _plan(self.path, self.complete(atomic.read(self.path)), edits)

    def commit(self, change: Change) -> None:
        """Write the change, and store the old bytes as a backup.

        Raises FileBusy, FileChanged, EditRefused, FileMalformed, FileUnreadable, FileUnwritable,
        StateRefused.
        """
        if change.is_empty:
            return
        with atomic.lock(self.path, self.state):
            for _ in range(_ATTEMPTS):
                change = self._up_to_date(change)
                if change.is_empty or self._write(change):
                    return
            raise FileChanged(self.path)

    def check_writable(self) -> None:
        """Check that the file can be replaced. Raises FileUnwritable."""
        with atomic.as_unwritable(self.path), atomic.new_file(self.path, private=False):
            pass

    def complete(self, data: bytes | None, before: bytes = b"") -> bytes | None:
        """Return the file's content. If `data` is only the start of what it was before, or became
        empty or malformed a moment ago, wait for the rest, a second at most. Raises FileUnreadable.
        """
        return complete(self.path, data, before) if self.waits else data

    def _write(self, change: Change) -> bool:
        """Write the change; return whether no other program overwrote it or came first."""
        settled = _SETTLED_IF_BUSY if is_busy(self.path) else SETTLED
        try:
            note(f"write {self.path}: {len(change.edits)} edits, {len(change.after)} bytes")
            Backups(self.state).write(change, self.clock())
        except FileChanged:
            return False
        time.sleep(settled)
        return atomic.read(self.path) == change.after

    def _up_to_date(self, change: Change) -> Change:
        """Return the change, planned again if another program has changed the file."""
        data = self.complete(atomic.read(self.path))
        if data == change.before:
            return change
        for _ in range(MAX_WAITS):
            time.sleep(SETTLED)
            last, data = data, atomic.read(self.path)
            if data == last and not is_cut_off(data, change.before):
                break
        return self._planned_again(change, data)

    def _planned_again(self, change: Change, data: bytes | None) -> Change:
        again = _plan(self.path, data, change.edits)
        old = Document.parse(change.before or b"", self.path)
        new = Document.parse(data or b"", self.path)
        is_conflict = any(edit.footprint(old) != edit.footprint(new) for edit in change.edits)
        if not again.is_empty and is_conflict:
            raise FileChanged(self.path)
        return again


def _plan(path: Path, data: bytes | None, edits: Sequence[Edit]) -> Change:
    document = Document.parse(data or b"", path)
    snapshot = LinesBefore(document)
    for edit in edits:
        edit.apply(document)
    snapshot.verify(document)
    summary = ", ".join(edit.summary for edit in edits)
    return Change(path, data, document.to_bytes(), summary, tuple(edits))

"""Undo the writes of rolecall, the last one first."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from rolecall.domain.config.file_change import Backup, Change
from rolecall.domain.records import dataclass
from rolecall.files.safe.backups import Backups


@dataclass(frozen=True, slots=True)
class Undo:
    """A write, and the change that undoes it."""

    backup: Backup
    change: Change


@dataclass(frozen=True, slots=True)
class UndoService:
    """Lists and undoes writes. `state` is rolecall's state folder."""

    state: Path
    clock: Callable[[], datetime]

    def writes(self) -> list[Backup]:
        """Return the writes, the newest first."""
        return Backups(self.state).list()

    def plan(self, path: Path | None = None) -> Undo | None:
        """Plan to undo the last write, of any file or of `path`; None if there is none.

        Raises UndoRefused if the file has changed since, BackupChanged, FileUnreadable.
        """
        backups = Backups(self.state)
        backup = backups.last(path)
        return None if backup is None else Undo(backup, backups.undo(backup))

    def write_undo(self, undo: Undo) -> None:
        """Undo the write. Raises FileBusy, FileChanged, FileUnwritable, StateRefused."""
        Backups(self.state).write_undo(undo.backup, undo.change, self.clock())

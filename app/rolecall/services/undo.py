"""Taking back what rolecall wrote, the last write first."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Self

from rolecall.files.backups import Backup, Backups
from rolecall.files.change import Change
from rolecall.files.locations import Locations
from rolecall.services.clock import utc_now

__all__ = ("Backup", "Change", "Undo", "UndoService")


@dataclass(frozen=True, slots=True)
class Undo:
    """A write, and what taking it back would do to the file."""

    backup: Backup
    change: Change


@dataclass(frozen=True, slots=True)
class UndoService:
    """`state` is rolecall's state folder."""

    state: Path
    clock: Callable[[], datetime]

    @classmethod
    def from_environment(
        cls, environ: Mapping[str, str], clock: Callable[[], datetime] = utc_now
    ) -> Self:
        """Raises HomeUnknown."""
        return cls(Locations.from_environment(environ).state, clock)

    def writes(self) -> list[Backup]:
        """What has been written, the newest first."""
        return Backups(self.state).list()

    def plan(self, path: Path | None = None) -> Undo | None:
        """The last write (to this file) that can be taken back; None where there is none.

        Raises UndoRefused where the file has changed since, FileUnreadable.
        """
        backups = Backups(self.state)
        backup = backups.last(path)
        return None if backup is None else Undo(backup, backups.undo(backup))

    def take_back(self, undo: Undo) -> None:
        """Raises FileBusy, FileChanged, FileUnwritable."""
        Backups(self.state).take_back(undo.backup, undo.change, self.clock())

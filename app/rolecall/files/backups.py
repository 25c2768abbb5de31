"""The bytes that writes have replaced, kept so that a write can be undone.

A backup is two files in rolecall's state folder: `STEM.old` has the old bytes and is stored before
the write; `STEM.json` describes the write and is stored after it. Both have mode 0600.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from rolecall.domain.backup import Backup
from rolecall.domain.errors import FileUnreadable, UndoRefused
from rolecall.domain.file_change import Change
from rolecall.files import atomic
from rolecall.files.fast.times import read_time
from rolecall.files.json_cache import parse, text

MAX_NUMBER: Final = 100
MAX_AGE: Final = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Backups:
    """`state` is rolecall's state folder."""

    state: Path

    def store(self, change: Change, when: datetime) -> Backup:
        """Store the old bytes, before the write. Raises FileUnwritable."""
        stem = f"{when:%Y%m%dT%H%M%S%f}-{secrets.token_hex(4)}"
        atomic.write(self._folder / f"{stem}.old", change.before or b"")
        return Backup(
            stem=stem,
            path=change.path.absolute(),
            when=when,
            summary=change.summary,
            after=_digest(change.after),
            existed=change.before is not None,
        )

    def record(self, backup: Backup) -> None:
        """Describe the write, after it; delete old backups. Raises FileUnwritable."""
        fields = {
            "path": str(backup.path),
            "when": backup.when.isoformat(),
            "summary": backup.summary,
            "after": backup.after,
            "existed": backup.existed,
            "is_undo": backup.is_undo,
            "is_undone": backup.is_undone,
        }
        atomic.write(self._folder / f"{backup.stem}.json", json.dumps(fields).encode())
        self._rotate(backup.when)

    def discard(self, backup: Backup) -> None:
        """Delete a backup whose write did not happen. Raises FileUnwritable."""
        for ending in (".old", ".json"):
            atomic.remove(self._folder / f"{backup.stem}{ending}")

    def list(self) -> list[Backup]:
        """Return every recorded write, the newest first, without unreadable records."""
        found = (self._load(path) for path in sorted(self._folder.glob("*.json"), reverse=True))
        return [backup for backup in found if backup is not None]

    def last(self, path: Path | None = None) -> Backup | None:
        """Return the newest write (to this file, if given) that has not been undone."""
        for backup in self.list():
            is_wanted = path is None or backup.path == path.absolute()
            if is_wanted and not backup.is_undo and not backup.is_undone:
                return backup
        return None

    def undo(self, backup: Backup) -> Change:
        """Plan an undo: return what it would write.

        Raises UndoRefused if the file has changed since the write, and FileUnreadable.
        """
        now = atomic.read(backup.path)
        if _digest(now or b"") != backup.after:
            raise UndoRefused(backup.path, self._folder / f"{backup.stem}.old")
        old = atomic.read(self._folder / f"{backup.stem}.old")
        if old is None:
            raise FileUnreadable(self._folder / f"{backup.stem}.old", "missing")
        return Change(backup.path, now, old, f"undo {backup.summary}")

    def write_undo(self, backup: Backup, change: Change, when: datetime) -> None:
        """Write what `undo` has planned.

        A file that did not exist before becomes an empty one, which means the same to every client.
        Raises FileBusy, FileChanged, FileUnwritable.
        """
        with atomic.lock(backup.path, self.state):
            undo = replace(self.store(change, when), is_undo=True)
            try:
                atomic.write(backup.path, change.after, expected=change.before)
            except BaseException:
                self.discard(undo)
                raise
            self.record(replace(backup, is_undone=True))
            self.record(undo)

    @property
    def _folder(self) -> Path:
        return self.state / "backups"

    def _load(self, path: Path) -> Backup | None:
        fields = parse(atomic.read(path) or b"") or {}
        target, summary, after = (text(fields, key) for key in ("path", "summary", "after"))
        when = read_time(fields.get("when"))
        if target is None or after is None or when is None:
            return None
        return Backup(
            stem=path.stem,
            path=Path(target),
            when=when,
            summary=summary or "",
            after=after,
            existed=fields.get("existed") is True,
            is_undo=fields.get("is_undo") is True,
            is_undone=fields.get("is_undone") is True,
        )

    def _rotate(self, now: datetime) -> None:
        stems = sorted({path.stem for path in self._folder.glob("2*.*")}, reverse=True)
        oldest = f"{now - MAX_AGE:%Y%m%dT%H%M%S%f}"
        for stem in [s for i, s in enumerate(stems) if i >= MAX_NUMBER or s < oldest]:
            for ending in (".old", ".json"):
                atomic.remove(self._folder / f"{stem}{ending}")


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()

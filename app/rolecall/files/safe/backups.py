"""The bytes that writes have replaced, kept so that a write can be undone.

A backup is two files in rolecall's state folder: `STEM.old` has the old bytes, `STEM.json`
describes the write and has a digest of them. Both are stored before the write, with mode 0600, and
deleted if it fails. A kill in between can leave a backup of a write that did not happen: `last`
ignores it, and the next write deletes it.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from rolecall.domain.config.file_change import Backup, Change
from rolecall.domain.errors.file_errors import (
    BackupChanged,
    FileError,
    FileNotDeleted,
    FileUnreadable,
    FileUnwritable,
    StateUnwritable,
    UndoRefused,
)
from rolecall.domain.records import dataclass, replace
from rolecall.files.json_fields import parse, text
from rolecall.files.safe import atomic
from rolecall.files.times import read_time

MAX_NUMBER: Final = 100
MAX_AGE: Final = timedelta(days=90)
_STEM: Final = "%Y%m%dT%H%M%S%f"
# Another process may be about to write the record of a newer backup.
_RECORDED_WITHIN: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Backups:
    """`state` is rolecall's state folder."""

    state: Path

    def write(self, change: Change, when: datetime, undone: Backup | None = None) -> None:
        """Write a change with the file locked, after its old bytes and its record.

        `undone` is the backup of the write that the change undoes. Raises FileChanged if the file
        is not as the change found it, FileUnwritable; StateUnwritable if it cannot be undone.
        """
        backup = self._store(change, when, is_undo=undone is not None)
        try:
            atomic.apply(change)
        except FileError:
            self._discard(backup)
            raise
        except BaseException:
            if not _was_written(backup):  # Ctrl+C may come just after the write
                self._discard(backup)
            raise
        if undone is not None:
            with suppress(FileUnwritable):  # `last` sees the undo without this record
                self._record(replace(undone, is_undone=True))
        self._rotate(when)

    def _store(self, change: Change, when: datetime, *, is_undo: bool) -> Backup:
        self._discard_prevented(change.path)
        stem = self._next_stem(when)
        backup = Backup(
            stem=stem,
            path=change.path.absolute(),
            when=when,
            summary=change.summary,
            before=_digest(change.before or b""),
            after=_digest(change.after),
            existed=change.before is not None,
            is_undo=is_undo,
        )
        try:
            atomic.write(self._folder / f"{stem}.old", change.before or b"")
            self._record(backup)
        except FileUnwritable as error:
            self._discard(backup)
            raise StateUnwritable(change.path, error.reason, self._folder) from error
        except BaseException:
            self._discard(backup)
            raise
        return backup

    def _next_stem(self, when: datetime) -> str:
        """Return a stem that is later than all others, also if the clock was set back."""
        times = filter(None, map(_time_of, sorted(self._names(), reverse=True)))
        last = next(times, None)
        later = when if last is None else max(when, last + timedelta(microseconds=1))
        return f"{_stem_of(later)}-{secrets.token_hex(4)}"

    def _record(self, backup: Backup) -> None:
        fields = {
            "path": str(backup.path),
            "when": backup.when.isoformat(),
            "summary": backup.summary,
            "before": backup.before,
            "after": backup.after,
            "existed": backup.existed,
            "is_undo": backup.is_undo,
            "is_undone": backup.is_undone,
        }
        atomic.write(self._folder / f"{backup.stem}.json", json.dumps(fields).encode())

    def _discard_prevented(self, path: Path) -> None:
        """Delete the last backup of the file if a kill prevented its write."""
        last = next((each for each in self.list() if each.path == path.absolute()), None)
        if last is not None and self._is_without_effect(last):
            self._discard(last)

    def _discard(self, backup: Backup) -> None:
        """Delete a backup whose write did not happen, if that is possible."""
        self._delete(backup.stem)

    def list(self) -> list[Backup]:
        """Return every recorded write, the newest first, without unreadable records."""
        names = sorted(self._names(), reverse=True)
        found = (self._load(self._folder / name) for name in names if name.endswith(".json"))
        return [backup for backup in found if backup is not None]

    def last(self, path: Path | None = None) -> Backup | None:
        """Return the newest write (to this file, if given) that has not been undone.

        A file that is gone with its folder, which was probably temporary, does not block older
        writes to others: its last write is returned only if there is no other.
        """
        gone: Backup | None = None
        for backup in self.list():
            is_wanted = path is None or backup.path == path.absolute()
            if is_wanted and not backup.is_undo and not backup.is_undone:
                if self._is_without_effect(backup):
                    continue
                if not _is_gone(backup.path.parent):
                    return backup
                gone = gone or backup
        return gone

    def _is_without_effect(self, backup: Backup) -> bool:
        """Whether the file is as it was before the write.

        Then a kill came between the record and the write, or between an undo and its record.
        """
        try:
            now = _digest(atomic.read(backup.path) or b"")
        except FileUnreadable:
            return False
        return now == backup.before and now != backup.after

    def undo(self, backup: Backup) -> Change:
        """Return the change that undoes a write.

        Raises UndoRefused if the file has changed since the write, BackupChanged if the backup has,
        and FileUnreadable.
        """
        kept = self._folder / f"{backup.stem}.old"
        now = atomic.read(backup.path)
        if _digest(now or b"") != backup.after:
            raise UndoRefused(backup.path, kept)
        old = atomic.read(kept)
        if old is None:
            raise FileUnreadable(kept, "missing")
        if _digest(old) != backup.before:
            raise BackupChanged(backup.path, kept)
        summary = f"undo {backup.summary}"
        return Change(backup.path, now, old, summary, deletes=not backup.existed)

    def write_undo(self, backup: Backup, change: Change, when: datetime) -> None:
        """Write what `undo` has planned. A file that the write created is deleted.

        Raises FileBusy, FileChanged, FileUnwritable, StateRefused.
        """
        with atomic.lock(backup.path, self.state):
            self.write(change, when, undone=backup)

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
            before=text(fields, "before") or "",
            after=after,
            existed=fields.get("existed") is not False,
            is_undo=fields.get("is_undo") is True,
            is_undone=fields.get("is_undone") is True,
        )

    def _names(self) -> set[str]:
        """Return the names of all backup files; none if there is no folder."""
        try:
            return {path.name for path in self._folder.iterdir() if path.name.startswith("2")}
        except OSError:
            return set()

    def _rotate(self, now: datetime) -> None:
        """Delete the backups that are too many, too old or without a record, after a write."""
        names = self._names()
        stems = sorted({Path(name).stem for name in names}, reverse=True)
        oldest, recent = _stem_of(now - MAX_AGE), _stem_of(now - _RECORDED_WITHIN)
        for number, stem in enumerate(stems):
            is_incomplete = f"{stem}.json" not in names and stem < recent
            if number >= MAX_NUMBER or stem < oldest or is_incomplete:
                self._delete(stem)

    def _delete(self, stem: str) -> None:
        for ending in (".json", ".old"):
            with suppress(FileNotDeleted):
                atomic.remove(self._folder / f"{stem}{ending}")


def _is_gone(folder: Path) -> bool:
    try:
        folder.stat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:  # it may only be unreadable now
        return False
    return False


def _was_written(backup: Backup) -> bool:
    """Whether the file is as it is after the write."""
    with suppress(FileUnreadable):
        return _digest(atomic.read(backup.path) or b"") == backup.after
    return False


def _stem_of(when: datetime) -> str:
    return when.strftime(_STEM)


def _time_of(name: str) -> datetime | None:
    """Return the time in the name of a backup's file, if it has one."""
    with suppress(ValueError):
        return datetime.strptime(name.partition("-")[0], _STEM).replace(tzinfo=UTC)
    return None


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()

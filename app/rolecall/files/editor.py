"""Changing an INI file: plan, show, commit.

A plan holds the bytes it was made on. `commit` takes the lock and reads again; if the file has
moved on, the edits are planned anew, or refused with FileChanged where what they are about has
changed too. The AWS CLI knows no lock and writes in place, so a commit waits until a foreign write
has settled, and looks once more whether its own has lasted.
"""

from __future__ import annotations

import difflib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Protocol

from rolecall.domain.errors import FileChanged
from rolecall.files import atomic
from rolecall.files.backups import Backups
from rolecall.files.ini import Document, Section
from rolecall.files.verify import Snapshot

_SETTLED: Final = 0.02  # seconds in which the CLI is done with reading, changing and writing
_PATIENCE: Final = 50  # times `_SETTLED`
_ATTEMPTS: Final = 20


class Edit(Protocol):
    """One change to a document; `summary` is a verb and a name: `set-profile dev`."""

    @property
    def summary(self) -> str: ...

    def footprint(self, document: Document) -> object:
        """What the edit is about, as it stands: if that differs, two writers are in conflict."""

    def apply(self, document: Document) -> list[Section]:
        """Change the document; the sections that are new or changed. Raises EditRefused."""


@dataclass(frozen=True, slots=True)
class Change:
    """What a write would do. `before` is None where there is no file yet."""

    path: Path
    before: bytes | None = field(repr=False)
    after: bytes = field(repr=False)
    summary: str
    edits: tuple[Edit, ...] = field(default=(), repr=False)
    text: str = field(default="", repr=False)

    @property
    def is_empty(self) -> bool:
        return self.after == (self.before or b"")

    def lines(self) -> str:
        """The sections that are new or changed, as they will stand in the file."""
        return self.text

    def diff(self) -> str:
        """A unified diff, without the file names' lines where nothing changes."""
        return unified_diff(self.before or b"", self.after, self.path.name)


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
        return plan(self.path, atomic.read(self.path), edits)

    def commit(self, change: Change) -> None:
        """Write it, with a backup of what was there before.

        Raises FileBusy, FileChanged, EditRefused, FileMalformed, FileUnreadable, FileUnwritable.
        """
        if change.is_empty:
            return
        with atomic.lock(self.path, self.state):
            for _ in range(_ATTEMPTS):
                change = self._on_what_is_there(change)
                if change.is_empty:
                    return
                try:
                    atomic.write(self.path, change.after, expected=change.before)
                except FileChanged:
                    continue
                Backups(self.state).keep(
                    self.path, change.before, change.after, change.summary, self.clock()
                )
                time.sleep(_SETTLED)
                if atomic.read(self.path) == change.after:
                    return
            raise FileChanged(self.path)

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
        again = plan(self.path, data, change.edits)
        old = Document.parse(change.before or b"", self.path)
        new = Document.parse(data or b"", self.path)
        if not again.is_empty and any(
            edit.footprint(old) != edit.footprint(new) for edit in change.edits
        ):
            raise FileChanged(self.path)
        return again


def plan(path: Path, data: bytes | None, edits: Sequence[Edit]) -> Change:
    document = Document.parse(data or b"", path)
    snapshot = Snapshot(document)
    touched: dict[int, Section] = {}
    for edit in edits:
        touched |= {id(section): section for section in edit.apply(document)}
    snapshot.verify(document)
    after = document.to_bytes()
    text = "\n".join(_shown(s) for s in touched.values() if s in document.sections)
    return Change(path, data, after, ", ".join(e.summary for e in edits), tuple(edits), text)


def unified_diff(before: bytes, after: bytes, name: str, context: int = 3) -> str:
    """Unified diff of two files; what is the same at both ends is not compared line by line."""
    old = before.decode("utf-8", "replace").splitlines()
    new = after.decode("utf-8", "replace").splitlines()
    start, end = 0, 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    while end < min(len(old), len(new)) - start and old[-1 - end] == new[-1 - end]:
        end += 1
    start, end = max(0, start - context), max(0, end - context)
    lines = difflib.unified_diff(
        [""] * start + old[start : len(old) - end],
        [""] * start + new[start : len(new) - end],
        name,
        name,
        n=context,
        lineterm="",
    )
    return "\n".join(lines)


def _shown(section: Section) -> str:
    """A section without the blank lines and comments around it."""
    lines = list(section.lines())[len(section.lead) :]
    while lines and not lines[-1].strip():
        lines.pop()
    return "".join(line.rstrip("\r\n") + "\n" for line in lines)


def _is_cut_off(data: bytes | None, before: bytes | None) -> bool:
    """Whether somebody has just emptied the file and is about to fill it."""
    return bool(before) and before is not None and before.startswith(data or b"")

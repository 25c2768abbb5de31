"""The JSON files of the clients' caches: read whatever is there, write what the AWS CLI writes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from rolecall.domain.errors import FileUnreadable
from rolecall.files import atomic
from rolecall.files.fast.times import read_time

Fields = dict[str, object]


@dataclass(frozen=True, slots=True)
class JsonFolder:
    """A cache folder: one JSON object a file, each named by a key.

    Broken files read as None: half-written, empty, not an object. `state` is for the locks.
    """

    folder: Path
    state: Path

    def load(self, stem: str) -> Fields | None:
        """Raises FileUnreadable where the system refuses."""
        return parse(atomic.read(self._path(stem)) or b"")

    def stems(self) -> Iterator[str]:
        """The keys of all files there, broken ones too."""
        if self.folder.is_dir():
            yield from sorted(path.stem for path in self.folder.glob("*.json"))

    def paths(self) -> list[Path]:
        return [self._path(stem) for stem in self.stems()]

    def all(self) -> Iterator[tuple[str, Fields]]:
        """Every file that can be read and is an object."""
        for stem in self.stems():
            try:
                fields = self.load(stem)
            except FileUnreadable:
                continue
            if fields is not None:
                yield stem, fields

    def broken(self) -> list[Path]:
        """The files that hold no object; the CLI fails on its own where they are broken."""
        readable = {stem for stem, _ in self.all()}
        return [self._path(stem) for stem in self.stems() if stem not in readable]

    def save(self, stem: str, fields: Fields, known: frozenset[str]) -> None:
        """Write the fields, keeping those in the file that are not `known`.

        Raises FileBusy, FileUnwritable.
        """
        path = self._path(stem)
        with atomic.lock(self.folder, self.state):
            try:
                old = self.load(stem) or {}
            except FileUnreadable:
                old = {}
            kept = {key: value for key, value in old.items() if key not in known}
            atomic.write(path, json.dumps(fields | kept).encode())

    def forget(self, stem: str) -> None:
        """Raises FileBusy, FileUnwritable."""
        path = self._path(stem)
        if path.exists() or path.is_symlink():
            with atomic.lock(self.folder, self.state):
                atomic.remove(path)

    def _path(self, stem: str) -> Path:
        return self.folder / f"{stem}.json"


def parse(data: bytes) -> Fields | None:
    """The object in a file, or None where it is broken."""
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def text(fields: Mapping[str, object], key: str) -> str | None:
    """A member that is a non-empty string, or None."""
    value = fields.get(key)
    return value if isinstance(value, str) and value else None


def texts(fields: Mapping[str, object], key: str) -> tuple[str, ...] | None:
    value = fields.get(key)
    if not isinstance(value, list):
        return None
    return tuple(item for item in value if isinstance(item, str))


def moment(fields: Mapping[str, object], key: str) -> datetime | None:
    return read_time(fields.get(key))

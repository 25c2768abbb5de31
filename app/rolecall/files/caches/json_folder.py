"""A folder of JSON files, read leniently and written as the AWS CLI does."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from rolecall.domain.errors.file_errors import FileBusy, FileUnreadable
from rolecall.domain.records import dataclass
from rolecall.files.json_fields import Fields, parse
from rolecall.files.safe import atomic, last_copy


@dataclass(frozen=True, slots=True)
class JsonFolder:
    """A cache folder with one JSON object in each file. A file's stem is made from its key.

    A broken file (half-written, empty, not an object) reads as None. `state` is rolecall's state
    folder, for the locks; if it cannot be written, there is no lock, as in the AWS CLI.
    """

    folder: Path
    state: Path

    def load(self, stem: str) -> Fields | None:
        """Return a file's object; None if there is none or it is broken. Raises FileUnreadable."""
        return parse(atomic.read(self._path(stem)) or b"")

    def stems(self) -> list[str]:
        """Return the stems of all files, broken ones included."""
        try:
            return sorted(path.stem for path in self.folder.iterdir() if path.suffix == ".json")
        except OSError:  # there is no such folder
            return []

    def paths(self) -> list[Path]:
        """Return the JSON files of the folder."""
        return [self._path(stem) for stem in self.stems()]

    def all(self) -> Iterator[tuple[str, Fields]]:
        """Yield the stem and the object of every readable file."""
        for stem in self.stems():
            try:
                fields = self.load(stem)
            except FileUnreadable:
                continue
            if fields is not None:
                yield stem, fields

    def broken(self, is_whole: Callable[[Fields], bool] = lambda _: True) -> list[Path]:
        """Return the files without an object that is whole. The CLI fails if there is one."""
        readable = {stem for stem, fields in self.all() if is_whole(fields)}
        return [self._path(stem) for stem in self.stems() if stem not in readable]

    def save(
        self,
        stem: str,
        fields: Fields,
        known: frozenset[str],
        timeout: float | None = None,
        *,
        is_last_copy: bool = False,
    ) -> None:
        """Write the fields. Fields in the file that are not `known` are kept.

        `timeout` is as for `atomic.lock`. The last copy is written where it can be: see
        `files.safe.last_copy`. Raises FileBusy, FileUnwritable.
        """
        path = self._path(stem)
        with atomic.lock_if_possible(path, self.state, timeout):
            data = json.dumps(fields | self._kept(stem, known)).encode()
            if is_last_copy:
                last_copy.write(path, self.state, data)
            else:
                atomic.write(path, data, private=True)

    @contextmanager
    def reserving(
        self, stem: str, known: frozenset[str], timeout: float
    ) -> Iterator[Callable[[str, Fields], None]]:
        """Check that a file can be replaced, keep the room for that, and yield what saves the last
        copy in it, or in another file.

        The user may take long, so the file is locked only for that. Another process gets up to
        `timeout` seconds to finish, and no more: it may have been stopped. Raises FileUnwritable.
        """
        with last_copy.replacing(self._path(stem), self.state) as replace:

            def save(stem: str, fields: Fields) -> None:
                path = self._path(stem)
                with ExitStack() as stack:
                    with suppress(FileBusy):
                        lock = atomic.lock_if_possible(path, self.state, timeout)
                        stack.enter_context(lock)
                    replace(json.dumps(fields | self._kept(stem, known)).encode(), path)

            yield save

    @contextmanager
    def replacing(self, stem: str, known: frozenset[str]) -> Iterator[Callable[[Fields], None]]:
        """Lock a file, check that it can be replaced, and yield what saves the last copy in it.

        Raises FileBusy, FileUnwritable.
        """
        path = self._path(stem)
        with atomic.lock_if_possible(path, self.state):
            kept = self._kept(stem, known)
            with last_copy.replacing(path, self.state) as replace:
                yield lambda fields: replace(json.dumps(fields | kept).encode())

    def recover(self) -> None:
        """Move what could not be saved into its place: see `files.safe.last_copy`."""
        last_copy.recover(self.folder, self.state)

    def forget(self, stem: str) -> None:
        """Delete a file if it exists. Raises FileBusy, FileNotDeleted."""
        path = self._path(stem)
        if os.path.lexists(path):
            with atomic.lock_if_possible(path, self.state):
                atomic.remove(path)

    def forget_all(self, stem: str) -> None:
        """Delete a file, and what could not be saved in it. Raises FileBusy, FileNotDeleted."""
        path = self._path(stem)
        with atomic.lock_if_possible(path, self.state):
            last_copy.remove(path, self.state)

    def _kept(self, stem: str, known: frozenset[str]) -> Fields:
        try:
            old = self.load(stem) or {}
        except FileUnreadable:
            old = {}
        return {key: value for key, value in old.items() if key not in known}

    def _path(self, stem: str) -> Path:
        return self.folder / f"{stem}.json"

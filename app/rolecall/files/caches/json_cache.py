"""The JSON files of the clients' caches, read leniently and written as the AWS CLI does."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rolecall.domain.errors.file_errors import FileUnreadable
from rolecall.domain.model import RoleCredentials, Secret
from rolecall.domain.records import dataclass
from rolecall.files.caches.refusals import REFRESH, digest
from rolecall.files.json_fields import Fields, KeyFields, parse
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


@dataclass(frozen=True, slots=True)
class JsonCache:
    """A cache folder of the clients. `state` is rolecall's state folder, for the locks.

    Reading raises FileUnreadable, writing FileBusy and FileUnwritable.
    """

    folder: Path
    state: Path

    def files(self) -> list[Path]:
        """Return the files of the cache."""
        return self._files.paths()

    def broken(self) -> list[Path]:
        """Return the files that no client can read."""
        return self._files.broken()

    def note_renewal(self, stem: str, refresh_token: Secret) -> None:
        """Record in `state` that the refresh token in the file of this stem is about to be used.

        Raises FileBusy, FileUnwritable.
        """
        fields: Fields = {REFRESH: digest(refresh_token.reveal())}
        self._renewals.save(stem, fields, frozenset(fields))

    def was_renewal_begun(self, stem: str, refresh_token: Secret) -> bool:
        """Return whether a renewal with this refresh token has begun, and its end was not noted."""
        try:
            fields = self._renewals.load(stem) or {}
        except FileUnreadable:
            return False
        return fields.get(REFRESH) == digest(refresh_token.reveal())

    def note_renewal_end(self, stem: str) -> None:
        """Delete the record of a renewal. Raises FileBusy, FileUnwritable."""
        self._renewals.forget(stem)

    @property
    def _files(self) -> JsonFolder:
        return JsonFolder(self.folder, self.state)

    @property
    def _renewals(self) -> JsonFolder:
        return JsonFolder(self.state / "renewing", self.state)


def role_credentials(keys: KeyFields, account_id: str | None, arn: str | None) -> RoleCredentials:
    """Return the keys in a file as credentials, of an account and a role if they are known."""
    secret, token = Secret(keys.secret_access_key), Secret(keys.session_token)
    return RoleCredentials(keys.access_key_id, secret, token, keys.expires_at, account_id, arn)

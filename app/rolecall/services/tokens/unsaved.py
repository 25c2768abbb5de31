"""What was renewed but could not be saved in its file, so that it is used from memory."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Generic, TypeVar

from rolecall.domain.errors import RolecallError
from rolecall.domain.errors.file_errors import (
    FileError,
    FileKept,
    FileUnwritable,
    TokenKept,
    TokenNotSaved,
)
from rolecall.domain.records import dataclass

Key = TypeVar("Key")
New = TypeVar("New")


@dataclass(frozen=True, slots=True)
class _Entry(Generic[New]):
    new: New
    problem: TokenNotSaved | TokenKept
    save: Callable[[New], None]


class Unsaved(Generic[Key, New]):
    """Tokens or login sessions by their keys. `expiry` returns when one expires."""

    def __init__(self, expiry: Callable[[New], datetime]) -> None:
        self._expiry = expiry
        self._entries: dict[Key, _Entry[New]] = {}

    def __contains__(self, key: Key) -> bool:
        return key in self._entries

    def problem(self, key: Key) -> TokenNotSaved | TokenKept | None:
        """Return why it could not be saved; None if there is nothing unsaved."""
        entry = self._entries.get(key)
        return None if entry is None else entry.problem

    def all(self) -> dict[Key, New]:
        return {key: entry.new for key, entry in self._entries.items()}

    def forget(self, key: Key) -> None:
        self._entries.pop(key, None)

    def newest(self, key: Key, saved: New | None) -> New | None:
        """Return what is saved, or a newer one that could not be saved in its place. If only this
        process has that, try once more to save it.
        """
        entry = self._entries.get(key)
        if entry is None or (saved and self._expiry(saved) >= self._expiry(entry.new)):
            return saved
        if not isinstance(entry.problem, TokenKept):
            with suppress(FileError):
                self._save_later(key, entry)
        return entry.new

    def save(
        self,
        key: Key,
        name: str,
        new: New,
        save: Callable[[New], None],
        *,
        save_later: Callable[[New], None],
        report: Callable[[RolecallError], None],
    ) -> None:
        """Save the new one with `save`, or keep it and `report` that. `name` is for the user.

        `save_later` saves it in `newest`; it should not wait for others.
        """
        try:
            save(new)
        except (FileUnwritable, FileKept) as error:
            problem = _not_saved(error, name)
            self._entries[key] = _Entry(new, problem, save_later)
            report(problem)
        else:
            self.forget(key)

    def _save_later(self, key: Key, entry: _Entry[New]) -> None:
        try:
            entry.save(entry.new)
        except FileKept as error:
            problem = _not_saved(error, entry.problem.session)
            self._entries[key] = _Entry(entry.new, problem, entry.save)
        else:
            self.forget(key)


def _not_saved(error: FileUnwritable | FileKept, name: str) -> TokenNotSaved | TokenKept:
    if isinstance(error, FileKept):
        return TokenKept(error.path, error.reason, name, error.kept)
    return TokenNotSaved(error.path, error.reason, name)

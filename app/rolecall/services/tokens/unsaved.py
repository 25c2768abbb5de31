"""What was renewed but could not be saved: only this process has it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Generic, TypeVar

from rolecall.domain.errors import RolecallError
from rolecall.domain.errors.file_errors import FileUnwritable, TokenNotSaved

Key = TypeVar("Key")
New = TypeVar("New")


class Unsaved(Generic[Key, New]):
    """Tokens or login sessions by their keys. `expiry` returns when one expires."""

    def __init__(self, expiry: Callable[[New], datetime]) -> None:
        self._expiry = expiry
        self._kept: dict[Key, New] = {}

    def __contains__(self, key: Key) -> bool:
        return key in self._kept

    def get(self, key: Key) -> New | None:
        return self._kept.get(key)

    def all(self) -> dict[Key, New]:
        return self._kept.copy()

    def forget(self, key: Key) -> None:
        self._kept.pop(key, None)

    def newest(self, key: Key, saved: New) -> New:
        """Return what is saved, or a newer one that could not be saved in its place."""
        return max(saved, self._kept.get(key, saved), key=self._expiry)

    def save(
        self,
        key: Key,
        name: str,
        new: New,
        save: Callable[[New], None],
        report: Callable[[RolecallError], None],
    ) -> None:
        """Save the new one with `save`, or keep it and `report` that. `name` is for the user."""
        try:
            save(new)
        except FileUnwritable as error:
            self._kept[key] = new
            report(TokenNotSaved(error.path, error.reason, name))
        else:
            self._kept.pop(key, None)

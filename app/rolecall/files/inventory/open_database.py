"""Opens the database of the inventory cache, or what is in its place without sqlite3."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from rolecall.files.inventory.schema import SCHEMA, UPGRADES, VERSION

if TYPE_CHECKING:
    import sqlite3

    from rolecall.files.inventory.database import Database

T = TypeVar("T")


class NoDatabase:
    """In the place of a database if Python cannot load sqlite3."""

    is_there = False
    is_changed_by_others = False

    def read(self, _: Callable[[sqlite3.Connection], T], otherwise: T) -> T:
        return otherwise

    def write(self, _: Callable[[sqlite3.Connection], T], otherwise: T) -> T:
        return otherwise

    def close(self) -> None:
        pass


def open_database(path: Path, state: Path) -> Database | NoDatabase:
    """Return the database. `state` is rolecall's state folder, for the lock."""
    try:
        from rolecall.files.inventory.database import Database
    except ImportError:
        return NoDatabase()
    return Database(path, state, SCHEMA, VERSION, UPGRADES)

"""Write without a lock. Commands and screens, which must not import `files`, ask the user first."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from rolecall.files.safe.atomic import without_locks

T = TypeVar("T")


def unlocked(commit: Callable[[], T]) -> Callable[[], T]:
    """Return the same write for a user who agrees to write without locks where the file system has
    none.
    """

    def write() -> T:
        with without_locks():
            return commit()

    return write

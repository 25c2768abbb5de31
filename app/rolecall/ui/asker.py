"""The screen that asked for work in the background.

After an `await` the user may be anywhere. So work opens a screen only over the screen that asked
for it, and if the user has left that one, it stops quietly.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from contextlib import suppress
from contextvars import ContextVar
from typing import Any

from textual.screen import Screen

Work = Callable[[], Coroutine[Any, Any, None]]

_asker: ContextVar[Screen[Any] | None] = ContextVar("asker", default=None)


class Left(Exception):
    """The user has left the screen that asked for the work."""


def asked_by(screen: Screen[Any] | None, work: Work) -> Work:
    """Return the work, which knows that the screen asked for it, and stops quietly at `Left`."""

    async def asked() -> None:
        _asker.set(screen)
        with suppress(Left):
            await work()

    return asked


def require_asker(visible: Screen[Any] | None) -> None:
    """Raise Left if the visible screen is not the one that asked for the work that calls this."""
    if visible is not _asker.get():
        raise Left

"""How far runs and listings are, in the tab of the terminal."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from rolecall.ui.work import in_thread

if TYPE_CHECKING:
    from rolecall.terminal.tab_progress import TabProgress


class Tab:
    """Shows nothing before `find` has found that the terminal takes it."""

    def __init__(self, write: Callable[[str], object]) -> None:
        self._write = write
        self._progress: TabProgress | None = None

    async def find(self) -> None:
        """Find whether the terminal takes it. In tmux this runs a program."""
        from rolecall.terminal import tab_progress  # late: it imports subprocess

        if await in_thread(partial(tab_progress.is_taken, os.environ)):
            self._progress = tab_progress.TabProgress(os.environ, self._write)

    def show(self, under_way: tuple[int, int] | None) -> None:
        """Show how many of the total are done; None if nothing is in progress."""
        if self._progress is None:
            return
        if under_way is None:
            self._progress.clear()
        else:
            self._progress.show(*under_way)

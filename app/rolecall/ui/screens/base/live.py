"""The base of the screens that follow the runs of a command. While nothing runs, nothing ticks."""

from __future__ import annotations

from typing import Final

from textual.timer import Timer

from rolecall.services.runs.board import RunBoard
from rolecall.ui.screens.base.command import CommandScreen

_EVERY: Final = 0.2  # seconds between looks at what has changed


class LiveScreen(CommandScreen[None]):
    """Calls `show_state` when the board has changed, as long as something runs."""

    def __init__(self, board: RunBoard) -> None:
        super().__init__()
        self.board = board
        self._seen = -1  # the version of the board that is shown
        self._timer: Timer | None = None

    def follow(self) -> None:
        """Look at the board until everything has ended."""
        if self._timer is None:
            self._timer = self.set_interval(_EVERY, self._look)

    def do_quit(self) -> None:
        """Ask first if something runs."""
        if self.board.is_under_way:
            self.flows.runs.ask_to_stop(self.board)
        else:
            self.flows.run_command("quit")

    def _look(self) -> None:
        is_under_way = self.board.is_under_way
        if self.is_current and self.board.version != self._seen:
            self._seen = self.board.version
            self.show_state()
        if not is_under_way and self._timer is not None:
            self._timer.stop()
            self._timer = None

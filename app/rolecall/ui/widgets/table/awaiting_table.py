"""A table whose cursor can go to a row that comes later."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from rolecall.ui.widgets.table.columns import R
from rolecall.ui.widgets.table.virtual_table import VirtualTable


class AwaitingTable(VirtualTable[R]):
    """`awaited` is the key of the row that the cursor goes to once it comes, or None. Setting it
    moves nothing.

    When the user moves the cursor or filters, it is None again.
    """

    awaited: Any = None
    when_forgotten: Callable[[], object] | None = None

    def forget(self) -> None:
        """Stop waiting for a row."""
        if self.awaited is not None:
            self.awaited = None
            if self.when_forgotten is not None:
                self.when_forgotten()

    def set_rows(self, rows: Sequence[R]) -> None:
        super().set_rows(rows)
        if self.awaited is not None:
            self.move_to(self.awaited)

    def _move_cursor(self, place: int) -> None:
        self.forget()
        super()._move_cursor(place)

    def _change_rows(self, change: Callable[[], None], or_best: bool = False) -> None:
        if or_best:  # another filter
            self.forget()
        super()._change_rows(change, or_best)

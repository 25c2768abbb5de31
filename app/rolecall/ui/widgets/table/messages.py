"""The messages that a table sends to its screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual.message import Message

if TYPE_CHECKING:
    from textual.widget import Widget


class TableMessages:
    """Messages of `VirtualTable`. Their handlers have its name: `on_virtual_table_highlighted`."""

    class _About(Message):
        def __init__(self, table: Widget) -> None:
            super().__init__()
            self.table = table

        @property
        def control(self) -> Widget:
            return self.table

    class Highlighted(_About, namespace="virtual_table"):
        """The cursor is on another row, or on none."""

        def __init__(self, table: Widget, row: Any | None) -> None:
            super().__init__(table)
            self.row = row

    class Filtered(_About, namespace="virtual_table"):
        """The number of rows shown, or of all rows, has changed."""

        def __init__(self, table: Widget, shown: int, total: int) -> None:
            super().__init__(table)
            self.shown = shown
            self.total = total

    class Marked(_About, namespace="virtual_table"):
        """The number of marked rows has changed."""

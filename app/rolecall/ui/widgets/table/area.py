"""The table of a screen, with its filter: in the top edge of the border, or above the table."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Container
from textual.widget import Widget

from rolecall.ui.widgets.blank_lines import BlankLines
from rolecall.ui.widgets.filter_bar import FilterBar


class TableArea(BlankLines, Container):
    def __init__(self, filter_bar: FilterBar, table: Widget) -> None:
        super().__init__()
        self._parts = filter_bar, table

    def compose(self) -> ComposeResult:
        yield from self._parts

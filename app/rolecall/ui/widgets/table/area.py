"""What lies below a table and its filter."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Container
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from rolecall.ui.widgets.fields.filter_bar import FilterBar
from rolecall.ui.widgets.framed_lines import filtered


class BlankLines(Widget):
    """Paints only its background. Textual's styles take longer than the rest of the first paint."""

    def render_lines(self, crop: Region) -> list[Strip]:
        return [Strip.blank(crop.width, filtered(self, self.rich_style))] * crop.height


class TableArea(BlankLines, Container):
    """The table of a screen, with its filter: in the top edge of the border, or above the table."""

    def __init__(self, filter_bar: FilterBar, table: Widget) -> None:
        super().__init__()
        self._parts = filter_bar, table

    def compose(self) -> ComposeResult:
        yield from self._parts

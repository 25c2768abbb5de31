"""A widget that its children cover."""

from __future__ import annotations

from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from rolecall.ui.widgets.changed_lines import filtered


class BlankLines(Widget):
    """Paints only its background. Without border and padding its lines need not go through
    Textual's styles, which takes longer than all the rest of the first paint.
    """

    def render_lines(self, crop: Region) -> list[Strip]:
        return [Strip.blank(crop.width, filtered(self, self.rich_style))] * crop.height

"""A line of text that changes often."""

from __future__ import annotations

from textual.content import Content
from textual.widget import Widget

from rolecall.ui.widgets.wrapping import signed


class TextLine(Widget):
    """A separate widget, so that a change paints nothing else."""

    def __init__(self, classes: str | None = None) -> None:
        super().__init__(classes=classes)
        self._shown = ("", "")

    @property
    def text(self) -> str:
        return self._shown[0]

    def show(self, text: str, style: str = "$foreground") -> None:
        if (text, style) != self._shown:
            self._shown = (text, style)
            self.refresh(layout=False)

    def render(self) -> Content:
        text, style = self._shown
        return Content.assemble((signed(text, style), style))

"""A line of the picker."""

from __future__ import annotations

from textual.content import Content
from textual.widget import Widget


class PickerLine(Widget):
    """The query before there is a field, or the keys, a question or an error."""

    def __init__(self, classes: str | None = None) -> None:
        super().__init__(classes=classes)
        self._shown = ("", "")

    def show(self, text: str, style: str = "$muted") -> None:
        if (text, style) != self._shown:
            self._shown = (text, style)
            self.refresh(layout=False)

    def render(self) -> Content:
        return Content.assemble(" ", self._shown).truncate(max(0, self.size.width), ellipsis=True)

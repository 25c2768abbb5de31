"""What is happening to a sign-in, and how long its code still holds."""

from __future__ import annotations

from textual.content import Content
from textual.widget import Widget


class TextLine(Widget):
    """One line of its own, so that a tick repaints nothing else."""

    def __init__(self) -> None:
        super().__init__()
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
        return Content.assemble((text, style))

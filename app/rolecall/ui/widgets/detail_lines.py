"""A few lines below a table: what there is no room for in a row."""

from __future__ import annotations

from textual.content import Content
from textual.widget import Widget

from rolecall.ui.widgets.wrapping import wrap


class DetailLines(Widget):
    """`height` lines, whatever it shows, so that the table above stands still."""

    def __init__(self, height: int) -> None:
        super().__init__()
        self._height = height
        self._shown = ("", "", "")

    def on_mount(self) -> None:
        self.styles.height = self._height

    def show(self, head: str, body: str = "", style: str = "$muted") -> None:
        """`head` on a line of its own, if there is one; `body` on those that are left. What is too
        much is cut.
        """
        if (head, body, style) != self._shown:
            self._shown = head, body, style
            self.refresh(layout=False)

    def render(self) -> Content:
        head, body, style = self._shown
        width = max(1, self.size.width - 2)
        room = self._height - bool(head)
        lines = wrap(body, width)
        if len(lines) > room:
            lines[room - 1] += " " + " ".join(lines[room:])
        shown = [Content.assemble(" ", (line, style)) for line in lines[:room]]
        if head:
            shown.insert(0, Content.assemble(" ", (head, "$foreground")))
        return Content("\n").join(line.truncate(width + 1, ellipsis=True) for line in shown)

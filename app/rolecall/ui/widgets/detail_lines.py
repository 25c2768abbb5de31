"""A few lines below a table, with what does not fit in a row."""

from __future__ import annotations

from typing import Final

from textual.content import Content
from textual.widget import Widget

from rolecall.ui.widgets.wrapping import wrap

_HEIGHT: Final = 3  # as in base.tcss


class DetailLines(Widget):
    """Always has three lines, so that the table above does not move."""

    def __init__(self) -> None:
        super().__init__()
        self._shown = ("", "", "", "")

    def show(self, head: str, body: str = "", style: str = "$muted", *, short: str = "") -> None:
        """Show `head` on the first line, if it is not empty, and `body` on the others.

        If `body` is too long, `short` is shown instead. A text that is still too long is cut.
        """
        if (head, body, style, short) != self._shown:
            self._shown = head, body, style, short
            self.refresh(layout=False)

    def render(self) -> Content:
        head, body, style, short = self._shown
        width = max(1, self.size.width - 2)
        room = _HEIGHT - bool(head)
        lines = wrap(body, width)
        if short and len(lines) > room:
            lines = wrap(short, width)
        if len(lines) > room:
            lines[room - 1] += " " + " ".join(lines[room:])
        shown = [Content.assemble(" ", (line, style)) for line in lines[:room]]
        if head:
            shown.insert(0, Content.assemble(" ", (head, "$foreground")))
        return Content("\n").join(line.truncate(width + 1, ellipsis=True) for line in shown)

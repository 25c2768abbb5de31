"""What is known about the current row: in a pane next to or below the table, or in a few lines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final, NamedTuple

from rich.segment import Segment
from textual.content import Content
from textual.strip import Strip
from textual.widget import Widget

from rolecall.presentation.texts import profile_strings
from rolecall.ui.widgets.framed_lines import StyledLines
from rolecall.ui.widgets.table.columns import fit_text, without_joiners
from rolecall.ui.widgets.wrapping import wrap

_LINES: Final = 3  # as in base.tcss
_STYLES: Final = (
    *("border", "title", "edge", "production", "badge"),
    *("heading", "text", "strong", "muted", "accent", "good", "warn", "bad"),
)


class DetailLine(NamedTuple):
    """`style` is a component class without its prefix. A line that is too long is wrapped, with
    `hanging` more cells before the rest, or cut if `is_cut`.
    """

    text: str
    style: str = "text"
    is_cut: bool = False
    hanging: int = 0


def section(
    heading: str, texts: Sequence[str], style: str, *, cut: bool = False
) -> list[DetailLine]:
    """Return a blank line, a heading and indented texts; nothing if there are no texts."""
    if not texts:
        return []
    head = [DetailLine(heading, "heading")] if heading else []
    return [DetailLine(""), *head, *(DetailLine(f"  {text}", style, cut) for text in texts)]


class Detail(NamedTuple):
    """`title` is the name of the row. `badge`: that of a production row."""

    title: str = ""
    lines: Sequence[DetailLine] = ()
    badge: str = ""


class DetailPane(StyledLines):
    PREFIX = "detail-pane"
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"detail-pane--{name}" for name in _STYLES}

    def __init__(self) -> None:
        super().__init__()
        self.shown = Detail()

    def show_detail(self, detail: Detail) -> None:
        if detail != self.shown:
            self.shown = detail
            badge = [(f" {detail.badge} ", "badge")] if detail.badge else []
            title = "production" if detail.badge else "title"
            self.set_edges([(detail.title, title)] if detail.title else [], badge, [])
            self.show_later()

    def build_inner(self) -> list[Strip]:
        width, height = self.inner
        room = max(1, width - 2)
        lines: list[tuple[str, str]] = []
        for line in self.shown.lines:
            lines += [(text, line.style) for text in _wrapped(line, room)]
        if len(lines) > height:
            lines = [line for line in lines if line[0]]
        if len(lines) > height > 0:
            rest = profile_strings.MORE_LINES(len(lines) - height + 1)
            lines[height - 1 :] = [(rest, "muted")]
        lines += [("", "text")] * (height - len(lines))
        return [self._line(text, style, room) for text, style in lines]

    def _line(self, text: str, style: str, room: int) -> Strip:
        shown = f" {fit_text(text, room).text} "
        return Strip([Segment(shown, self.frame_style(style))], room + 2)


def _wrapped(line: DetailLine, room: int) -> list[str]:
    """Return the line in pieces, each indented as it is, and the others by `hanging` more."""
    shown = without_joiners(line.text)
    text = shown.lstrip()
    indent = len(shown) - len(text)
    if line.is_cut:
        return [shown]
    first, *rest = wrap(text, room - indent)
    if rest and line.hanging:
        rest = wrap(text[len(first) :].lstrip(), room - indent - line.hanging)
    return [" " * indent + first, *(" " * (indent + line.hanging) + each for each in rest)]


class DetailLines(Widget):
    """Always has three lines, so that the table above does not move."""

    def __init__(self) -> None:
        super().__init__()
        self._shown = ("", "", "", "")

    def show(self, head: str, body: str = "", style: str = "$muted", *, short: str = "") -> None:
        """Show `head`, if there is one, on the first line, and `body` on the others.

        `short` replaces a `body` that is too long. A text that is still too long is cut.
        """
        if (head, body, style, short) != self._shown:
            self._shown = head, body, style, short
            self.refresh(layout=False)

    def render(self) -> Content:
        head, body, style, short = self._shown
        width = max(1, self.size.width - 2)
        room = _LINES - bool(head)
        lines = wrap(body, width)
        if short and len(lines) > room:
            lines = wrap(short, width)
        if len(lines) > room:
            lines[room - 1] += " " + " ".join(lines[room:])
        shown = [Content.assemble(" ", (line, style)) for line in lines[:room]]
        if head:
            shown.insert(0, Content.assemble(" ", (head, "$foreground")))
        return Content("\n").join(line.truncate(width + 1, ellipsis=True) for line in shown)

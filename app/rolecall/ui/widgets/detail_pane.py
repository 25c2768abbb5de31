"""What is known about the current row: in a pane next to or below the table, or in a few lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar, Final

from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual.content import Content
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from rolecall.domain.records import NamedTuple
from rolecall.presentation.labels import ERROR_SIGN
from rolecall.presentation.texts import command_strings
from rolecall.ui.widgets.framed_lines import Runs, StyledLines
from rolecall.ui.widgets.table.columns import fit_text, without_joiners
from rolecall.ui.widgets.wrapping import signed, wrap

_LINES: Final = 3  # as in base.tcss
_STYLES: Final = (
    *("border", "border-focused", "title", "edge", "production", "badge", "tab", "cursor"),
    *("heading", "text", "strong", "muted", "accent", "good", "warn", "urgent", "bad"),
)
_ROOM_FOR_NAME: Final = 60  # minimum columns for the name of the row next to the tabs
_WHEEL_ROWS: Final = 3


class DetailLine(NamedTuple):
    """`style` is a component class without its prefix. `lead` is shown before the text, and not
    copied with it. A line that is too long is wrapped, with `hanging` more cells before the rest.
    """

    text: str
    style: str = "text"
    lead: str = ""
    hanging: int = 0


def section(heading: str, texts: Sequence[str], style: str, hanging: int = 0) -> list[DetailLine]:
    """Return a blank line, a heading and indented texts; nothing if there are no texts."""
    if not texts:
        return []
    head = [DetailLine(heading, "heading")] if heading else []
    lead = f"  {ERROR_SIGN} " if style == "bad" else "  "
    return [DetailLine(""), *head, *(DetailLine(text, style, lead, hanging) for text in texts)]


class Detail(NamedTuple):
    """`title` is the name of the row. `badge`: that of a production row."""

    title: str = ""
    lines: Sequence[DetailLine] = ()
    badge: str = ""


class _Row(NamedTuple):
    """A row of the pane, and what `y` copies there: the whole line that it is a part of."""

    line: int
    runs: Runs
    copied: str


class DetailPane(StyledLines, can_focus=True):
    """Scrolls, and shows where it is. With the focus it has a cursor, which is on a whole line.

    `tabs` are the names of its pages, if there are several; `tab` is the place of the shown one.
    """

    PREFIX = "detail-pane"
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"detail-pane--{name}" for name in _STYLES}

    class TabClicked(Message):
        def __init__(self, tab: int) -> None:
            super().__init__()
            self.tab = tab

    def __init__(self, tabs: Sequence[str] = ()) -> None:
        super().__init__()
        self.tabs = tabs
        self.tab = 0
        self.shown = Detail()
        self._rows: Sequence[_Row] = ()
        self._made_for: tuple[Detail, int] | None = None  # what the rows are of, and their width
        self._position = 0  # the index of the row of the cursor

    def show_detail(self, detail: Detail) -> None:
        if detail != self.shown:
            if detail.title != self.shown.title:
                self._to_top()
            self.shown = detail
            self.show_later()

    def show_tab(self, tab: int) -> None:
        """Show another page, which is empty until its lines come."""
        self.tab = tab % len(self.tabs)
        self._to_top()
        self.shown = self.shown._replace(lines=())
        self.show_later()

    def _to_top(self) -> None:
        self.top = self._position = 0

    # --- keys and the mouse

    @property
    def copied(self) -> str:
        """The line of the cursor, without what is before it."""
        return self._rows[self._position].copied if self._rows else ""

    def action_move(self, rows: int) -> None:
        """Move the cursor, over blank rows, too."""
        step = 1 if rows > 0 else -1
        place = max(0, min(self._position + rows, len(self._rows) - 1))
        while 0 < place < len(self._rows) - 1 and not self._rows[place].copied:
            place += step
        self._move_to(place)

    def action_page(self, pages: float) -> None:
        self.top += (rows := int(self.inner.height * pages))
        self.action_move(rows)

    def action_first(self) -> None:
        self._move_to(0)

    def action_last(self) -> None:
        self._move_to(len(self._rows) - 1)

    def _move_to(self, place: int) -> None:
        self._position = place
        self.show()

    def on_click(self, event: events.Click) -> None:
        if self.is_framed and event.y == 0:
            for tab, (start, end) in enumerate(self._tab_spans()):
                if start <= event.x < end:
                    self.post_message(self.TabClicked(tab))
            return
        place = self.top + event.y - int(self.is_framed)
        if self.top <= place < min(len(self._rows), self.top + self.inner.height):
            self._move_to(place)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self._scroll(_WHEEL_ROWS)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self._scroll(-_WHEEL_ROWS)

    def _scroll(self, rows: int) -> None:
        last = max(0, len(self._rows) - self.inner.height)
        self.top = max(0, min(self.top + rows, last))
        self._position = max(self.top, min(self._position, self.top + self.inner.height - 1))
        self.show()

    def watch_has_focus(self, has_focus: bool) -> None:
        """Paint the cursor. No style sheet asks for the focus, so no style is looked up again."""
        self.show()

    # --- painting

    @property
    def border_name(self) -> str:
        return "border-focused" if self.has_focus else "border"

    def edges(self) -> tuple[Runs, Runs, Runs]:
        """Return the name of the row, its badge or the tabs, and which rows are shown."""
        title, _, badge = self.shown
        name: Runs = [(title, "production" if badge else "title")] if title else []
        marks: Runs = [(f" {badge} ", "badge")] if badge else []
        height, count = self.inner.height, len(self._rows)
        place = command_strings.ROWS_SHOWN.format(
            first=self.top + 1, last=min(self.top + height, count), count=count
        )
        foot: Runs = [(place, "edge")] if count > height else []
        if not self.tabs:
            return name, marks, foot
        if not self._has_room_for_name:
            return self._tab_runs(), [], foot
        return [*name, *([(" ", "edge"), *marks] if marks else [])], self._tab_runs(), foot

    @property
    def _has_room_for_name(self) -> bool:
        """Whether the name of the row is in the edge too; in a narrow pane it is the first row."""
        return not self.tabs or self.size.width >= _ROOM_FOR_NAME

    def _tab_runs(self) -> Runs:
        runs: Runs = []
        for place, name in enumerate(self.tabs):
            runs += [("  ", "edge")] * bool(runs)
            runs.append((name, "tab" if place == self.tab else "edge"))
        return runs

    def _tab_spans(self) -> Iterator[tuple[int, int]]:
        """Yield the first column of each tab, and the one behind it."""
        width = sum(cell_len(name) for name, _ in self._tab_runs())
        start = self.size.width - width - 3 if self._has_room_for_name else 3
        for name in self.tabs:
            yield start, start + cell_len(name)
            start += cell_len(name) + 2

    def build_inner(self) -> list[Strip]:
        width, height = self.inner
        room = max(1, width - 2)
        if self._made_for != (self.shown, width):
            self._made_for = self.shown, width
            self._rows = list(self._wrapped_rows(room))
        self._position = max(0, min(self._position, len(self._rows) - 1))
        self.top = max(0, min(self.top, len(self._rows) - height, self._position))
        self.top = max(self.top, self._position - height + 1)
        at = self._rows[self._position].line if self._rows and self.has_focus else None
        rows = self._rows[self.top : self.top + height]
        lines = [self._strip(each.runs, room, is_current=each.line == at) for each in rows]
        return lines + [self._strip([], room)] * (height - len(lines))

    def _wrapped_rows(self, room: int) -> Iterator[_Row]:
        title, lines, badge = self.shown
        if lines and not lines[0].text:
            lines = lines[1:]
        if title and not self._has_room_for_name:
            yield from _name_rows(title, badge, room)
        for number, line in enumerate(lines):
            for text in _wrapped(line, room):
                yield _Row(number, [(text, line.style)], line.text.strip())

    def _strip(self, runs: Runs, room: int, *, is_current: bool = False) -> Strip:
        used, segments = 0, [Segment(" ", self.frame_style("text"))]
        for text, name in runs:
            width = min(cell_len(text), room - used)
            segments.append(Segment(fit_text(text, width).text, self.frame_style(name)))
            used += width
        segments.append(Segment(" " * (room + 1 - used), self.frame_style("text")))
        if is_current:
            style = self.frame_style("cursor")
            segments = [Segment(each.text, style) for each in segments]
        return Strip(segments, room + 2)


def _name_rows(title: str, badge: str, room: int) -> Iterator[_Row]:
    """Yield the name of the row, and its badge behind it or below it."""
    pieces = wrap(without_joiners(title), room)
    style = "production" if badge else "title"
    mark = f" {badge} "
    for piece in pieces:
        runs: Runs = [(piece, style)]
        if badge and piece is pieces[-1] and cell_len(f"{piece} {mark}") <= room:
            runs += [(" ", "text"), (mark, "badge")]
            badge = ""
        yield _Row(-1, runs, title)
    if badge:
        yield _Row(-1, [(mark, "badge")], title)


def _wrapped(line: DetailLine, room: int) -> list[str]:
    """Return the line in pieces, each indented as it is, and the others by `hanging` more."""
    shown = without_joiners(line.text)
    text = shown.lstrip()
    lead = line.lead + " " * (len(shown) - len(text))
    first, *rest = wrap(text, max(1, room - cell_len(lead)))
    indent = " " * (cell_len(lead) + line.hanging)
    if rest and line.hanging:
        rest = wrap(text[len(first) :].lstrip(), max(1, room - len(indent)))
    return [lead + first, *(indent + each for each in rest)]


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
        lines = wrap(signed(body, style), width)
        if short and len(lines) > room:
            lines = wrap(signed(short, style), width)
        if len(lines) > room:
            lines[room - 1] += " " + " ".join(lines[room:])
        shown = [Content.assemble(" ", (line, style)) for line in lines[:room]]
        if head:
            shown.insert(0, Content.assemble(" ", (head, "$foreground")))
        return Content("\n").join(line.truncate(width + 1, ellipsis=True) for line in shown)

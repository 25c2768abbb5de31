"""Lines in a thin border, with texts in its edges. Only those that have changed are painted.

After every change the widget builds all its lines and compares them with those on the screen. The
border is part of the lines, so that a changed text costs only its own cells. There is no padding,
scrollbar or layout. `rendering.frame` decides what is sent for a changed line.
"""

from __future__ import annotations

from itertools import takewhile
from typing import ClassVar, Final

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.widget import Widget

from rolecall.ui.widgets.table.columns import fit_text, without_joiners

FRAME_COLUMNS: Final = 60  # minimum columns and rows of the terminal for a border
FRAME_ROWS: Final = 14
_TOP, _BOTTOM = "╭╮", "╰╯"
_LEAST = 3  # dashes between the two texts of an edge
_ENDS = 2  # the corner and the dash at each end of an edge

Runs = list[tuple[str, str]]  # texts with the names of their styles


def has_room_for_frame(size: Size) -> bool:
    """Return whether a terminal of this size has room for borders."""
    return size.width >= FRAME_COLUMNS and size.height >= FRAME_ROWS


class FramedLines(Widget):
    """A subclass builds the lines inside the border, and the styles of the texts in its edges.

    `wants_frame`: it has a border if there is room. `top`: the index of the first visible row.
    """

    wants_frame = True

    def __init__(self) -> None:
        super().__init__()
        self.top = 0
        self._built_for = Size()  # the size that the lines are for
        self._lines: list[Strip] = []  # as last painted; empty if unknown
        self._show_is_due = False
        self._edges: tuple[Runs, Runs, Runs] = [], [], []

    def build_inner(self) -> list[Strip]:
        """Return as many lines as `inner` is high, each as wide as `inner`."""
        raise NotImplementedError

    def frame_style(self, *names: str) -> Style:
        """Return the style of `border`, or of a text in an edge."""
        raise NotImplementedError

    def show_later(self) -> None:
        """Paint the lines that have changed, after the current message."""
        if not self._show_is_due:
            self._show_is_due = True
            self.call_next(self._show_if_due)

    def _show_if_due(self) -> None:
        if self._show_is_due:
            self.show()

    def show(self) -> None:
        """Paint the lines that differ from those on the screen."""
        self._show_is_due = False
        if not self._lines or not self.is_attached:
            self.refresh()
            return
        shown, self._lines = self._lines, self._build()
        if len(shown) != len(self._lines):
            self.refresh()
            return
        changed = []
        for y, (old, new) in enumerate(zip(shown, self._lines, strict=True)):
            if old is not new and old != new:
                start, end = _differing(old, new)
                changed.append(Region(start, y, end - start, 1))
        if changed:
            self.refresh(*changed)

    def render_lines(self, crop: Region) -> list[Strip]:
        """Return the lines as they were built.

        Without border and padding they need none of Textual's styles, which would take longer than
        to build them. `filtered` applies its filters.
        """
        size = self.size
        if not self._lines or self._built_for != size:
            self._lines = self._build()
            self._built_for = size
        lines = self._lines[crop.y : crop.bottom]
        lines += [Strip.blank(size.width)] * (crop.height - len(lines))
        if crop.column_span != (0, size.width):
            lines = [line.crop(*crop.column_span) for line in lines]
        return lines

    def filtered(self, style: Style) -> Style:
        return filtered(self, style)

    def set_edges(self, title: Runs, right: Runs, foot: Runs) -> None:
        """Set the texts at the left and right of the top edge, and at the right of the bottom."""
        if (title, right, foot) != self._edges:
            self._edges = title, right, foot
            if self.is_framed:
                self.show_later()

    @property
    def border_name(self) -> str:
        """The name of the style of the border."""
        return "border"

    def edges(self) -> tuple[Runs, Runs, Runs]:
        """Return the texts in the edges, once the lines inside are built."""
        return self._edges

    @property
    def is_framed(self) -> bool:
        return self.wants_frame and self.is_attached and has_room_for_frame(self.app.size)

    @property
    def inner(self) -> Size:
        """The size inside the border."""
        width, height = self.size
        return Size(max(0, width - 2), max(0, height - 2)) if self.is_framed else self.size

    @property
    def title_end(self) -> int:
        """The column after the title in the top edge."""
        return 2 + sum(cell_len(text) for text, _ in self._edges[0]) + 2

    def _build(self) -> list[Strip]:
        lines = self.build_inner()
        if not self.is_framed or self.size.height < 2:
            return lines
        title, right, foot = self.edges()
        side = Segment("│", self.frame_style(self.border_name))
        width = self.size.width
        framed = [Strip([side, *line, side], width) for line in lines]
        return [self._edge(_TOP, title, right), *framed, self._edge(_BOTTOM, [], foot)]

    def _edge(self, corners: str, left: Runs, right: Runs) -> Strip:
        """Return an edge: `╭─ left ─── right ─╮`. The right text gives way first."""
        border, room = self.frame_style(self.border_name), self.size.width - 2 * _ENDS
        lefts, used = self._fit(left, room)
        rights, more = self._fit(right, room - used - (_LEAST if used else 0))
        middle = Segment("─" * max(0, room - used - more), border)
        ends = Segment(f"{corners[0]}─", border), Segment(f"─{corners[1]}", border)
        return Strip([ends[0], *lefts, middle, *rights, ends[1]], self.size.width)

    def _fit(self, runs: Runs, room: int) -> tuple[list[Segment], int]:
        """Return the texts with a blank on each side, cut to the room, and their width."""
        segments: list[Segment] = []
        used = 2
        for text, name in runs:
            shown = without_joiners(text)
            width = min(cell_len(shown), room - used)
            if width > 0:
                segments.append(Segment(fit_text(shown, width).text, self.frame_style(name)))
                used += width
        if not segments:
            return [], 0
        blank = Segment(" ", self.frame_style(self.border_name))
        return [blank, *segments, blank], used


class StyledLines(FramedLines):
    """Framed lines with the styles of the component classes `PREFIX--name`."""

    PREFIX: ClassVar[str]

    def __init__(self) -> None:
        super().__init__()
        self._styles: dict[str, Style] = {}

    def frame_style(self, *names: str) -> Style:
        (name,) = names
        if name not in self._styles:
            part = self.get_component_rich_style(f"{self.PREFIX}--{name}", partial=True)
            self._styles[name] = self.filtered(self.rich_style + part)
        return self._styles[name]

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._styles.clear()
        if self.is_running:
            self.show_later()


def filtered(widget: Widget, style: Style) -> Style:
    """Return the style after Textual's filters (NO_COLOR is one). They look only at styles."""
    segments = [Segment(" ", style)]
    for line_filter in widget.get_line_filters():
        segments = line_filter.apply(segments, widget.background_colors[1])
    return segments[0].style or style


def _differing(old: Strip, new: Strip) -> tuple[int, int]:
    """Return the first and last cell of the segments in which two lines differ. If many lines
    change by one cell each, painting only those is several times as fast.
    """
    length = max(old.cell_length, new.cell_length)
    if old.cell_length != new.cell_length:
        return 0, length
    olds, news = list(old), list(new)
    start = sum(a.cell_length for a, _ in takewhile(_alike, zip(olds, news, strict=False)))
    pairs = zip(reversed(olds), reversed(news), strict=False)
    end = length - sum(a.cell_length for a, _ in takewhile(_alike, pairs))
    return (start, end) if start < end else (0, length)


def _alike(pair: tuple[Segment, Segment]) -> bool:
    return pair[0] == pair[1]

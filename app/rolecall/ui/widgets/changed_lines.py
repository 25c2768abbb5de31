"""A widget of lines, of which only those that have changed are painted.

After every change it builds all its lines and compares them with those on the screen. It has no
border, padding, scrollbar or layout. `rendering.frame` decides what is sent for a changed line.
"""

from __future__ import annotations

from itertools import takewhile

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.widget import Widget


class ChangedLines(Widget):
    """A subclass builds the lines. `top` is the index of the first row that is visible."""

    def __init__(self) -> None:
        super().__init__()
        self.top = 0
        self._built_for = Size()  # the size that the lines are for
        self._lines: list[Strip] = []  # as last painted; empty if unknown
        self._show_is_due = False

    def build(self) -> list[Strip]:
        """Return the lines to show: as many as the widget is high."""
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
        shown, self._lines = self._lines, self.build()
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

        Without border and padding they need not go through Textual's styles, which takes longer
        than to build them. `filtered` applies its filters.
        """
        size = self.size
        if not self._lines or self._built_for != size:
            self._lines = self.build()
            self._built_for = size
        lines = self._lines[crop.y : crop.bottom]
        lines += [Strip.blank(size.width)] * (crop.height - len(lines))
        if crop.column_span != (0, size.width):
            lines = [line.crop(*crop.column_span) for line in lines]
        return lines

    def filtered(self, style: Style) -> Style:
        return filtered(self, style)


def filtered(widget: Widget, style: Style) -> Style:
    """Return the style after Textual's filters (NO_COLOR is one). They look only at styles."""
    segments = [Segment(" ", style)]
    for line_filter in widget.get_line_filters():
        segments = line_filter.apply(segments, widget.background_colors[1])
    return segments[0].style or style


def _differing(old: Strip, new: Strip) -> tuple[int, int]:
    """Return the first and last cell of the segments in which two lines differ.

    If many lines change by one cell each, painting only those takes a fraction of the time.
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

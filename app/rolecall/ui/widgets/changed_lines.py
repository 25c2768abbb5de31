"""A widget of lines that asks for nothing but those that have changed to be painted.

After every change it builds the lines on screen anew and compares them with what stands there. It
has no border, padding, scrollbar or layout. What a changed line costs on the wire is the canvas's
business.
"""

from __future__ import annotations

from itertools import takewhile

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.widget import Widget


class ChangedLines(Widget):
    """`build` gives the lines, `self.top` says which line of the whole is the first that moves."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.top = 0
        self._built_for = Size()  # the size that the lines are for
        self._lines: list[Strip] = []  # as last asked to be painted; empty when not known
        self._show_is_due = False

    def build(self) -> list[Strip]:
        """The lines as they should be now: as many as the widget is high."""
        raise NotImplementedError

    def show_later(self) -> None:
        """What the lines say may have changed: those that have are painted again."""
        if not self._show_is_due:
            self._show_is_due = True
            self.call_next(self.show)

    def show(self) -> None:
        """Asks for every line that is not what stands on the screen to be painted."""
        self._show_is_due = False
        if not self._lines or not self.is_attached:
            self.refresh()
            return
        standing, self._lines = self._lines, self.build()
        if len(standing) != len(self._lines):
            self.refresh()
            return
        changed = []
        for y, (old, new) in enumerate(zip(standing, self._lines, strict=True)):
            if old is not new and old != new:
                start, end = _differing(old, new)
                changed.append(Region(start, y, end - start, 1))
        if changed:
            self.refresh(*changed)

    def render_lines(self, crop: Region) -> list[Strip]:
        """The lines as they were built. With neither border nor padding around them they need not
        go through Textual's styles, which takes longer than to build them; `filtered` stands for
        its filters.
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
        """A style as Textual's filters leave it (`NO_COLOR` is one), which go by styles alone."""
        segments = [Segment(" ", style)]
        for line_filter in self.get_line_filters():
            segments = line_filter.apply(segments, self.background_colors[1])
        return segments[0].style or style


def _differing(old: Strip, new: Strip) -> tuple[int, int]:
    """From the first cell to the last of the segments in which two lines differ. Painting them
    alone takes a fraction of the time, where many lines tick by one cell each.
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

"""A widget of lines that asks for nothing but those that have changed to be painted.

After every change it builds the lines on screen anew and compares them with what stands there. It
has no scrollbar and no layout; where the terminal can move lines that spares painting them.
"""

from __future__ import annotations

from typing import Self

from textual.geometry import Region, Size, Spacing
from textual.strip import Strip
from textual.widget import Widget

from rolecall.ui.widgets.terminal_scroll import scroll_terminal


class ChangedLines(Widget):
    """`build` gives the lines, `self.top` says which line of the whole is the first that moves."""

    fixed_lines = 0  # at the top, which stay where they are when the others move

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.top = 0
        self._built_for = Size()  # the size that the lines are for
        self._lines: list[Strip] = []  # as last asked to be painted; empty when not known
        self._asked: set[int] = set()  # lines that will be painted and have not been yet
        self._painted_top = 0
        self._show_is_due = False

    def build(self) -> list[Strip]:
        """The lines as they should be now: as many as the widget is high."""
        raise NotImplementedError

    def show_soon(self) -> None:
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
        standing: list[Strip | None] = [
            None if y in self._asked else line for y, line in enumerate(self._lines)
        ]
        self._lines = self.build()
        if len(standing) != len(self._lines):
            self.refresh()
            return
        standing = self._scroll(standing)
        for y, (old, new) in enumerate(zip(standing, self._lines, strict=True)):
            if old is not new and old != new:
                self.refresh(Region(0, y, self.size.width, 1))

    def render_line(self, y: int) -> Strip:
        if not self._lines or self._built_for != self.size:
            self._lines = self.build()
            self._built_for = self.size
            self._painted_top = self.top
        self._asked.discard(y)
        return self._lines[y] if y < len(self._lines) else Strip.blank(self.size.width)

    def refresh(
        self,
        *regions: Region,
        repaint: bool = True,
        layout: bool = False,
        recompose: bool = False,
    ) -> Self:
        lines = [region.line_range for region in regions] or [range(self.size.height)]
        self._asked.update(*lines)
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)

    def _scroll(self, standing: list[Strip | None]) -> list[Strip | None]:
        """Lets the terminal move the lines where that spares painting them; what stands then."""
        by, self._painted_top = self.top - self._painted_top, self.top
        fixed, rows = standing[: self.fixed_lines], standing[self.fixed_lines :]
        if not 0 < abs(by) < len(rows) or self.screen is not self.app.screen:
            return standing
        free: list[Strip | None] = [None] * abs(by)
        moved = fixed + (rows[by:] + free if by > 0 else free + rows[:by])
        if self._in_place(moved) <= self._in_place(standing):
            return standing
        region = self.content_region
        if not scroll_terminal(self.app, region.shrink(Spacing(top=self.fixed_lines)), by):
            return standing
        self._styles_cache.clear()  # it remembers lines by where they stood
        return moved

    def _in_place(self, standing: list[Strip | None]) -> int:
        return sum(old == new for old, new in zip(standing, self._lines, strict=True))

"""What the terminal shows below the prompt. A frame sends only the cells that differ."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.color import ColorSystem
from rich.segment import Segment

from rolecall.terminal.cell_writer import BLANK, CellWriter
from rolecall.ui.rendering.frame import Frame

Place = tuple[int, int]  # line and column


class InlineFrame(Frame):
    """The line of the prompt is unknown, so the cursor moves relative to where it is. Between
    frames it is at the caret. Places count from the first line of the frame.
    """

    def update_lines(
        self,
        lines: Sequence[Iterable[Segment]],
        width: int,
        colours: ColorSystem,
        *,
        at: Place,
        caret: Place,
        query: str,
    ) -> str:
        """Return what to send, or "". The cursor is `at` this place; it is at the start of the
        first line when the terminal reads `query`, and then at the caret.
        """
        self.use_colours(colours)
        rows = [self.row_of(segments, width) for segments in lines]
        is_known = self.has_size(width, len(rows))
        if is_known and rows == self._rows and at == caret:
            return ""
        writer = RelativeWriter(self.erases, at)
        if not is_known:
            writer.make_room(len(rows))
            self._rows = [[BLANK] * width for _ in rows]
            self._size = (width, len(rows))
        for y, (old, new) in enumerate(zip(self._rows, rows, strict=True)):
            if old != new:
                writer.write_line(y, old, new)
        self._rows = rows
        return writer.finish_at(caret, query)


class RelativeWriter(CellWriter):
    """Moves the cursor by lines, and to columns. `at` is the place that it has at first."""

    def __init__(self, erases: bool, at: Place) -> None:
        super().__init__(erases)
        self._line, _ = self._cursor = at

    def make_room(self, lines: int) -> None:
        """Scroll until all lines are on the screen, and clear them."""
        self._move_to(0, 0)
        self._out.append("\x1b[m" + "\n" * (lines - 1))
        self._line += lines - 1
        self._move_to(0, 0)
        self._out.append("\x1b[J")

    def finish_at(self, caret: Place, query: str) -> str:
        self.finish()
        self._move_to(0, 0)
        self._out.append(query)
        self._move_to(*caret)
        return "".join(self._out)

    def _move_to(self, y: int, x: int) -> None:
        column = self._cursor[1] if self._cursor and self._line == self._cursor[0] else None
        if step := y - self._line:
            count = abs(step) if abs(step) > 1 else ""
            self._out.append(f"\x1b[{count}{'B' if step > 0 else 'A'}")
        if column != x:
            self._out.append(f"\x1b[{x + 1}G" if x else "\r")
        self._line, _ = self._cursor = (y, x)

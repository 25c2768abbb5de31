"""What stands on the terminal, cell by cell, so that a frame sends nothing but what differs.

Textual sends whole lines of whole widgets: 28 kB for a filter bar that opens, which is a second
on a slow line. Here a frame is compared with what was sent before; lines that have moved are moved
by the terminal itself (DECSTBM), and a run of blanks is erased rather than written.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from rich.cells import split_graphemes
from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style

from rolecall.ui.rendering.ansi import PLAIN, CellStyle, cell_style_of, change
from rolecall.ui.rendering.cell_writer import Cell, CellWriter, Row

_BLANK: Final[Cell] = (" ", PLAIN)
_WORTH_SCROLLING: Final = 2  # lines
_PROBED: Final = 7  # one cell in so many: enough to tell most lines apart
# Characters of one cell each, that join with none: ASCII, bars and borders.
_ONE_EACH: Final = re.compile("[ -~─-▟○-◕·…]*")


class _Cells(dict[str, Cell]):
    """The cells of one look by their characters. Of each there is one: rows of them compare in no
    time.
    """

    def __init__(self, look: CellStyle) -> None:
        self.look = look
        self[" "] = " ", look.on_a_blank()

    def __missing__(self, text: str) -> Cell:
        cell = self[text] = text, self.look
        return cell


class Frame:
    """`erases`: the terminal erases with the background colour (terminfo's `bce`). `links`: it
    knows OSC 8. `signs` stand in for others (see `glyphs`); what `encoding` cannot say is `?`.
    """

    def __init__(
        self,
        erases: bool = True,
        links: bool = True,
        signs: Mapping[int, str] = MappingProxyType({}),
        encoding: str = "utf-8",
    ) -> None:
        self._erases = erases
        self._links = links
        self._signs = signs
        self._encoding = encoding
        self._says_all = encoding == "utf-8"
        self._rows: list[Row] = []
        self._size = (0, 0)
        self._colours = ColorSystem.EIGHT_BIT
        self._cells_of: dict[Style | None, _Cells] = {}

    def forget(self) -> None:
        """Something else may stand on the screen: the next frame has to be a whole one."""
        self._size = (0, 0)

    def knows(self, width: int, height: int) -> bool:
        """Whether a part of a screen of this size can be painted, rather than all of it."""
        return self._size == (width, height)

    def paint(
        self,
        parts: Iterable[tuple[int, int, Iterable[Segment]]],
        width: int,
        height: int,
        colours: ColorSystem,
    ) -> str:
        """What to send so that each part, (line, column, segments), stands where it says."""
        if colours != self._colours:
            self._colours = colours
            self._cells_of.clear()
        known = self.knows(width, height)
        rows: dict[int, Row] = {}
        for y, x, segments in parts:
            if y not in rows:
                rows[y] = list(self._rows[y]) if known else [_BLANK] * width
            row, cells = rows[y], self._cells(segments)[: width - x]
            row[x : x + len(cells)] = cells
        out: list[str] = []
        if not known:
            self._clear(rows, width, height, out)
        changed = {y: row for y, row in sorted(rows.items()) if row != self._rows[y]}
        if len(changed) > _WORTH_SCROLLING:
            self._scroll(changed, out)
        pen = CellWriter(self._erases)
        if changed and self._links:
            self._wrap_links(changed, pen)
        for y, row in changed.items():
            if row != self._rows[y]:
                pen.line(y, self._rows[y], row)
                self._rows[y] = row
        return "".join(out) + pen.put_down()

    def _cells(self, segments: Iterable[Segment]) -> Row:
        cells: Row = []
        for text, style, control in segments:
            if control or not text:
                continue
            if (cell_of := self._cells_of.get(style)) is None:
                look = cell_style_of(style, self._colours)
                look = look if self._links else look._replace(link="")
                cell_of = self._cells_of[style] = _Cells(look)
            had = text if text.isascii() else text.translate(self._signs)
            if had.isascii() or (self._says_all and _ONE_EACH.fullmatch(had)):
                cells += map(cell_of.__getitem__, had)
                continue
            for start, end, cell_length in split_graphemes(had)[0]:
                part = had[start:end]
                if cell_length == 0:
                    if cells:
                        cells[-1] = cells[-1][0] + part, cells[-1][1]
                elif not (self._says_all or self._can_say(part)):
                    cells += [cell_of["?"]] * cell_length
                else:
                    cells.append(cell_of[part])
                    cells += [cell_of[""]] * (cell_length - 1)
        return cells

    def _can_say(self, text: str) -> bool:
        try:
            text.encode(self._encoding)
        except UnicodeEncodeError:
            return False
        return True

    def _clear(self, rows: dict[int, Row], width: int, height: int, out: list[str]) -> None:
        """Clears the screen to the blank that the new one has most of."""
        blank = _BLANK
        if self._erases:
            blanks = Counter(cell for row in rows.values() for cell in row if cell[0] == " ")
            blanks = Counter({cell: n for cell, n in blanks.items() if not cell[1].flags})
            if blanks:
                blank = blanks.most_common(1)[0][0]
        # From a look that no terminal is in, lest something is taken for set that is not.
        out.append(f"\x1b[m{change(PLAIN, blank[1])}\x1b[2J\x1b[m")
        self._rows = [[blank] * width for _ in range(height)]
        self._size = (width, height)

    def _scroll(self, changed: dict[int, Row], out: list[str]) -> None:
        """Lets the terminal move lines, where that spares writing them."""
        places: dict[str, list[int]] = {}
        for y in changed:
            places.setdefault(_probe(self._rows[y]), []).append(y)
        moves: dict[int, list[int]] = {}
        for y, row in changed.items():
            for old in places.get(_probe(row), ()):
                if self._rows[old] == row:
                    moves.setdefault(old - y, []).append(y)
        if not moves:
            return
        by, lines = max(moves.items(), key=lambda move: len(move[1]))
        top, bottom = min(lines[0], lines[0] + by), max(lines[-1], lines[-1] + by) + 1
        free: list[Row] = [[_BLANK] * self._size[0] for _ in range(abs(by))]
        before = self._rows[top:bottom]
        after = before[by:] + free if by > 0 else free + before[:by]
        wanted = [changed.get(y, self._rows[y]) for y in range(top, bottom)]
        if _alike(after, wanted) - _alike(before, wanted) < _WORTH_SCROLLING:
            return
        changed.update(zip(range(top, bottom), wanted, strict=True))
        edge, step = (bottom, "\x1bD") if by > 0 else (top + 1, "\x1bM")
        out.append(f"\x1b[{top + 1};{bottom}r\x1b[{edge};1H{step * abs(by)}\x1b[r")
        self._rows[top:bottom] = after

    def _wrap_links(self, changed: dict[int, Row], pen: CellWriter) -> None:
        """A link that fills its line and goes on in the next is written in one go, and wrapped by
        the terminal: only then does its selection take the link for one piece.
        """
        wanted = [changed.get(y, row) for y, row in enumerate(self._rows)]
        ends = [row[-1][1].link for row in wanted]
        y = 0
        while y < len(wanted):
            first, link = y, ends[y]
            while link and y + 1 < len(wanted) and wanted[y + 1][0][1].link == link:
                y += 1
                if ends[y] != link:
                    break
            if y > first and not changed.keys().isdisjoint(range(first, y + 1)):
                tail = [cell for cell in wanted[y] if cell[1].link == link]
                pen.flow(first, [cell for row in wanted[first:y] for cell in row] + tail)
                self._rows[first:y] = wanted[first:y]
                self._rows[y] = tail + self._rows[y][len(tail) :]
                changed[y] = wanted[y]
            y += 1


def _probe(row: Row) -> str:
    """Some characters of a line: other lines with the same may be alike."""
    return "".join([text for text, _ in row[::_PROBED]])


def _alike(rows: list[Row], others: list[Row]) -> int:
    return sum(row == other for row, other in zip(rows, others, strict=True))

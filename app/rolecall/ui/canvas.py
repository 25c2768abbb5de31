"""What stands on the terminal, cell by cell, so that a frame sends nothing but what differs.

Textual sends whole lines of whole widgets: 28 kB for a filter bar that opens, which is a second
on a slow line. Here a frame is compared with what was sent before; lines that have moved are moved
by the terminal itself (DECSTBM), and a run of blanks is erased rather than written.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from rich.cells import split_graphemes
from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style

from rolecall.ui.looks import PLAIN, Look, change, look_of

# One character, or none in the second half of a wide one; combining marks go with it.
Cell = tuple[str, Look]
Row = list[Cell]

_BLANK: Final[Cell] = (" ", PLAIN)
_GAP: Final = 5  # cells that are cheaper written again than jumped over
_RUN: Final = 12  # blanks that are cheaper erased than written,
_TAIL: Final = 4  # and at the end of a line
_WORTH_SCROLLING: Final = 2  # lines


class Canvas:
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
        self._rows: list[Row] = []
        self._size = (0, 0)
        self._colours = ColorSystem.EIGHT_BIT
        self._looks: dict[Style | None, tuple[Look, Cell]] = {}

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
            self._looks.clear()
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
        pen = _Pen(out, self._erases)
        if changed and self._links:
            self._wrap_links(changed, pen)
        for y, row in changed.items():
            if row != self._rows[y]:
                pen.line(y, self._rows[y], row)
                self._rows[y] = row
        pen.put_down()
        return "".join(out)

    def _cells(self, segments: Iterable[Segment]) -> Row:
        cells: Row = []
        for text, style, control in segments:
            if control or not text:
                continue
            if (known := self._looks.get(style)) is None:
                look = look_of(style, self._colours)
                look = look if self._links else look._replace(link="")
                known = self._looks[style] = look, (" ", look.on_a_blank())
            look, blank = known
            if text.isascii():
                cells += [blank if character == " " else (character, look) for character in text]
                continue
            had = text.translate(self._signs)
            for start, end, cell_length in split_graphemes(had)[0]:
                if cell_length == 0:
                    if cells:
                        cells[-1] = cells[-1][0] + had[start:end], cells[-1][1]
                    continue
                part = had[start:end]
                if not self._can_say(part):
                    cells += [("?", look)] * cell_length
                    continue
                cells.append(blank if part == " " else (part, look))
                cells += [("", look)] * (cell_length - 1)
        return cells

    def _can_say(self, text: str) -> bool:
        if self._encoding == "utf-8":
            return True
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
        places: dict[tuple[Cell, ...], list[int]] = {}
        for y in changed:
            places.setdefault(tuple(self._rows[y]), []).append(y)
        moves: dict[int, list[int]] = {}
        for y, row in changed.items():
            for old in places.get(tuple(row), ()):
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

    def _wrap_links(self, changed: dict[int, Row], pen: _Pen) -> None:
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


def _alike(rows: list[Row], others: list[Row]) -> int:
    return sum(row == other for row, other in zip(rows, others, strict=True))


class _Pen:
    """Writes lines, knowing where the cursor is and which look is on."""

    def __init__(self, out: list[str], erases: bool) -> None:
        self._out = out
        self._erases = erases
        self._look = PLAIN
        self._place: tuple[int, int] | None = None

    def put_down(self) -> None:
        if self._look != PLAIN:
            self._out.append(change(self._look, PLAIN))

    def line(self, y: int, old: Row, new: Row) -> None:
        for start, end in _spans(old, new):
            self._span(y, start, end, new)

    def flow(self, y: int, cells: Row) -> None:
        """Over the end of the line, which goes on in the next (DECAWM)."""
        self._go(y, 0)
        self._out.append("\x1b[?7h")
        for text, look in cells:
            self._take(look)
            self._out.append(text)
        self._out.append("\x1b[?7l")
        self._place = None

    def _span(self, y: int, x: int, end: int, row: Row) -> None:
        self._go(y, x)
        write = self._out.append
        while x < end:
            text, look = row[x]
            blanks = _blanks(row, x, end)
            to_the_end = x + blanks == len(row)
            if blanks >= (_TAIL if to_the_end else _RUN) and (self._erases or look == PLAIN):
                self._take(look)
                write("\x1b[K" if to_the_end else f"\x1b[{blanks}X")
                x += blanks
                self._place = None
                if x < end:
                    self._go(y, x)
                continue
            if not (text == " " and self._look.shows_blank_as(look)):
                self._take(look)
            write(text)
            width = 1
            while x + width < end and row[x + width][0] == "":
                width += 1
            x += width
            self._place = (y, x)
            # Terminals disagree about how wide these are: what follows says where it stands.
            if width > 1 or len(text) > 1:
                self._place = None
                if x < end:
                    self._go(y, x)
        if x >= len(row):
            self._place = None

    def _go(self, y: int, x: int) -> None:
        if self._place == (y, x):
            return
        if self._place == (y - 1, x + 1):  # the next line of a column that ticks
            self._out.append("\x1b[B\b")
        else:
            self._out.append(f"\x1b[{y + 1};{x + 1}H" if x else f"\x1b[{y + 1}H")
        self._place = (y, x)

    def _take(self, look: Look) -> None:
        if look != self._look:
            self._out.append(change(self._look, look))
            self._look = look


def _blanks(row: Row, x: int, end: int) -> int:
    """How many blanks of one look begin here, none of them with anything to see in it."""
    cell = row[x]
    if cell[0] != " " or cell[1] != Look(background=cell[1].background):
        return 0
    stop = x + 1
    while stop < end and row[stop] == cell:
        stop += 1
    # To the end of the line it costs nothing more to go on.
    if stop == end and all(each == cell for each in row[end:]):
        return len(row) - x
    return stop - x


def _spans(old: Row, new: Row) -> list[tuple[int, int]]:
    """Where two lines differ, in whole characters, short gaps included."""
    spans: list[tuple[int, int]] = []
    width = len(new)
    for x in [x for x in range(width) if old[x] != new[x]]:
        start, end = x, x + 1
        while start and "" in (old[start][0], new[start][0]):
            start -= 1
        while end < width and "" in (old[end][0], new[end][0]):
            end += 1
        if spans and start - spans[-1][1] <= _GAP:
            spans[-1] = spans[-1][0], max(end, spans[-1][1])
        else:
            spans.append((start, end))
    return spans

"""Writes cells on a terminal, style by style.

A change of style costs a dozen bytes, a jump of the cursor half of that. So all cells of one style
are written, wherever they are on the screen, and then those of the next. A screen of columns in
different colours takes two thirds of the bytes that it takes line by line.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection
from operator import ne
from typing import Final

from rolecall.domain.records import NamedTuple
from rolecall.terminal.cell_style import PLAIN, CellStyle, style_change

# One character with its combining marks, or "" in the second half of a wide one.
Cell = tuple[str, CellStyle]
CellRow = list[Cell]
BLANK: Final[Cell] = (" ", PLAIN)

_MIN_ERASED: Final = 8  # blanks from which on erasing takes fewer bytes than writing,
_MIN_ERASED_AT_END: Final = 4  # and at the end of a line
_NARROW: Final = 3  # cells: blanks over them take fewer bytes than a jump
# Cells that differ. Writing a gap of up to three equal ones takes fewer bytes than a jump over it.
_SPAN: Final = re.compile(rb"\x01(?:\x00{0,3}\x01)*")
# Wide letters that every terminal draws in two cells. Terminals disagree about the others, so the
# column after one of those is unknown.
_ALWAYS_WIDE: Final = (
    *(range(0x3041, 0x3100), range(0x3400, 0xA000)),
    *(range(0xAC00, 0xD7A4), range(0xFF01, 0xFF61)),
)
# The same for these, which count as narrow: private use, and all from U+FFFE on, where flags are.
_PERHAPS_WIDE: Final = range(0xE000, 0xF900), range(0xFFFE, 0x110000)
_FIRST_DOUBTFUL: Final = "\ue000"


class _Piece(NamedTuple):
    """Text at a place, and the column in which it leaves the cursor: None if unknown."""

    y: int
    x: int
    text: str
    end: int | None

    def narrow_cells(self) -> list[tuple[int, int]]:
        """Return the line and the column of each cell, if the piece is narrow."""
        if self.end is None or not self.end - self.x == len(self.text) <= _NARROW:
            return []
        return [(self.y, x) for x in range(self.x, self.end)]


def _is_in(ranges: tuple[range, ...], character: str) -> bool:
    """Whether the character is in the ranges. A pattern with so many is slow to compile."""
    return any(ord(character) in each for each in ranges)


class CellWriter:
    """Collects changed lines and returns what to send for all of them.

    `erases`: the terminal erases with the background colour (terminfo's `bce`).
    """

    def __init__(self, erases: bool) -> None:
        self._erases = erases
        self._pieces: dict[CellStyle, list[_Piece]] = {}
        self._out: list[str] = []
        self._style = PLAIN
        self._cursor: tuple[int, int] | None = None  # line and column; None if unknown

    def write_line(self, y: int, old: CellRow, new: CellRow) -> None:
        """Write the cells of a line that have changed."""
        differing = bytes(map(ne, old, new))
        for span in _SPAN.finditer(differing):
            x, end = span.span()
            while x and "" in (old[x][0], new[x][0]):
                x -= 1
            while end < len(new) and "" in (old[end][0], new[end][0]):
                end += 1
            while x < end:
                style, stop, text, cursor = self._next_piece(new, x, end)
                if old[x:stop] != new[x:stop]:
                    self._pieces.setdefault(style, []).append(_Piece(y, x, text, cursor))
                x = stop

    def write_wrapped(self, y: int, cells: CellRow) -> None:
        """Write cells from the start of a line on, and let the terminal wrap them (DECAWM)."""
        self._move_to(y, 0)
        self._out.append("\x1b[?7h")
        for text, style in cells:
            self._set_style(style)
            self._out.append(text)
        self._out.append("\x1b[?7l")
        self._cursor = None

    def finish(self) -> str:
        """Return everything written; it leaves the terminal in its default style."""
        pieces_of_all = [piece for pieces in self._pieces.values() for piece in pieces]
        later = {cell for piece in pieces_of_all for cell in piece.narrow_cells()}
        for style, pieces in self._pieces.items():
            self._set_style(style)
            for piece in pieces:
                later.difference_update(piece.narrow_cells())
                self._fill_gap(piece.y, piece.x, later)
                self._move_to(piece.y, piece.x)
                self._out.append(piece.text)
                self._cursor = None if piece.end is None else (piece.y, piece.end)
        self._set_style(PLAIN)
        return "".join(self._out)

    def _next_piece(self, row: CellRow, x: int, end: int) -> tuple[CellStyle, int, str, int | None]:
        """Return the style, end, text and cursor (None: unknown) of the cells with one style."""
        style = _first_style(row, x, end)
        as_blank = style.on_blank()
        pieces: list[str] = []
        while x < end:
            text, other = row[x]
            if text == " ":
                if other != as_blank:
                    break
                blanks = _count_blanks(row, x, end)
                is_erasable = self._can_erase(other)
                if x + blanks == len(row) and blanks >= _MIN_ERASED_AT_END and is_erasable:
                    return style, len(row), "".join([*pieces, "\x1b[K"]), None
                if blanks >= _MIN_ERASED and is_erasable:
                    return style, x + blanks, "".join([*pieces, f"\x1b[{blanks}X"]), x
            elif other is not style and other != style:
                break
            pieces.append(text)
            x += 1
            if x < end and row[x][0] == "":
                x += 1
                if len(text) != 1 or not _is_in(_ALWAYS_WIDE, text):
                    # If the terminal draws it in one cell, the other keeps nothing old.
                    pieces[-1] = f"{self._clear_two(style, x - 2, len(row))}{text}"
                    return style, x, "".join(pieces), None
            elif len(text) > 1 or (text >= _FIRST_DOUBTFUL and _is_in(_PERHAPS_WIDE, text)):
                return style, x, "".join(pieces), None
        return style, x, "".join(pieces), x if x < len(row) else None

    def _clear_two(self, style: CellStyle, x: int, columns: int) -> str:
        """Return what clears the cells at columns x and x + 1, and leaves the cursor at x."""
        if self._can_erase(style):
            return "\x1b[2X"
        # In the last column the cursor waits to wrap, and \b would step back one cell too far.
        return f"  \x1b[{x + 1}G" if x + 2 == columns else "  \b\b"

    def _can_erase(self, blank: CellStyle) -> bool:
        return self._erases or blank == PLAIN

    def _fill_gap(self, y: int, x: int, later: Collection[tuple[int, int]]) -> None:
        """Write blanks up to this place, if they are only on cells that are written later."""
        line, column = self._cursor or (-1, -1)
        gap = range(column, x) if line == y else ()
        if 0 < len(gap) <= _NARROW and all((y, each) in later for each in gap):
            self._out.append(" " * len(gap))
            self._cursor = (y, x)

    def _move_to(self, y: int, x: int) -> None:
        if self._cursor == (y, x):
            return
        move = f"\x1b[{y + 1};{x + 1}H" if x else f"\x1b[{y + 1}H"
        if self._cursor is not None:
            line, column = self._cursor
            move = min(_upright(y - line) + _sideways(x - column), move, key=len)
        self._out.append(move)
        self._cursor = (y, x)

    def _set_style(self, style: CellStyle) -> None:
        if style != self._style:
            self._out.append(style_change(self._style, style))
            self._style = style


def _upright(lines: int) -> str:
    """Return what moves the cursor down or, if it is negative, up."""
    if not lines:
        return ""
    count = abs(lines) if abs(lines) > 1 else ""
    return f"\x1b[{count}{'B' if lines > 0 else 'A'}"


def _sideways(columns: int) -> str:
    """Return what moves the cursor to the right or, if it is negative, to the left."""
    if columns > 0:
        return f"\x1b[{columns}C" if columns > 1 else "\x1b[C"
    return "\b" * -columns if columns > -5 else f"\x1b[{-columns}D"


def _first_style(row: CellRow, x: int, end: int) -> CellStyle:
    """Return the style of the first character, if the blanks before it may have that too."""
    style = row[x][1]
    for text, other in row[x:end]:
        if text != " ":
            return other if other.on_blank() == style else style
        if other is not style and other != style:
            break
    return style


def _count_blanks(row: CellRow, x: int, end: int) -> int:
    """Return how many blanks of one style begin here, on which only a background shows."""
    cell = row[x]
    if x + 1 < end and row[x + 1] is not cell and row[x + 1] != cell:
        return 1
    if cell[1] != CellStyle(background=cell[1].background):
        return 0
    stop = x + 1
    while stop < end and row[stop] == cell:
        stop += 1
    # Erasing to the end of the line costs nothing more.
    if stop == end and all(each == cell for each in row[end:]):
        return len(row) - x
    return stop - x


def common_blank(rows: Collection[CellRow]) -> Cell:
    """Return the blank that is most frequent among those without flags."""
    counts = _blanks_in(rows).most_common(1)
    return counts[0][0] if counts else BLANK


def cleared_to(blank: Cell) -> str:
    """Return the sequence that clears the screen to this blank, and leaves the default style.

    It begins with a reset, because the style of the terminal is unknown.
    """
    return f"\x1b[m{style_change(PLAIN, blank[1])}\x1b[2J\x1b[m"


def _blanks_in(rows: Collection[CellRow]) -> Counter[Cell]:
    """Count them: by their ids first, because a hash of each takes longer."""
    blanks = {id(cell): cell for row in rows for cell in row if cell[0] == " "}
    counts: Counter[Cell] = Counter()
    for key, count in Counter(id(cell) for row in rows for cell in row).items():
        if key in blanks and not blanks[key][1].flags:
            counts[blanks[key]] += count
    return counts

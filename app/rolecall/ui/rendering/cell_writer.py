"""Writes cells on a terminal, look by look.

A change of colours costs a dozen bytes, a jump of the cursor half of that. So what has one look is
written all over the screen, and then what has the next: a screen of columns, each in a colour of
its own, takes two thirds of the bytes that it takes line by line.
"""

from __future__ import annotations

import re
from operator import ne
from typing import Final, NamedTuple

from rolecall.ui.rendering.ansi import PLAIN, CellStyle, change

# One character, or none in the second half of a wide one; combining marks go with it.
Cell = tuple[str, CellStyle]
Row = list[Cell]

_RUN: Final = 8  # blanks that are cheaper erased than written,
_TAIL: Final = 4  # and at the end of a line
# Cells that differ, with gaps that are cheaper written again than jumped over.
_SPAN: Final = re.compile(rb"\x01(?:\x00{0,3}\x01)*")
# Wide letters that every terminal draws in two cells. About the others they disagree: what follows
# one of those says where it stands.
_STEADY: Final = re.compile("[\u3041-\u30ff\u3400-\u9fff\uac00-\ud7a3\uff01-\uff60]")


class _Stroke(NamedTuple):
    """Something to write at a place, and the column in which it leaves the cursor, if known."""

    y: int
    x: int
    text: str
    end: int | None


class CellWriter:
    """Takes up lines, and writes them when it is put down. `erases`: the terminal erases with the
    background colour (terminfo's `bce`).
    """

    def __init__(self, erases: bool) -> None:
        self._erases = erases
        self._strokes: dict[CellStyle, list[_Stroke]] = {}
        self._out: list[str] = []
        self._look = PLAIN
        self._place: tuple[int, int] | None = None

    def line(self, y: int, old: Row, new: Row) -> None:
        """What has changed in a line."""
        differing = bytes(map(ne, old, new))
        for span in _SPAN.finditer(differing):
            x, end = span.span()
            while x and "" in (old[x][0], new[x][0]):
                x -= 1
            while end < len(new) and "" in (old[end][0], new[end][0]):
                end += 1
            while x < end:
                look, stop, text, place = self._stroke(new, x, end)
                if old[x:stop] != new[x:stop]:
                    self._strokes.setdefault(look, []).append(_Stroke(y, x, text, place))
                x = stop

    def flow(self, y: int, cells: Row) -> None:
        """Over the end of the line, which goes on in the next (DECAWM)."""
        self._go(y, 0)
        self._out.append("\x1b[?7h")
        for text, look in cells:
            self._take(look)
            self._out.append(text)
        self._out.append("\x1b[?7l")
        self._place = None

    def put_down(self) -> str:
        """Writes everything, and leaves the terminal with no look."""
        for look, strokes in self._strokes.items():
            self._take(look)
            for y, x, text, end in strokes:
                self._go(y, x)
                self._out.append(text)
                self._place = None if end is None else (y, end)
        self._take(PLAIN)
        return "".join(self._out)

    def _stroke(self, row: Row, x: int, end: int) -> tuple[CellStyle, int, str, int | None]:
        """From a cell as far as one look goes: the look, the cell after it, what to write, and
        where that leaves the cursor.
        """
        look = _first_look(row, x, end)
        as_blank = look.on_a_blank()
        pieces: list[str] = []
        while x < end:
            text, other = row[x]
            if text == " ":
                if other != as_blank:
                    break
                blanks = _blanks(row, x, end)
                if x + blanks == len(row) and blanks >= _TAIL and self._can_erase(other):
                    return look, len(row), "".join([*pieces, "\x1b[K"]), None
                if blanks >= _RUN and self._can_erase(other):
                    return look, x + blanks, "".join([*pieces, f"\x1b[{blanks}X"]), x
            elif other is not look and other != look:
                break
            pieces.append(text)
            x += 1
            if x < end and row[x][0] == "":
                x += 1
                if not _STEADY.fullmatch(text):
                    # Where it is drawn in one cell, nothing old may be left in the other.
                    pieces[-1] = f"{self._clear_two(look, x - 2, len(row))}{text}"
                    return look, x, "".join(pieces), None
            elif len(text) > 1:
                return look, x, "".join(pieces), None
        return look, x, "".join(pieces), x if x < len(row) else None

    def _clear_two(self, look: CellStyle, x: int, columns: int) -> str:
        """Blanks the cell at column x and the next, and leaves the cursor at x."""
        if self._can_erase(look):
            return "\x1b[2X"
        # In the last column the cursor waits to wrap, and \b would step back one cell too far.
        return f"  \x1b[{x + 1}G" if x + 2 == columns else "  \b\b"

    def _can_erase(self, blank: CellStyle) -> bool:
        return self._erases or blank == PLAIN

    def _go(self, y: int, x: int) -> None:
        if self._place == (y, x):
            return
        line, column = self._place or (-1, -1)
        if line == y and column < x:
            self._out.append(f"\x1b[{x - column}C" if x - column > 1 else "\x1b[C")
        elif (line, column) == (y - 1, x + 1):  # the next line of a column that ticks
            self._out.append("\x1b[B\b")
        else:
            self._out.append(f"\x1b[{y + 1};{x + 1}H" if x else f"\x1b[{y + 1}H")
        self._place = (y, x)

    def _take(self, look: CellStyle) -> None:
        if look != self._look:
            self._out.append(change(self._look, look))
            self._look = look


def _first_look(row: Row, x: int, end: int) -> CellStyle:
    """The look of the first character, if blanks before it may be written in it."""
    look = row[x][1]
    for text, other in row[x:end]:
        if text != " ":
            return other if other.on_a_blank() == look else look
        if other is not look and other != look:
            break
    return look


def _blanks(row: Row, x: int, end: int) -> int:
    """How many blanks of one look begin here, none of them with anything to see in it."""
    cell = row[x]
    if x + 1 < end and row[x + 1] is not cell and row[x + 1] != cell:
        return 1
    if cell[1] != CellStyle(background=cell[1].background):
        return 0
    stop = x + 1
    while stop < end and row[stop] == cell:
        stop += 1
    # To the end of the line it costs nothing more to go on.
    if stop == end and all(each == cell for each in row[end:]):
        return len(row) - x
    return stop - x

"""The picture in a launch image: cells, as text and back.

It has cells and styles, and no escape sequences: those are made from the cells, so a file by
someone else can show something wrong, but not control the terminal.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any, Final

from rolecall.domain.records import NamedTuple
from rolecall.domain.text import without_unsafe
from rolecall.terminal.cell_style import CellStyle
from rolecall.terminal.cell_writer import BLANK, Cell, CellRow, CellWriter, cleared_to, common_blank

_FLAGS: Final = frozenset({"1", "2", "3", "4", "7", "9", "21", "53"})
# A colour of the palette, of 256, or of 2^24: foreground and background.
_COLOURS: Final = tuple(
    rf"(?:{normal}[0-7]|{bright}[0-7]|{normal}8;5;\d{{1,3}}|{normal}8;2(?:;\d{{1,3}}){{3}})?"
    for normal, bright in (("3", "9"), ("4", "10"))
)
_LONGEST: Final = 32  # characters of a cell


class Picture(NamedTuple):
    """The cells of a whole screen. `erases`: the terminal erases with the background colour."""

    rows: list[CellRow]
    erases: bool

    def painted(self) -> str:
        """Return what shows it on a terminal, whatever is on the screen."""
        blank = common_blank(self.rows) if self.erases else BLANK
        writer = CellWriter(self.erases)
        for y, row in enumerate(self.rows):
            writer.write_line(y, [blank] * len(row), row)
        return cleared_to(blank) + writer.finish()

    def encoded(self) -> bytes:
        """Return it as text. Links are left out."""
        styles: dict[CellStyle, int] = {}
        lines = []
        for row in self.rows:
            runs: list[tuple[int, list[str]]] = []
            for text, style in row:
                number = styles.setdefault(style._replace(link=""), len(styles))
                if not runs or runs[-1][0] != number:
                    runs.append((number, []))
                runs[-1][1].append(text)
            lines.append([(number, _packed(cells)) for number, cells in runs])
        shown = [[*sorted(each.flags), each.foreground, each.background] for each in styles]
        return json.dumps([self.erases, shown, lines], ensure_ascii=False).encode()


def decoded(body: bytes, columns: int, lines: int) -> Picture | None:
    """Return the picture; None unless it has this size, and only what a frame can have."""
    try:
        erases, styles, rows = json.loads(body)
        pick = [_style(*each) for each in styles]
        made: dict[Cell, Cell] = {}
        picture = Picture([_row(row, pick, made) for row in rows], erases is True)
    except (ValueError, TypeError, IndexError, RecursionError):
        return None
    is_whole = len(rows) == lines and all(len(row) == columns for row in picture.rows)
    return picture if is_whole else None


def _packed(cells: list[str]) -> str | list[str]:
    return "".join(cells) if all(len(each) == 1 for each in cells) else cells


def _style(*parts: str) -> CellStyle:
    """Raises ValueError for a style that rolecall does not write."""
    *flags, foreground, background = parts
    for pattern, colour in zip(_COLOURS, (foreground, background), strict=True):
        if not re.fullmatch(pattern, colour, re.ASCII):
            raise ValueError(colour)
    if not _FLAGS.issuperset(flags):
        raise ValueError(flags)
    return CellStyle(frozenset(flags), foreground, background)


def _row(runs: Sequence[Any], styles: list[CellStyle], made: dict[Cell, Cell]) -> CellRow:
    """Raises ValueError for unsafe text, and for a blank with which the writer would not end."""
    row: CellRow = []
    for number, cells in runs:
        style = styles[number]
        if " " in cells and style != style.on_blank():
            raise ValueError(style)
        row += [made.setdefault(cell, cell) for cell in ((text, style) for text in cells)]
    shown = "".join([text for text, _ in row])
    if without_unsafe(shown) != shown or any(len(text) > _LONGEST for text, _ in row):
        raise ValueError(shown)
    return row

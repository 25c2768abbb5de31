"""What the terminal shows, cell by cell, so that a frame sends only the cells that differ.

Textual sends whole lines of whole widgets: 28 kB when a filter bar opens, which takes a second on a
slow line. Here a frame is compared with the one before. The terminal itself moves lines that have
moved (DECSTBM), and a run of blanks is erased rather than written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from rich.cells import split_graphemes
from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style

from rolecall.domain.text import without_unsafe
from rolecall.terminal.cell_style import CellStyle
from rolecall.terminal.cell_writer import BLANK, Cell, CellRow, CellWriter, cleared_to, common_blank
from rolecall.ui.rendering.ansi import cell_style_of

_WORTH_SCROLLING: Final = 2  # lines
_PROBED: Final = 7  # every seventh cell is enough to tell most lines apart
# Characters of one cell that do not combine with others: ASCII, bars and borders.
_ONE_CELL_EACH: Final = re.compile("[ -~─-▟○-◕·…]*")


class _Cells(dict[str, Cell]):
    """The cells of one style by their characters: one of each, so that rows compare fast."""

    def __init__(self, style: CellStyle) -> None:
        self.style = style
        self[" "] = " ", style.on_blank()

    def __missing__(self, text: str) -> Cell:
        cell = self[text] = text, self.style
        return cell


class Frame:
    """The cells that the terminal shows.

    `erases`: the terminal erases with the background colour (terminfo's `bce`). `links`: it knows
    OSC 8. `replacements`: what to write for signs that it cannot show (see `terminal.glyphs`).
    What `encoding` cannot encode is shown as `?`.
    """

    def __init__(
        self,
        erases: bool = True,
        links: bool = True,
        replacements: Mapping[int, str] = MappingProxyType({}),
        encoding: str = "utf-8",
    ) -> None:
        self.erases = erases
        self._links = links
        self._replacements = replacements
        self._encoding = encoding
        self._is_utf8 = encoding == "utf-8"
        self._rows: list[CellRow] = []
        self._size = (0, 0)
        self._colours = ColorSystem.EIGHT_BIT
        self._cells_of: dict[Style | None, _Cells] = {}

    def invalidate(self) -> None:
        """Forget what the terminal shows, because it may have changed. The next frame is whole."""
        self._size = (0, 0)

    def take(self, rows: list[CellRow], width: int, height: int) -> None:
        """Assume that the terminal shows these cells."""
        self._rows, self._size = list(rows), (width, height)

    def cells(self) -> list[CellRow]:
        """Return the cells that the terminal shows. No later frame changes them."""
        return list(self._rows)

    def has_size(self, width: int, height: int) -> bool:
        """Return whether the frame is known and has this size, so that a part may be painted."""
        return self._size == (width, height)

    def update(
        self,
        parts: Iterable[tuple[int, int, Iterable[Segment]]],
        width: int,
        height: int,
        colours: ColorSystem,
    ) -> str:
        """Return what makes the terminal show each part: (line, column, segments)."""
        self.use_colours(colours)
        is_known = self.has_size(width, height)
        rows: dict[int, CellRow] = {}
        for y, x, segments in parts:
            if y not in rows:
                rows[y] = list(self._rows[y]) if is_known else [BLANK] * width
            row, cells = rows[y], self._cells(segments)[: width - x]
            row[x : x + len(cells)] = cells
        out: list[str] = []
        if not is_known:
            self._clear(rows, width, height, out)
        changed = {y: row for y, row in sorted(rows.items()) if row != self._rows[y]}
        if len(changed) > _WORTH_SCROLLING:
            self._scroll(changed, out)
        writer = CellWriter(self.erases)
        if changed and self._links:
            self._wrap_links(changed, writer)
        for y, row in changed.items():
            if row != self._rows[y]:
                writer.write_line(y, self._rows[y], row)
                self._rows[y] = row
        return "".join(out) + writer.finish()

    def use_colours(self, colours: ColorSystem) -> None:
        if colours != self._colours:
            self._colours = colours
            self._cells_of.clear()

    def row_of(self, segments: Iterable[Segment], width: int) -> CellRow:
        """Return a whole line."""
        cells = self._cells(segments)[:width]
        return cells + [BLANK] * (width - len(cells))

    def _cells(self, segments: Iterable[Segment]) -> CellRow:
        cells: CellRow = []
        for text, style, control in segments:
            if control or not text:
                continue
            if (cell_of := self._cells_of.get(style)) is None:
                cell_style = cell_style_of(style, self._colours)
                if not self._links:
                    cell_style = cell_style._replace(link="")
                cell_of = self._cells_of[style] = _Cells(cell_style)
            shown = self._shown(text)
            if shown.isascii() or (self._is_utf8 and _ONE_CELL_EACH.fullmatch(shown)):
                cells += map(cell_of.__getitem__, shown)
                continue
            for start, end, cell_length in split_graphemes(shown)[0]:
                part = shown[start:end]
                if cell_length == 0:
                    if cells:
                        cells[-1] = cells[-1][0] + part, cells[-1][1]
                elif not (self._is_utf8 or self._can_encode(part)):
                    cells += [cell_of["?"]] * cell_length
                else:
                    cells.append(cell_of[part])
                    cells += [cell_of[""]] * (cell_length - 1)
        return cells

    def _shown(self, text: str) -> str:
        """Return the text with signs that the terminal has, and nothing that controls it."""
        if text.isascii() and text.isprintable():
            return text
        return without_unsafe(text).translate(self._replacements)

    def _can_encode(self, text: str) -> bool:
        try:
            text.encode(self._encoding)
        except UnicodeEncodeError:
            return False
        return True

    def _clear(self, rows: dict[int, CellRow], width: int, height: int, out: list[str]) -> None:
        """Clear the screen to the blank that is most frequent in the new one."""
        blank = common_blank(rows.values()) if self.erases else BLANK
        out.append(cleared_to(blank))
        self._rows = [[blank] * width for _ in range(height)]
        self._size = (width, height)

    def _scroll(self, changed: dict[int, CellRow], out: list[str]) -> None:
        """Let the terminal move lines, if that takes fewer bytes than writing them."""
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
        free: list[CellRow] = [[BLANK] * self._size[0] for _ in range(abs(by))]
        before = self._rows[top:bottom]
        after = before[by:] + free if by > 0 else free + before[:by]
        wanted = [changed.get(y, self._rows[y]) for y in range(top, bottom)]
        if _count_equal(after, wanted) - _count_equal(before, wanted) < _WORTH_SCROLLING:
            return
        changed.update(zip(range(top, bottom), wanted, strict=True))
        edge, step = (bottom, "\x1bD") if by > 0 else (top + 1, "\x1bM")
        out.append(f"\x1b[{top + 1};{bottom}r\x1b[{edge};1H{step * abs(by)}\x1b[r")
        self._rows[top:bottom] = after

    def _wrap_links(self, changed: dict[int, CellRow], writer: CellWriter) -> None:
        """Let the terminal wrap a link of several lines, so that a selection takes all of it."""
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
                writer.write_wrapped(first, [c for row in wanted[first:y] for c in row] + tail)
                self._rows[first:y] = wanted[first:y]
                self._rows[y] = tail + self._rows[y][len(tail) :]
                changed[y] = wanted[y]
            y += 1


def _probe(row: CellRow) -> str:
    """Return some characters of a line. Lines with the same may be equal."""
    return "".join([text for text, _ in row[::_PROBED]])


def _count_equal(rows: list[CellRow], others: list[CellRow]) -> int:
    return sum(row == other for row, other in zip(rows, others, strict=True))

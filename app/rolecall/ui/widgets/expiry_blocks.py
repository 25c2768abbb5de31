"""What expires, as blocks: one for each session, with a gauge as wide as there is room."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Sequence
from typing import Final, TypeVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from rolecall.domain.records import NamedTuple
from rolecall.presentation.labels import SEPARATOR
from rolecall.ui.widgets.table.columns import Column, fit_text, without_joiners
from rolecall.ui.widgets.table.virtual_table import VirtualTable

R = TypeVar("R")

_LEAST: Final = (56, 10)  # minimum columns and rows for blocks instead of a table
_POINTER: Final = "▌"
_PRODUCTION: Final = "▎"
_INDENT: Final = 4
_NAME_CELLS: Final = 30  # at most, in a block of one line
_TIME_CELLS: Final = 26  # at least, after the gauge of a block of one line
_Runs = list[tuple[str, str]]  # texts with the names of their styles


class Block(NamedTuple):
    """What is shown of one thing that expires.

    `share` is the rest of its lifetime, from 0 to 1, or None if there is no gauge; `hint` is
    shown instead. `facts` follow the time left. A block `is_tall` if the gauge has a separate line.
    A part `belongs` to the block above it, and is dimmed. `heading`: the group that begins with it.
    """

    name: str
    sign: str
    left: str
    style: str
    facts: Sequence[str] = ()
    share: float | None = None
    hint: str = ""
    badge: str = ""
    heading: str = ""
    is_tall: bool = False
    belongs: bool = False


class ExpiryBlocks(VirtualTable[R]):
    """Without room for blocks it is a table. `sortable` columns sort the blocks."""

    def __init__(
        self,
        columns: Sequence[Column[R]],
        row_key: Callable[[R], Hashable],
        block_of: Callable[[R], Block],
        sortable: Collection[str],
    ) -> None:
        super().__init__(columns, row_key, framed=True)
        self._block_of = block_of
        self._sortable = sortable
        self._top_line = 0
        self._places: list[int] = []  # the index of the row that each line belongs to

    @property
    def shows_blocks(self) -> bool:
        width, height = self.inner
        return self.is_framed and width >= _LEAST[0] and height >= _LEAST[1]

    @property
    def shown_columns(self) -> Sequence[Column[R]]:
        """The columns that keys can sort by."""
        if not self.shows_blocks:
            return super().shown_columns
        return [column for column in self.columns if column.key in self._sortable]

    @property
    def hidden_sort(self) -> str:
        """The title of the column that sorts the blocks: they have no header."""
        return self._painter.sort if self.shows_blocks else super().hidden_sort

    def place_at(self, line: int) -> int | None:
        if not (self.shows_blocks and self.shown):
            return super().place_at(line)
        return next(iter(self._places[self._top_line + line :][:1]), None) if line >= 0 else None

    def build_inner(self) -> list[Strip]:
        if not (self.shows_blocks and self.shown):
            return super().build_inner()
        width, height = self.inner
        lines: list[Strip] = []
        self._places.clear()
        here = (0, 0)  # the lines of the block of the cursor
        for place, row in enumerate(self.shown):
            block, state = self._block_of(row), ""
            if place == self.position:
                state = "cursor" if self.has_focus else "cursor-blurred"
            begin = len(lines)
            if lines and not block.belongs and (block.is_tall or block.heading):
                lines.append(self._strip([("", "")], width))
            if block.heading:
                lines.append(self._strip([(f"  {block.heading}", "header")], width))
            lines += [
                self._strip(runs, width, state) for runs in self._block_lines(block, state, width)
            ]
            self._places += [place] * (len(lines) - begin)
            if state:
                here = (begin, len(lines))
        self._top_line = max(here[1] - height, min(self._top_line, here[0]))
        self._top_line = max(0, min(self._top_line, len(lines) - height))
        lines = lines[self._top_line :][:height]
        return lines + [self._strip([("", "")], width)] * (height - len(lines))

    def _block_lines(self, block: Block, state: str, width: int) -> list[_Runs]:
        name = without_joiners(block.name)
        edge = _POINTER if state else (_PRODUCTION if block.badge else " ")
        begin: _Runs = [(edge, "production" if block.badge else "")]
        badge: _Runs = [(" ", ""), (block.badge, "badge")] if block.badge else []
        times: _Runs = [(block.left, block.style)]
        times += [(f"{SEPARATOR}{fact}", "muted") for fact in block.facts if fact]
        if block.belongs:
            left = [*begin, (" " * (_INDENT + 1), ""), (name, "muted"), *badge]
            dimmed = [(text, "muted") for text, _ in times]
            return [_spread(left, dimmed, width)]
        head: _Runs = [*begin, (" ", ""), (f"{block.sign} ", block.style)]
        if block.is_tall:
            gauge = self._gauge(block, width - _INDENT - 1)
            return [
                _spread([*head, (name, "strong"), *badge], times, width),
                [*begin, (" " * (_INDENT - 1), ""), *gauge],
            ]
        used = min(_NAME_CELLS, width // 3)
        room = used - _width(badge)
        left = [*head, (fit_text(name, min(room, cell_len(name))).text, "strong"), *badge]
        left.append((" " * (_INDENT + used - _width(left)), ""))
        times.insert(0, (" " * (_TIME_CELLS - _width(times)), ""))
        gauge = self._gauge(block, width - _width(left) - _width(times) - 2)
        return [_spread([*left, *gauge], times, width)]

    def _gauge(self, block: Block, room: int) -> _Runs:
        if block.share is None or room < 4:
            return [(block.hint, "muted")]
        full = max(1, round(block.share * room))
        return [("━" * full, block.style), ("╌" * (room - full), "border")]

    def _strip(self, runs: _Runs, width: int, state: str = "") -> Strip:
        """Return a line. The block of the cursor is in one style."""
        segments, used = [], 0
        for text, name in runs:
            cut = fit_text(text, min(cell_len(text), width - used)).text
            used += cell_len(cut)
            segments.append(Segment(cut, self._block_style(state, name)))
        segments.append(Segment(" " * (width - used), self._block_style(state, "")))
        return Strip(segments, width)

    def _block_style(self, state: str, name: str) -> Style:
        if state:
            return self.frame_style(
                *((state, name) if name in {"badge", "production"} else (state,))
            )
        return self.frame_style(*filter(None, (name,)))


def _width(runs: _Runs) -> int:
    return sum(cell_len(text) for text, _ in runs)


def _spread(left: _Runs, right: _Runs, width: int) -> _Runs:
    """Return a line with the one at its left and the other at its right end."""
    return [*left, (" " * max(1, width - 1 - _width(left) - _width(right)), ""), *right]

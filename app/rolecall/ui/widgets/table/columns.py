"""The columns of a table: how wide each is, and how a text fills one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any, Final, Generic, Literal, TypeVar

from rich.cells import cell_len, get_character_cell_size

from rolecall.domain.records import NamedTuple
from rolecall.domain.time_left import Level

R = TypeVar("R")

GAP = 2
_SAMPLE = 64
_SIGN = 2  # cells that a title reserves for the sign of the sort order
_LONG_NAME = 64  # cells
_BADGE = 12  # cells that a badge has at most

# Joiners, variation selectors and skin tones. One terminal draws a family of four in two cells,
# another in eight. Texts are shown without them, so that columns are straight.
_JOINERS = re.compile("[\u200c\u200d\ufe00-\ufe0f\U0001f3fb-\U0001f3ff]+")

# The style of a cell with the time left.
LEVEL_STYLES: Final = {
    Level.FINE: "good",
    Level.SOON: "warn",
    Level.URGENT: "urgent",
    Level.GONE: "muted",
    Level.UNKNOWN: "muted",
}


class Column(NamedTuple, Generic[R]):
    """A column of a table.

    `text` returns plain text that is safe to show. `style` is the name of a component class of the
    table without its prefix ("muted", "good", "warn", "urgent", "bad", "accent", "strong",
    "production-name"), for all rows or by row. `badge` returns a word for the end of the cell, or
    "". It stays whole when the text is cut. While `wanted` returns False the column is not shown.

    What a column is for decides how wide it is. A table exists for its names: `is_name`. They are
    searched first and cut last. Others are as wide as their contents, the one with the lowest
    `drop_order` first; one that does not get `minimum` cells is left out, and so is one that says
    the same about all rows, unless it `is_live`: then it changes while one looks. One with 0 always
    has its minimum.
    """

    key: str
    title: str
    text: Callable[[R], str]
    style: str | Callable[[R], str | None] | None = None
    minimum: int = 4
    drop_order: int = 1
    align: Literal["left", "right"] = "left"
    sort_key: Callable[[R], Any] | None = None
    searched: bool = True
    badge: Callable[[R], str] | None = None
    wanted: Callable[[], bool] | None = None
    is_name: bool = False
    is_live: bool = False

    @property
    def least(self) -> int:
        """The cells that it always has: a title is shown whole in every language."""
        return max(self.minimum, cell_len(self.title))

    @property
    def header_width(self) -> int:
        """The cells of the title with the sign of the sort order, which may be in the gap before a
        title at the right. A column is never without cells.
        """
        sign = 0 if self.align == "right" or not self.title else _SIGN
        return max(1, cell_len(self.title) + sign)

    @property
    def is_wanted(self) -> bool:
        return self.wanted is None or self.wanted()

    def badge_of(self, row: R) -> str:
        return self.badge(row) if self.badge is not None else ""

    def length(self, row: R) -> int:
        """Return how many cells the row needs in this column, with its badge."""
        text = self.text(row)
        length = len(text) if text.isascii() else cell_len(without_joiners(text))
        return length + 1 + cell_len(badge) if (badge := self.badge_of(row)) else length

    def style_of(self, row: R) -> str | None:
        return self.style(row) if callable(self.style) else self.style


def without_joiners(text: str) -> str:
    """Return the text without characters whose width depends on the terminal."""
    return text if text.isascii() else _JOINERS.sub("", text)


class ContentWidth(NamedTuple):
    """The cells that nine of ten texts of a column need, and all. Empty texts do not count, and the
    title fits in both. A column that says the same about all rows needs none. `steps` are the
    lengths of names.
    """

    most: int
    all: int
    steps: frozenset[int] = frozenset()

    def or_wider(self, other: ContentWidth) -> ContentWidth:
        most, all_ = max(self.most, other.most), max(self.all, other.all)
        return ContentWidth(most, all_, self.steps | other.steps)

    @property
    def needed(self) -> int:
        """The cells that come first. A few names that are longer than others are no reason to leave
        out columns.
        """
        return max([self.most, *(each for each in self.steps if each <= _LONG_NAME)])

    def whole_within(self, width: int) -> int:
        """Return the cells of the longest name that fits, if nine of ten do, or else all cells."""
        if not self.most <= width < self.all:
            return width
        return max((each for each in self.steps if each <= width), default=self.most)


def content_widths(
    columns: Sequence[Column[R]], rows: Sequence[R], *, is_first: bool = False
) -> list[ContentWidth]:
    """Return what each column needs, from its title and a sample of its texts, or all names.

    The first time, only a sample says whether a column tells rows apart: a text may cost much.
    """
    sample = [*rows[:_SAMPLE], *rows[_SAMPLE :: max(1, len(rows) // _SAMPLE)]]
    widths = []
    for column in columns:
        is_needed = column.is_name or column.is_live or not column.drop_order
        if not is_needed and not _tells_apart(column, sample if is_first else rows):
            widths.append(ContentWidth(0, 0))
            continue
        title = column.header_width
        found = filter(None, map(column.length, sample))
        lengths = sorted([max(title, length) for length in found]) or [title]
        most, longest = lengths[len(lengths) * 9 // 10], lengths[-1]
        if column.is_name:
            longest = max(longest, _longest(column, rows))
            widths.append(ContentWidth(most, longest, frozenset((*lengths, longest))))
        else:
            widths.append(ContentWidth(most, longest))
    return widths


def _longest(column: Column[R], rows: Sequence[R]) -> int:
    longest, badge = 0, _BADGE if column.badge else 0  # a badge may cost more than the text
    # Many rows have the same name: all permission sets of an account.
    for text, row in {column.text(row): row for row in rows}.items():
        if (len(text) if text.isascii() else 2 * len(text)) + badge > longest:
            longest = max(longest, column.length(row))
    return longest


def _tells_apart(column: Column[R], rows: Sequence[R]) -> bool:
    """Return whether rows have different texts, or a single row has one."""
    if column.wanted is not None and not column.wanted():
        return False
    first = column.text(rows[0]) if rows else ""
    return bool(first) if len(rows) < 2 else any(column.text(row) != first for row in rows)


def fit(columns: Sequence[Column[Any]], natural: Sequence[ContentWidth], width: int) -> list[int]:
    """Return the width of each column, 0 for one that is left out.

    Together with `GAP` between them they fill at most `width` cells. A single long text takes no
    room that other columns need for most of theirs, nor do a few very long names.
    """
    most, longest = [each.most for each in natural], [each.all for each in natural]
    needed = [each.needed for each in natural]
    widths = [0] * len(columns)
    room = width + GAP
    order = [i for i, each in enumerate(columns) if each.is_wanted and natural[i].all]
    order.sort(key=lambda i: (not columns[i].is_name, columns[i].drop_order, i))
    names = [i for i in order if columns[i].is_name]
    fixed = [i for i in order if columns[i].drop_order == 0 and i not in names]
    for i in sorted(names + fixed):
        widths[i] = max(0, min(columns[i].least, room - GAP))
        room -= widths[i] + GAP if widths[i] else 0
    room = _grow(widths, names, needed, room)
    for i in names:
        if (spare := widths[i] - natural[i].whole_within(widths[i])) > 0:
            widths[i] -= spare
            room += spare
    room = _grow(widths, [i for i in names if needed[i] <= widths[i] + room], needed, room)
    room = _grow(widths, fixed, most, room)
    for i in order:
        if not widths[i] and room - GAP >= columns[i].least:
            widths[i] = min(max(columns[i].least, most[i]), room - GAP)
            room -= widths[i] + GAP
    for i in (*order[len(names) :], *names):
        room = _grow(widths, [i], longest, room)
    return widths


def _grow(widths: list[int], columns: list[int], limits: Sequence[int], room: int) -> int:
    """Share the room among the columns that are shown, up to their limits. Returns the rest."""
    while room > 0 and (open_ := [i for i in columns if 0 < widths[i] < limits[i]]):
        share = max(1, room // len(open_))
        for i in open_:
            given = min(share, limits[i] - widths[i], room)
            widths[i] += given
            room -= given
    return room


def names_first(columns: Iterable[Column[R]]) -> list[Column[R]]:
    """Return the columns in the order in which they are searched."""
    return sorted(columns, key=lambda column: not column.is_name)


class FittedText(NamedTuple):
    """A text padded or cut to a width. The first `kept` characters of it begin at `start`."""

    text: str
    start: int
    kept: int


@lru_cache(maxsize=4096)
def fit_text(text: str, width: int, align: Literal["left", "right"] = "left") -> FittedText:
    """Return a text without joiners padded, or cut with `…`. No wide character is halved."""
    spare = width - cell_len(text)
    if spare >= 0:
        if align == "right":
            return FittedText(" " * spare + text, spare, len(text))
        return FittedText(text + " " * spare, 0, len(text))
    if width <= 0:
        return FittedText("", 0, 0)
    kept = 0
    room = width - 1
    for character in text:
        room -= get_character_cell_size(character)
        if room < 0:
            room += get_character_cell_size(character)
            break
        kept += 1
    return FittedText(text[:kept] + "…" + " " * room, 0, kept)

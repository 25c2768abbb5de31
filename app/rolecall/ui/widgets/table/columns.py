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
_BADGE = 12  # cells that a badge has at most
_NOT_MUCH_LONGER = 1.25  # names that no row has to make room for

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
    searched first and cut last: in a row, a long name takes the cells after it. Others are as wide
    as their contents, the one with the lowest `drop_order` first; one that does not get `minimum`
    cells is left out, and so is one that says the same about all rows, unless it `is_live`: then it
    changes while one looks. One with 0 always has its minimum, unless it has a title and no texts.
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
    def stays(self) -> bool:
        """Whether it has its cells in every row."""
        return self.is_name or not self.drop_order

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
    """The cells that nine of ten texts of a column need, with names that are not much longer, and
    all. Empty texts do not count, and the title fits in both. A column that says the same about all
    rows needs none. `steps` are the lengths of names.
    """

    most: int
    all: int
    steps: frozenset[int] = frozenset()

    def or_wider(self, other: ContentWidth) -> ContentWidth:
        most, all_ = max(self.most, other.most), max(self.all, other.all)
        return ContentWidth(most, all_, self.steps | other.steps)

    def whole_within(self, width: int) -> int:
        """Return the cells of the longest name that fits, if nine of ten do, or else all cells."""
        if width >= self.all:
            return self.all
        if width < self.most:
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
        if not _is_needed(column, sample if is_first else rows):
            widths.append(ContentWidth(0, 0))
            continue
        title = column.header_width
        found = filter(None, map(column.length, sample))
        lengths = sorted([max(title, length) for length in found]) or [title]
        most, longest = lengths[len(lengths) * 9 // 10], lengths[-1]
        if column.is_name:
            longest = max(longest, _longest(column, rows))
            most = max(each for each in lengths if each <= most * _NOT_MUCH_LONGER)
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


def _is_needed(column: Column[R], rows: Sequence[R]) -> bool:
    if column.is_name or column.is_live:
        return True
    if column.drop_order:
        return _tells_apart(column, rows)
    return not column.title or not rows or any(map(column.text, rows))


def _tells_apart(column: Column[R], rows: Sequence[R]) -> bool:
    """Return whether rows have different texts, or a single row has one."""
    if not column.is_wanted:
        return False
    first = column.text(rows[0]) if rows else ""
    return bool(first) if len(rows) < 2 else any(column.text(row) != first for row in rows)


def fit(columns: Sequence[Column[Any]], natural: Sequence[ContentWidth], width: int) -> list[int]:
    """Return the width of each column, 0 for one that is left out.

    Together with `GAP` between them they fill at most `width` cells. A few long texts take no room
    that other columns need for most of theirs: `row_widths` gives it to long names in their rows.
    A name that gets none there gets it here, before other columns.
    """
    most, longest = [each.most for each in natural], [each.all for each in natural]
    widths = [0] * len(columns)
    room = width + GAP
    shown = [i for i, each in enumerate(columns) if each.is_wanted and natural[i].all]
    order = sorted(shown, key=lambda i: (not columns[i].is_name, columns[i].drop_order, i))
    names = [i for i in order if columns[i].is_name]
    fixed = [i for i in order if columns[i].drop_order == 0 and i not in names]
    for i in sorted(names + fixed):
        widths[i] = max(0, min(columns[i].least, room - GAP))
        room -= widths[i] + GAP if widths[i] else 0
    room = _grow(widths, names, most, room)
    others = [i for i in shown if i not in names]
    penned = [i for i in names if next((j in fixed for j in others if j > i), False)]
    room = _grow_whole(widths, penned, natural, room)
    room = _grow(widths, fixed, most, room)
    for i in order:
        if not widths[i] and room - GAP >= columns[i].least:
            widths[i] = min(max(columns[i].least, most[i]), room - GAP)
            room -= widths[i] + GAP
    room = _grow_whole(widths, names, natural, room)
    for i in (*order[len(names) :], *penned):
        room = _grow(widths, [i], longest, room)
    return widths


def _grow_whole(
    widths: list[int], names: list[int], natural: Sequence[ContentWidth], room: int
) -> int:
    """Make room for the longest names that can be whole. Returns the rest."""
    for i in filter(widths.__getitem__, names):
        given = natural[i].whole_within(widths[i] + room) - widths[i]
        widths[i] += given
        room -= given
    return room


def row_widths(
    shown: Sequence[tuple[Column[Any], int]], lengths: Sequence[int], spare: int
) -> list[int]:
    """Return the widths of the cells in one row, whose texts need `lengths`. After the last column
    there are `spare` cells.

    A name that is longer than its column takes the columns after it, whole, up to one that stays;
    these have 0. It also moves a name after it to the right if that stays whole.
    """
    widths = [width for _, width in shown]

    def take(i: int, need: int) -> None:
        nonlocal spare
        after = i + 1
        while widths[i] < need and after < len(shown) and not shown[after][0].stays:
            widths[i] += GAP + widths[after] if widths[after] else 0
            widths[after] = 0
            after += 1
        if (missing := need - widths[i]) <= 0:
            return
        if after == len(shown):
            widths[i] += spare
            spare = 0
        elif shown[after][0].is_name:
            take(after, lengths[after] + missing)
            moved = max(0, min(missing, widths[after] - lengths[after]))
            widths[after] -= moved
            widths[i] += moved

    for i, (column, _) in enumerate(shown):
        if column.is_name:
            take(i, lengths[i])
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

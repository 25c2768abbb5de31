"""The columns of a table: how wide each is, and how a text fills one."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, Final, Generic, Literal, NamedTuple, TypeVar

from rich.cells import cell_len, get_character_cell_size

from rolecall.domain.time_left import Level

R = TypeVar("R")

GAP = 2
_SAMPLE = 64
_SIGN = 2  # cells that a title reserves for the sign of the sort order

# Joiners, variation selectors and skin tones. One terminal draws a family of four in two cells,
# another in eight. Texts are shown without them, so that columns are straight.
_JOINERS = re.compile("[\u200c\u200d\ufe00-\ufe0f\U0001f3fb-\U0001f3ff]+")

# The style of a cell with the time left.
LEVEL_STYLES: Final = {
    Level.FINE: "good",
    Level.SOON: "warn",
    Level.URGENT: "bad",
    Level.GONE: "muted",
    Level.UNKNOWN: "muted",
}


class Column(NamedTuple, Generic[R]):
    """A column of a table.

    `text` returns plain text that is safe to show. `style` is the name of a component class of the
    table without its prefix ("muted", "good", "warn", "bad", "accent", "strong"), for all rows or
    by row. `badge` returns a word for the end of the cell, in the style "bad", or "". It stays
    whole when the text is cut. While `wanted` returns False the column is not shown.

    A column is as wide as its contents, between `minimum` and `maximum` cells, but never narrower
    than its title, and remaining width is shared by `weight`. If the minimums do not fit, the
    column with the highest `drop_order` is left out first; one with 0 is never left out.
    """

    key: str
    title: str
    text: Callable[[R], str]
    style: str | Callable[[R], str | None] | None = None
    minimum: int = 4
    maximum: int | None = None
    weight: int = 1
    drop_order: int = 0
    align: Literal["left", "right"] = "left"
    sort_key: Callable[[R], Any] | None = None
    searched: bool = True
    badge: Callable[[R], str] | None = None
    wanted: Callable[[], bool] | None = None

    @property
    def least(self) -> int:
        """The cells that it always has: a title is shown whole in every language."""
        return max(self.minimum, cell_len(self.title))

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
    """The cells that nine of ten texts of a column need, and all. The title fits in both."""

    most: int
    all: int

    def or_wider(self, other: ContentWidth) -> ContentWidth:
        return ContentWidth(max(self.most, other.most), max(self.all, other.all))


def content_widths(columns: Sequence[Column[R]], rows: Sequence[R]) -> list[ContentWidth]:
    """Return what each column needs, from its title and a sample of its texts."""
    sample = [*rows[:_SAMPLE], *rows[_SAMPLE :: max(1, len(rows) // _SAMPLE)]]
    widths = []
    for column in columns:
        title = cell_len(column.title) + _SIGN
        lengths = sorted([column.length(row) for row in sample]) or [0]
        most = lengths[len(lengths) * 9 // 10]
        widths.append(ContentWidth(max(title, most), max(title, lengths[-1])))
    return widths


def fit(columns: Sequence[Column[Any]], natural: Sequence[ContentWidth], width: int) -> list[int]:
    """Return the width of each column, 0 for one that is left out.

    Together with `GAP` between them they fill `width` cells, unless every column is at its maximum.
    A single long text takes no room that other columns need for most of theirs.
    """
    shown = [i for i, column in enumerate(columns) if column.is_wanted]
    while _room(columns, shown, width) < 0 and any(columns[i].drop_order for i in shown):
        shown.remove(max(shown, key=lambda i: (columns[i].drop_order, i)))
    widths = [0] * len(columns)
    if _room(columns, shown, width) < 0:
        return _cut(columns, shown, widths, width)
    for i in shown:
        widths[i] = columns[i].least
    room = _room(columns, shown, width)
    most = [width if c.maximum is None else max(c.maximum, c.least) for c in columns]
    weights = {i: max(1, columns[i].weight) for i in shown}
    for wanted in zip(*natural, strict=True):
        room = _grow(widths, list(map(min, wanted, most)), weights, room)
    _grow(widths, most, {i: columns[i].weight for i in shown}, room)
    return widths


def _room(columns: Sequence[Column[Any]], shown: list[int], width: int) -> int:
    return width - sum(columns[i].least for i in shown) - GAP * max(0, len(shown) - 1)


def _cut(
    columns: Sequence[Column[Any]], shown: list[int], widths: list[int], room: int
) -> list[int]:
    for i in shown:
        widths[i] = max(0, min(columns[i].least, room))
        room -= widths[i] + GAP
    return widths


def _grow(widths: list[int], limits: Sequence[int], weights: dict[int, int], room: int) -> int:
    """Share the room by weight, up to the limits. Returns the room that remains."""
    while room and (open_ := [i for i, w in weights.items() if w and widths[i] < limits[i]]):
        total = sum(weights[i] for i in open_)
        before = room
        for i in open_:
            given = min(before * weights[i] // total or 1, limits[i] - widths[i], room)
            widths[i] += given
            room -= given
    return room


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

"""Builds the lines of a table: texts in columns, with styles and highlighted matches."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Generic

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.cache import LRUCache
from textual.strip import Strip

from rolecall.domain.search.folding import Prose
from rolecall.ui.widgets.table.columns import (
    GAP,
    Column,
    ContentWidth,
    R,
    fit,
    fit_text,
    without_joiners,
)
from rolecall.ui.widgets.table.rows import TableRows

_POINTER = "▌"  # at the row of the cursor
_PRODUCTION = "▎"  # at other production rows
_MARK = "◆"
_FOLDED = "►"
_UNFOLDED = "▼"
_SLACK = 2  # cells
_SLACK_FROM = 16  # only in columns at least this wide: in a short word every letter counts
_SORTED = {False: " ▲", True: " ▼"}
_Runs = list[tuple[Style, str]]


class _Styles(dict[tuple[str, ...], Style]):
    """Styles by the names of component classes. An empty name stands for no class."""

    def __init__(self, style_of: Callable[..., Style]) -> None:
        self._style_of = style_of

    def __missing__(self, names: tuple[str, ...]) -> Style:
        style = self[names] = self._style_of(*filter(None, names))
        return style


class TablePainter(Generic[R]):
    """Builds lines of exactly `width` cells.

    The key of a cached line is what it shows, so that the cache is never stale. `style_of` returns
    the table's style, combined with component classes.
    """

    def __init__(
        self,
        columns: Sequence[Column[R]],
        model: TableRows[R],
        style_of: Callable[..., Style],
    ) -> None:
        self.width = 0
        self._columns = columns
        self._model = model
        self._styles = _Styles(style_of)
        self._strips: LRUCache[tuple[Any, ...], Strip] = LRUCache(1024)
        self._marks = False
        self._widths: list[int] = []
        self._shown: list[tuple[Column[R], int]] = []
        self._padding = 0
        self._rest = ""  # blanks after the last column

    def fit(
        self, natural: Sequence[ContentWidth], width: int, marks: bool, padding: int = 0
    ) -> None:
        """Set the widths. `marks` adds a column for them; `padding` cells at the end stay blank."""
        self.width = width
        self._marks = marks
        self._padding = padding
        self._widths = fit(self._columns, natural, self._room)
        pairs = zip(self._columns, self._widths, strict=True)
        self._shown = [(column, width) for column, width in pairs if width]
        used = sum(width + GAP for _, width in self._shown)
        self._rest = " " * (width - len(self._margin) - max(0, used - GAP))
        self._strips.clear()

    def is_fit_for(self, natural: Sequence[ContentWidth]) -> bool:
        """Return whether the widths are good enough: a few letters are not worth a whole screen."""
        better = fit(self._columns, natural, self._room)
        return not any(
            new - old > (_SLACK if old >= _SLACK_FROM else 0) or old < min(new, each.most)
            for old, new, each in zip(self._widths, better, natural, strict=True)
        )

    def forget(self, styles: bool = False) -> None:
        """Forget lines, because the query has changed or, with `styles`, the theme."""
        self._strips.clear()
        if styles:
            self._styles.clear()

    @property
    def _margin(self) -> str:
        return "    " if self._marks else "  "

    @property
    def _room(self) -> int:
        return self.width - len(self._margin) - self._padding

    def style(self, *names: str) -> Style:
        return self._styles[names]

    def text(self, text: str) -> Strip:
        """Return a line that is not a row."""
        return self._line(f"  {without_joiners(text)}", "muted") if text else self._line("")

    def header(self) -> Strip:
        pieces = []
        for column, width in self._shown:
            sign = _SORTED[self._model.reverse] if column.key == self._model.sorted_by else ""
            sign = sign if column.title else sign.strip()
            title = fit_text(column.title, min(width - len(sign), cell_len(column.title))).text
            pieces.append(fit_text(title + sign, width, column.align).text)
        return self._line(self._margin + (" " * GAP).join(pieces), "header")

    @property
    def shown_columns(self) -> list[Column[R]]:
        return [column for column, _ in self._shown]

    def column_at(self, x: int) -> Column[R] | None:
        """Return the column that a cell of a line is in, or None."""
        start = len(self._margin)
        for column, width in self._shown:
            if start <= x < start + width + GAP:
                return column
            start += width + GAP
        return None

    @property
    def hidden_sort(self) -> str:
        """The title of the column that sorts the rows, with its arrow, if it is left out."""
        is_shown = any(column.key == self._model.sorted_by for column in self.shown_columns)
        return "" if is_shown else self.sort

    @property
    def sort(self) -> str:
        """The title of the column that sorts the rows, with its arrow."""
        for column in self._columns:
            if column.key == self._model.sorted_by:
                return f"{column.title}{_SORTED[self._model.reverse]}"
        return ""

    def row(self, row: R, state: str | None, marked: bool) -> Strip:
        """Return the line of a row. `state` is the component class of the cursor, or None."""
        texts = tuple([column.text(row) for column, _ in self._shown])
        styles = tuple([column.style_of(row) for column, _ in self._shown])
        badges = tuple([column.badge_of(row) for column, _ in self._shown])
        key = (texts, styles, badges, state or "", marked)
        if (strip := self._strips.get(key)) is None:
            strip = self._strips[key] = self._paint(*key)
        return strip

    def heading(
        self, name: str, facts: str, state: str | None, *, is_folded: bool, marked: bool
    ) -> Strip:
        state = state or ""
        base, styles = self._styles[(state,)], self._styles
        mark = (f"{_MARK} " if marked else "  ") if self._marks else ""
        sign = _FOLDED if is_folded else _UNFOLDED
        room = self.width - len(f"  {mark}{sign} ")
        title = fit_text(without_joiners(name), min(room, cell_len(without_joiners(name)))).text
        return self._strip(
            [
                (base, self._edge(state, is_production=False) + " "),
                (base if state else styles["", "marked"], mark),
                (base if state else styles["", "header"], f"{sign} {title}"),
                (
                    base if state else styles["", "muted"],
                    fit_text(f"  {facts}", room - cell_len(title)).text,
                ),
            ]
        )

    def hidden_matches(self, row: R) -> list[str]:
        """Return the texts in which the query matches, from columns that are left out."""
        query, scattered = self._model.query, self._model.scattered
        if query is None:
            return []
        rest = query.without_words_in(
            [c.text(row) for c, _ in self._shown if c.searched], scattered
        )
        pairs = zip(self._columns, self._widths, strict=False)
        unseen = (c.text(row) for c, width in pairs if c.searched and not width)
        return [
            text
            for text in unseen
            if not (scattered and isinstance(text, Prose)) and rest.spans(text, scattered)
        ]

    def _paint(
        self,
        texts: tuple[str, ...],
        styles: tuple[str | None, ...],
        badges: tuple[str, ...],
        state: str,
        marked: bool,
    ) -> Strip:
        base = self._styles[(state,)]
        runs = [(self._edge_style(state, any(badges)), self._edge(state, any(badges)))]
        runs.append((base, " "))
        if self._marks:
            style = base if state else self._styles["", "marked"]
            runs.append((style, f"{_MARK} ") if marked else (base, "  "))
        gap = ""
        cells = zip(self._shown, texts, styles, badges, strict=True)
        for (column, width), text, name, badge in cells:
            runs.append((runs[-1][0], gap))
            gap = " " * GAP
            # The row of the cursor is one bar, in one style.
            names = (state, "") if state else ("", name or "")
            shown = without_joiners(text)
            if badge and cell_len(badge) < width:
                room = min(width - cell_len(badge) - 1, cell_len(shown))
                runs += self._cell(column, shown, room, names)
                badge_text = fit_text(badge, width - room - 1)
                runs += [(base, " "), (self._styles[state, "badge"], badge_text.text[: len(badge)])]
                runs.append((base, badge_text.text[len(badge) :]))
            else:
                runs += self._cell(column, shown, width, names)
        runs.append((base, self._rest))
        return self._strip(runs)

    def _edge(self, state: str, is_production: bool) -> str:
        if state:
            return _POINTER
        return _PRODUCTION if is_production else " "

    def _edge_style(self, state: str, is_production: bool) -> Style:
        return self._styles[(state, "production") if is_production else (state,)]

    def _cell(self, column: Column[R], text: str, width: int, names: tuple[str, str]) -> _Runs:
        fitted = fit_text(text, width, column.align)
        style = self._styles[names]
        query = self._model.query
        if query is None or not column.searched:
            return [(style, fitted.text)]
        match = self._styles[*names, "cursor-match" if names[0] else "match"]
        runs: _Runs = []
        at = 0
        for start, end in query.spans(text, self._model.scattered):
            first = fitted.start + min(start, fitted.kept)
            last = fitted.start + min(end, fitted.kept)
            runs += [(style, fitted.text[at:first]), (match, fitted.text[first:last])]
            at = last
        return [*runs, (style, fitted.text[at:])]

    def _line(self, text: str, *names: str) -> Strip:
        return Strip([Segment(fit_text(text, self.width).text, self._styles[names])], self.width)

    def _strip(self, runs: _Runs) -> Strip:
        """Return a line of the full width with few segments, because each costs time."""
        segments: list[Segment] = []
        style_now, text_now = runs[0][0], ""
        for style, text in runs:
            if style is style_now:
                text_now += text
            elif text:
                segments.append(Segment(text_now, style_now))
                style_now, text_now = style, text
        return Strip([*segments, Segment(text_now, style_now)], self.width)

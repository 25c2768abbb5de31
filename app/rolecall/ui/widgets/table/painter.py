"""Builds the lines of a table: texts in columns, with styles and highlighted matches."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import compress
from typing import Final, Generic, Literal

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.cache import LRUCache
from textual.strip import Strip

from rolecall.domain.records import NamedTuple
from rolecall.domain.search.folding import Prose
from rolecall.ui.widgets.table.columns import (
    GAP,
    Column,
    ContentWidth,
    R,
    fit,
    fit_text,
    row_widths,
    without_joiners,
)
from rolecall.ui.widgets.table.rows import TableRows

_POINTER = "▌"  # at the row of the cursor
_PRODUCTION = "▎"  # at other production rows
_MARK = "◆"
_FOLDED = "►"
_UNFOLDED = "▼"
_MATCH_CELLS: Final = 24  # for a match that no text in sight has
_SLACK = 2  # cells
_SLACK_FROM = 16  # only in columns at least this wide: in a short word every letter counts
_SORTED = {False: " ▲", True: " ▼"}
_Runs = list[tuple[Style, str]]


class _Line(NamedTuple):
    """What the line of a row shows. `unseen`: the match of the query that no text in sight has."""

    texts: tuple[str, ...]
    styles: tuple[str | None, ...]
    badges: tuple[str, ...]
    state: str
    marked: bool
    unseen: str


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
        self._strips: LRUCache[_Line, Strip] = LRUCache(1024)
        # With the row: its id is valid while it is in here.
        self._unseen: LRUCache[tuple[int, tuple[str, ...]], tuple[R, str]] = LRUCache(1024)
        self._marks = False
        self._widths: list[int] = []
        self._shown: list[tuple[Column[R], int]] = []
        self._padding = 0
        self._spare = 0  # blanks after the last column, before the padding

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
        self._spare = self._room - max(0, used - GAP)
        self.forget()

    def is_fit_for(self, natural: Sequence[ContentWidth]) -> bool:
        """Return whether the widths are good enough: a few letters are not worth a whole screen,
        unless they belong to a name.
        """
        better = fit(self._columns, natural, self._room)
        return not any(
            new - old > (_SLACK if old >= _SLACK_FROM else 0) or old < min(new, each.most)
            for old, new, each in zip(self._widths, better, natural, strict=True)
        )

    def forget(self, styles: bool = False) -> None:
        """Forget lines, because the query has changed or, with `styles`, the theme."""
        self._strips.clear()
        self._unseen.clear()
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
        line, gap = self._margin, 0
        for column, width in self._shown:
            sign = _SORTED[self._model.reverse] if column.key == self._model.sorted_by else ""
            sign = sign if column.title else sign.strip()
            lent = gap if column.align == "right" else 0  # the sign may be in the gap
            room = width + lent
            title = fit_text(column.title, min(room - len(sign), cell_len(column.title))).text
            line += " " * (gap - lent) + fit_text(title + sign, room, column.align).text
            gap = GAP
        return self._line(line, "header")

    @property
    def shown_columns(self) -> list[Column[R]]:
        return [column for column, _ in self._shown]

    def width_of(self, key: str) -> int:
        return next((width for column, width in self._shown if column.key == key), 0)

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
        texts = tuple([without_joiners(column.text(row)) for column, _ in self._shown])
        styles = tuple([column.style_of(row) for column, _ in self._shown])
        badges = tuple([column.badge_of(row) for column, _ in self._shown])
        unseen = "" if self._model.query is None else self._unseen_match(row, texts, badges)
        line = _Line(texts, styles, badges, state or "", marked, unseen)
        if (strip := self._strips.get(line)) is None:
            strip = self._strips[line] = self._paint(line)
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

    def _widths_of(self, texts: Sequence[str], badges: Sequence[str]) -> list[int]:
        """Return the widths of the cells of a row, 0 for those that a long name takes."""
        lengths = [
            cell_len(text) + (cell_len(badge) + 1 if badge else 0)
            for text, badge in zip(texts, badges, strict=True)
        ]
        return row_widths(self._shown, lengths, self._spare)

    def _unseen_match(self, row: R, texts: tuple[str, ...], badges: tuple[str, ...]) -> str:
        """Return a text with the words of the query that no text in sight has, or ""."""
        if (known := self._unseen.get((id(row), texts))) is None:
            known = self._unseen[id(row), texts] = row, self._find_unseen(row, texts, badges)
        return known[1]

    def _find_unseen(self, row: R, texts: Sequence[str], badges: Sequence[str]) -> str:
        query, scattered = self._model.query, self._model.scattered
        assert query is not None
        cells = zip(self._shown, texts, self._widths_of(texts, badges), strict=True)
        seen = [fit_text(text, width).text for (each, _), text, width in cells if each.searched]
        rest = query.without_words_in(seen, scattered)
        for column in self._columns if rest.words else ():
            text = column.text(row) if column.searched else ""
            if not (scattered and isinstance(text, Prose)) and rest.spans(text, scattered):
                return without_joiners(text)
        return ""

    def _paint(self, line: _Line) -> Strip:
        texts, styles, badges, state, marked, unseen = line
        base = self._styles[(state,)]
        runs = [(self._edge_style(state, any(badges)), self._edge(state, any(badges)))]
        runs.append((base, " "))
        if self._marks:
            style = base if state else self._styles["", "marked"]
            runs.append((style, f"{_MARK} ") if marked else (base, "  "))
        widths = self._widths_of(texts, badges)
        texts, room = self._next_to_match(line, widths) if unseen else (texts, 0)
        gap = ""
        cells = zip(self._shown, widths, texts, styles, badges, strict=True)
        for (column, _), width, text, name, badge in cells:
            if not width:
                continue
            runs.append((runs[-1][0], gap))
            gap = " " * GAP
            # The row of the cursor is one bar, in one style.
            names = (state, "") if state else ("", name or "")
            if badge and cell_len(badge) < width:
                room_of_text = min(width - cell_len(badge) - 1, cell_len(text))
                runs += self._cell(column, text, room_of_text, names)
                badge_text = fit_text(badge, width - room_of_text - 1)
                runs += [(base, " "), (self._styles[state, "badge"], badge_text.text[: len(badge)])]
                runs.append((base, badge_text.text[len(badge) :]))
            else:
                runs += self._cell(column, text, width, names)
        filled = sum(cell_len(text) for _, text in runs)
        runs.append((base, " " * (self.width - filled)))
        strip = self._strip(runs)
        if not room:
            return strip
        end = self._highlighted(self._around_match(unseen, room), room, "right", (state, "muted"))
        end.append((base, " " * self._padding))
        begin = strip.crop(0, self.width - self._padding - room)
        return Strip([*begin, *self._segments(end)], self.width)

    def _next_to_match(self, line: _Line, widths: list[int]) -> tuple[tuple[str, ...], int]:
        """Return the texts of a row next to its unseen match, and the cells that this gets at the
        end of the line: those that are blank, or at least some. No name gives way to it.
        """
        end = self.width - self._padding - GAP
        at, ends = len(self._margin), []
        cells = zip(self._shown, widths, line.texts, line.badges, strict=True)
        for (column, _), width, text, badge in cells:
            used = cell_len(text) + (cell_len(badge) + 1 if badge else 0)
            ends.append(at + (width if text and column.align == "right" else min(width, used)))
            at += width + GAP if width else 0
        are_names = [column.is_name for column, _ in self._shown]
        most = max(0, end - max(compress(ends, are_names), default=0))
        blank = end - max(ends, default=0)
        room = min(cell_len(line.unseen), most, max(blank, _MATCH_CELLS))
        texts = (
            text if is_name or stop <= end - room else ""
            for text, stop, is_name in zip(line.texts, ends, are_names, strict=True)
        )
        return tuple(texts), room

    def _around_match(self, text: str, room: int) -> str:
        """Return the text, or its end from a few letters before the match, if it has no room."""
        assert self._model.query is not None
        spans = self._model.query.spans(text, self._model.scattered)
        if cell_len(text) <= room or not spans or cell_len(text[: spans[0][1]]) < room:
            return text
        begin = max(0, spans[0][0] - room // 6)
        while begin and cell_len(text[begin - 1 :]) < room:
            begin -= 1
        return "…" + text[begin:]

    def _edge(self, state: str, is_production: bool) -> str:
        if state:
            return _POINTER
        return _PRODUCTION if is_production else " "

    def _edge_style(self, state: str, is_production: bool) -> Style:
        return self._styles[(state, "production") if is_production else (state,)]

    def _cell(self, column: Column[R], text: str, width: int, names: tuple[str, str]) -> _Runs:
        if self._model.query is None or not column.searched:
            return [(self._styles[names], fit_text(text, width, column.align).text)]
        return self._highlighted(text, width, column.align, names)

    def _highlighted(
        self, text: str, width: int, align: Literal["left", "right"], names: tuple[str, str]
    ) -> _Runs:
        fitted, style = fit_text(text, width, align), self._styles[names]
        match = self._styles[*names, "cursor-match" if names[0] else "match"]
        query = self._model.query
        runs: _Runs = []
        at = 0
        for start, end in query.spans(text, self._model.scattered) if query else ():
            first = fitted.start + min(start, fitted.kept)
            last = fitted.start + min(end, fitted.kept)
            runs += [(style, fitted.text[at:first]), (match, fitted.text[first:last])]
            at = last
        return [*runs, (style, fitted.text[at:])]

    def _line(self, text: str, *names: str) -> Strip:
        return Strip([Segment(fit_text(text, self.width).text, self._styles[names])], self.width)

    def _strip(self, runs: _Runs) -> Strip:
        """Return a line of the full width."""
        return Strip(self._segments(runs), self.width)

    def _segments(self, runs: _Runs) -> list[Segment]:
        """Return few segments, because each costs time."""
        segments: list[Segment] = []
        style_now, text_now = runs[0][0], ""
        for style, text in runs:
            if style is style_now:
                text_now += text
            elif text:
                segments.append(Segment(text_now, style_now))
                style_now, text_now = style, text
        return [*segments, Segment(text_now, style_now)]

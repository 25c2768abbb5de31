"""The table: one widget for every list, made for 50,000 rows.

It uses the line API, takes most lines from a cache and paints only lines that have changed. There
is no scrollbar, and a cursor key causes no layout. tests/bench measures what it sends.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any, ClassVar, Generic

from rich.style import Style
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.strip import Strip

from rolecall.ui.rendering.textual_private import set_timer
from rolecall.ui.widgets.table.clickable_lines import ClickableLines
from rolecall.ui.widgets.table.column_fit import ColumnFit
from rolecall.ui.widgets.table.columns import Column, R
from rolecall.ui.widgets.table.marks import TableMarks
from rolecall.ui.widgets.table.painter import TablePainter
from rolecall.ui.widgets.table.rows import SearchPreparation, TableRows
from rolecall.ui.widgets.wrapping import wrap


class VirtualTable(ClickableLines, Generic[R], can_focus=True):
    """A table of rows of any type.

    When rows come and go, the cursor stays on its row, by key, and the row on its line. Until the
    user moves it, it stays at the top. A new query moves it to the best row.
    """

    set_timer = set_timer

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"virtual-table--{name}"
        for name in (
            *("header", "cursor", "cursor-blurred", "match", "cursor-match", "marked"),
            *("muted", "good", "warn", "urgent", "bad", "accent", "strong"),
            *("badge", "production", "production-name", "border", "title", "edge"),
        )
    }

    DEFAULT_CSS = """
    VirtualTable {
        height: 1fr;
        .virtual-table--header { text-style: bold; }
        .virtual-table--cursor { text-style: reverse; }
        .virtual-table--cursor-blurred { text-style: bold; }
        .virtual-table--match { text-style: underline; }
        .virtual-table--cursor-match { text-style: underline; }
        .virtual-table--strong { text-style: bold; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "move(1)", show=False),
        Binding("k,up", "move(-1)", show=False),
        Binding("g,home", "first", show=False),
        Binding("G,end", "last", show=False),
        Binding("pagedown", "page(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("ctrl+d", "page(0.5)", show=False),
        Binding("ctrl+u", "page(-0.5)", show=False),
    ]

    class Highlighted(Message):
        """The cursor is on another row, or on none."""

    class Filtered(Message):
        """The number of rows shown, or of all rows, has changed."""

    class Marked(Message):
        """The number of marked rows has changed."""

    def __init__(
        self,
        columns: Sequence[Column[R]],
        row_key: Callable[[R], Hashable],
        *,
        placeholder: str = "",
        framed: bool = False,
    ) -> None:
        super().__init__()
        self.wants_frame = framed
        self.columns = tuple(columns)
        self._model = TableRows(columns, row_key)
        self.marks = TableMarks(self._model, self._marks_changed)
        self._placeholder = placeholder
        self.position = 0  # the index of the cursor among the items
        self._moved = False  # by the user: from then on the cursor stays on its row
        # While there are no rows: what was on the line of the cursor, its index, and the top.
        self._before: tuple[tuple[Hashable, ...] | None, int, int] = (None, 0, 0)
        self._reported: tuple[tuple[Hashable, ...] | None, int, int] = (None, 0, 0)
        self._painter = TablePainter(self.columns, self._model, self._style_of)
        self._column_fit = ColumnFit(
            self.columns, self._model, self._painter, self.set_timer, self.show
        )
        self._search = SearchPreparation(
            self._model, self.set_timer, lambda: self._change_rows(self._model.select_again)
        )
        # Called before changed rows are painted; True: the current row is another one.
        self.when_changed: Callable[[bool], None] = lambda _: None

    # --- what the table shows

    @property
    def items(self) -> Sequence[Any]:
        """What the lines show: rows, and what a subclass has between them."""
        return self._model.shown

    @property
    def current(self) -> R | None:
        items = self.items
        return items[self.position] if items else None

    @property
    def current_rows(self) -> Sequence[R]:
        """The row under the cursor, or the rows that it is for."""
        row = self.current
        return [] if row is None else [row]

    @property
    def shown(self) -> Sequence[R]:
        return self._model.shown

    @property
    def rows(self) -> Sequence[R]:
        """All rows, in the order in which they were given."""
        return self._model.rows

    @property
    def total(self) -> int:
        return len(self.rows)

    @property
    def visible_rows(self) -> Sequence[R]:
        return self.visible_items

    @property
    def visible_items(self) -> Sequence[Any]:
        return self.items[self.top : self.top + self._page]

    @property
    def room(self) -> int:
        """The cells that rows have, without the border."""
        return self.inner.width - self._padding

    @property
    def _padding(self) -> int:
        """The blanks before the right border."""
        return int(self.is_framed)

    @property
    def sorted_by(self) -> tuple[str | None, bool]:
        """The key of the column, or None for the order given; and whether it is reversed."""
        return self._model.sorted_by, self._model.reverse

    @property
    def shown_columns(self) -> Sequence[Column[R]]:
        return self._painter.shown_columns

    def width_of(self, key: str) -> int:
        """Return the cells of a column; 0 if it is not shown."""
        return self._painter.width_of(key)

    @property
    def hidden_sort(self) -> str:
        """The title of the column that sorts the rows, with its arrow, if it has no room."""
        return self._painter.hidden_sort

    @property
    def scattered(self) -> bool:
        """Whether no row has the words of the query, only their letters between others."""
        return self._model.scattered

    @property
    def placeholder(self) -> str:
        return self._placeholder

    @placeholder.setter
    def placeholder(self, text: str) -> None:
        if text != self._placeholder:
            self._placeholder = text
            if not self.shown:
                self.show()

    @property
    def query_text(self) -> str:
        """The text of the filter. Setting it filters the rows."""
        return self._model.text

    @query_text.setter
    def query_text(self, text: str) -> None:
        if text == self._model.text:
            return
        self._painter.forget()
        self._moved |= not text.strip()
        self._change_rows(lambda: self._model.set_query(text), or_best=True)

    # --- changing it

    def set_rows(self, rows: Sequence[R]) -> None:
        """Replace the rows. It is cheap enough to be called as rows stream in."""
        growing = len(rows) >= len(self._model.rows)
        marked = self.marks.count
        self._change_rows(lambda: self._model.set_rows(rows))
        if self.marks.count != marked:
            self._marks_changed(marked)
        self._column_fit.rows_changed(growing)
        self._prepare_search()

    def prepare(self, count: int) -> None:
        """Prepare this many rows for the search now."""
        self._model.fold_some(count)

    def refresh_texts(self) -> None:
        """Paint the visible rows whose texts have changed."""
        self.show_later()

    def fit_columns(self) -> None:
        """Look again at the texts that the widths depend on. The rows are the same."""
        self._column_fit.rows_changed(growing=True)

    def settle_columns(self) -> None:
        """Fit the columns to the rows as they are: no more stream in."""
        self._column_fit.measure(growing=False)

    def sort(self, column: str | None, reverse: bool = False) -> None:
        """Sort by a column, which counts more than a query's rank; None for the given order."""
        self._change_rows(lambda: self._model.set_sort(column, reverse))

    def move_to(self, key: Hashable) -> bool:
        """Move the cursor to a row. Returns False if the row is not shown."""
        place = self._place_of((key,))
        if place is None:
            return False
        self._move_cursor(place)
        return True

    def toggle_mark(self) -> None:
        """Mark or unmark the row under the cursor, and move to the next."""
        if (row := self.current) is not None:
            self.marks.toggle(row)
            self._move_cursor(self.position + 1)

    def _marks_changed(self, before: int) -> None:
        if bool(self.marks.count) != bool(before):
            self._column_fit.forget()
        else:
            self.show()
        if self.marks.count != before:
            self.post_message(self.Marked())

    # --- mouse

    def place_at(self, line: int) -> int | None:
        place = self.top + line - 1
        return place if self.top <= place < len(self.items) else None

    def click_header(self, column: int) -> None:
        """Sort by the column. A second click reverses the order."""
        key, reverse = self.sorted_by
        if (clicked := self._painter.column_at(column)) is not None:
            self.sort(clicked.key, reverse=clicked.key == key and not reverse)

    # --- keys

    def action_move(self, rows: int) -> None:
        self._move_cursor(self.position + rows)

    def action_page(self, pages: float) -> None:
        rows = int(self._page * pages)
        self.top += rows
        self._move_cursor(self.position + rows)

    def action_first(self) -> None:
        self._move_cursor(0)

    def action_last(self) -> None:
        self._move_cursor(len(self.items) - 1)

    # --- the cursor

    @property
    def _page(self) -> int:
        return max(1, self.inner.height - 1)

    def _move_cursor(self, place: int) -> None:
        self._moved = True
        self.position = place
        self._update_cursor()

    def _change_rows(self, change: Callable[[], None], or_best: bool = False) -> None:
        """Change the rows and keep the cursor.

        If it was moved, it stays on its row, and the row on its line, even if all rows go and come
        back. If only its row is gone, it stays at its index or, with `or_best`, goes to the first
        row.
        """
        if self.total:
            self._before = self._spot(), self.position, self.top
        spot, cursor, top = self._before
        change()
        self._arrange()
        place = None if spot is None or not self._moved else self._place_of(spot)
        if place is not None:
            self.top = top + place - cursor
            self.position = place
        elif or_best or not self._moved:
            self.position, self.top = self._first_place(), 0
            self._moved = False
        self._update_cursor()

    def _arrange(self) -> None:
        """Make the items again: the rows have changed."""

    def _first_place(self) -> int:
        return 0

    def _spot(self) -> tuple[Hashable, ...] | None:
        """Return what identifies the line of the cursor, with the key of its row first."""
        return (self._model.key_at(self.position),) if self.shown else None

    def _place_of(self, spot: tuple[Hashable, ...]) -> int | None:
        return self._model.find(spot[0], self.position)

    def _update_cursor(self) -> None:
        """Paint, and send messages about what has changed."""
        self._keep_in_view()
        spot = self._spot()
        spot_before, shown_before, total_before = self._reported
        self._reported = spot, len(self.shown), self.total
        self.when_changed(spot != spot_before)
        self.show()
        if spot != spot_before:
            self.post_message(self.Highlighted())
        if (shown_before, total_before) != self._reported[1:]:
            self.post_message(self.Filtered())

    def _keep_in_view(self) -> None:
        last = len(self.items) - 1
        self.position = max(0, min(self.position, last))
        self.top = max(0, min(self.top, last + 1 - self._page))
        self.top = max(self.position - self._page + 1, min(self.top, self.position))

    def _prepare_search(self) -> None:
        if self.is_attached:
            self._search.prepare(is_painted=bool(self._lines))

    # --- painting

    def on_mount(self) -> None:
        self._prepare_search()

    def on_resize(self) -> None:
        self._update_cursor()

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._painter.forget(styles=True)
        if self.is_running:
            self.refresh_texts()

    def watch_has_focus(self, has_focus: bool) -> None:
        """Paint the cursor. No style sheet asks for the focus, so no style is looked up again."""
        self.show()

    def build_inner(self) -> list[Strip]:
        if self._search.is_due and not self._lines:
            self._search.begin()
        width, height = self.inner
        if self._column_fit.fit(self.inner, bool(self.marks.count), self._padding):
            self._keep_in_view()
        items = self.visible_items
        lines = [self._painter.header()]
        lines += [self._line_of(self.top + i, item) for i, item in enumerate(items)]
        if not items:
            lines.append(self._painter.text(""))
            lines += map(self._painter.text, wrap(self._placeholder, width - 4))
        return lines[:height] + [self._painter.text("")] * (height - len(lines))

    def frame_style(self, *names: str) -> Style:
        return self._painter.style(*names)

    def _line_of(self, place: int, item: Any) -> Strip:
        return self._painter.row(item, self._state_of(place), item in self.marks)

    def _state_of(self, place: int) -> str | None:
        """Return the component class of the cursor if it is there."""
        if place != self.position:
            return None
        return "cursor" if self.has_focus else "cursor-blurred"

    def _style_of(self, *names: str) -> Style:
        parts = [
            self.get_component_rich_style(f"virtual-table--{each}", partial=True) for each in names
        ]
        return self.filtered(Style.combine([self.rich_style, *parts]))

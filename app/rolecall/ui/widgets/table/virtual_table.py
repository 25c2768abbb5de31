"""The table: one widget for every list, made for 50,000 rows.

It paints on the line API, most lines from a cache, and only those that have changed. There is no
scrollbar and no layout in a cursor key; what that costs on the wire is in tests/bench.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from functools import partial
from typing import ClassVar, Generic

from rich.style import Style
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.strip import Strip
from textual.timer import Timer

from rolecall.ui.rendering.timers import ReliableTimers
from rolecall.ui.widgets.changed_lines import ChangedLines
from rolecall.ui.widgets.table.columns import Column, ContentWidth, R, content_widths
from rolecall.ui.widgets.table.marks import TableMarks
from rolecall.ui.widgets.table.messages import TableMessages
from rolecall.ui.widgets.table.painter import TablePainter
from rolecall.ui.widgets.table.rows import TableRows
from rolecall.ui.widgets.wrapping import wrap

_FOLD_AT_ONCE = 150
_FOLD_EVERY = 0.01
_CHECK_EVERY = 0.1  # texts seldom change without their row, and a crawl begins it again and again
_MANY = 500  # rows: of so many the widths are not looked at with each that comes
_FIT_EVERY = 1.0


class VirtualTable(TableMessages, ReliableTimers, ChangedLines, Generic[R], can_focus=True):
    """A table of rows of any type.

    The cursor stays on its row, by key, and the row on its line, when rows come and go. Until it
    has been moved it stays at the top instead, and a new query takes it to the best row.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"virtual-table--{name}"
        for name in (
            *("header", "cursor", "cursor-blurred", "match", "marked"),
            *("muted", "good", "warn", "bad", "accent", "strong"),
        )
    }

    DEFAULT_CSS = """
    VirtualTable {
        height: 1fr;
        .virtual-table--header { text-style: bold; }
        .virtual-table--cursor { text-style: reverse; }
        .virtual-table--cursor-blurred { text-style: bold; }
        .virtual-table--match { text-style: underline; }
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

    def __init__(
        self,
        columns: Sequence[Column[R]],
        row_key: Callable[[R], Hashable],
        *,
        placeholder: str = "",
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.columns = tuple(columns)
        self._model = TableRows(columns, row_key)
        self._marks = TableMarks(self._model)
        self._placeholder = placeholder
        self._cursor = 0
        self._moved = False  # by the user: from then on the cursor holds on to its row
        self._told: tuple[Hashable | None, int, int] = (None, 0, 0)
        self._painter = TablePainter(self.columns, self._model, self._style_of)
        self._natural: list[ContentWidth] = []
        self._fitted_to = 0  # so many rows
        self._fitting: Timer | None = None
        self._fitted_for = Size()  # the size that the columns' widths are for
        self._folding = False
        self._wanted: list[bool] = []

    # What the table shows

    @property
    def current(self) -> R | None:
        shown = self._model.shown
        return shown[self._cursor] if shown else None

    @property
    def shown(self) -> Sequence[R]:
        return self._model.shown

    @property
    def total(self) -> int:
        return len(self._model.rows)

    @property
    def position(self) -> int:
        """The place of the cursor among the rows shown, from 0."""
        return self._cursor

    @property
    def visible_rows(self) -> Sequence[R]:
        return self._model.shown[self.top : self.top + self._page]

    @property
    def sorted_by(self) -> tuple[str | None, bool]:
        """The column's key, or None for the order given; and whether in reverse."""
        return self._model.sorted_by, self._model.reverse

    @property
    def scattered(self) -> bool:
        """Whether no row has the words of the query, and those shown have their letters only."""
        return self._model.scattered

    @property
    def hidden_matches(self) -> list[str]:
        """Why the row under the cursor is shown, where nothing of it on the screen tells."""
        row = self.current
        return [] if row is None else self._painter.hidden_matches(row)

    @property
    def marked_rows(self) -> list[R]:
        """In the order given, whether the filter shows them or not."""
        return self._marks.rows

    @property
    def marked_count(self) -> int:
        return self._marks.count

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
        """The filter. Setting it filters."""
        return self._model.text

    @query_text.setter
    def query_text(self, text: str) -> None:
        if text == self._model.text:
            return
        self._painter.forget()
        self._moved |= not text.strip()
        self._keeping_cursor(lambda: self._model.set_query(text), or_best=True)

    # What is done to it

    def set_rows(self, rows: Sequence[R]) -> None:
        """Other rows, or more of them. Cheap enough to be called as they stream in."""
        growing = len(rows) >= len(self._model.rows)
        marked = self.marked_count
        self._keeping_cursor(lambda: self._model.set_rows(rows))
        if self.marked_count != marked:
            self._tell_marks(marked)
        wanted = [column.is_wanted for column in self.columns]
        if wanted != self._wanted:
            self._wanted = wanted
            self._fit_columns()
        if len(rows) < _MANY or 10 * abs(len(rows) - self._fitted_to) > len(rows):
            self._fit_naturally(growing)
        elif self._fitting is None:
            self._fitting = self.set_timer(_FIT_EVERY, partial(self._fit_naturally, True))
        self._fold_later()

    def _fit_naturally(self, growing: bool) -> None:
        """Widths from the contents; while rows come, none becomes less, and the columns stay where
        they are if that will do.
        """
        if self._fitting is not None:
            self._fitting.stop()
            self._fitting = None
        growing = growing and self._fitted_to > 0
        self._fitted_to = self.total
        natural = content_widths(self.columns, self._model.rows)
        if growing:
            natural = [new.or_wider(old) for new, old in zip(natural, self._natural, strict=True)]
        if natural != self._natural:
            self._natural = natural
            if not (growing and self._fitted_for and self._painter.is_fit_for(natural)):
                self._fit_columns()

    def refresh_texts(self) -> None:
        """What rows say may have changed: those on screen are painted again where it has."""
        self.show_later()

    def sort(self, column: str | None, reverse: bool = False) -> None:
        """By a column, or in the order given. A sort goes before the ranks of a query."""
        self._keeping_cursor(lambda: self._model.set_sort(column, reverse))

    def move_to(self, key: Hashable) -> bool:
        """Puts the cursor on a row; False if it is not shown."""
        place = self._model.find(key)
        if place is None:
            return False
        self._move_cursor(place)
        return True

    def toggle_mark(self) -> None:
        """Marks the row under the cursor, or takes its mark away, and moves on."""
        if (row := self.current) is not None:
            self._mark(lambda: self._marks.toggle(row))
            self._move_cursor(self._cursor + 1)

    def mark_shown(self) -> None:
        """Marks all that the filter shows; those that it hides stay as they are."""
        self._mark(lambda: self._marks.add(self.shown))

    def clear_marks(self) -> None:
        """Takes every mark away, also of rows that the filter hides."""
        self._mark(self._marks.clear)

    def _mark(self, change: Callable[[], None]) -> None:
        before = self.marked_count
        change()
        self._tell_marks(before)

    def _tell_marks(self, before: int) -> None:
        if bool(self.marked_count) != bool(before):
            self._fit_columns()
        else:
            self.show()
        if self.marked_count != before:
            self.post_message(self.Marked(self))

    # Keys and mouse

    def action_move(self, rows: int) -> None:
        self._move_cursor(self._cursor + rows)

    def action_page(self, pages: float) -> None:
        rows = int(self._page * pages)
        self.top += rows
        self._move_cursor(self._cursor + rows)

    def action_first(self) -> None:
        self._move_cursor(0)

    def action_last(self) -> None:
        self._move_cursor(len(self.shown) - 1)

    # The cursor

    @property
    def _page(self) -> int:
        return max(1, self.size.height - 1)

    def _move_cursor(self, place: int) -> None:
        self._moved = True
        self._cursor = place
        self._settle()

    def _keeping_cursor(self, change: Callable[[], None], or_best: bool = False) -> None:
        """Changes the rows. A cursor that was moved stays on its row, and that on its line; where
        the row has gone it stays at its place or, with `or_best`, goes to the first row.
        """
        row = self.current if self._moved else None
        change()
        place = None if row is None else self._model.find(self._model.key_of(row), self._cursor)
        if place is not None:
            self.top += place - self._cursor
            self._cursor = place
        elif or_best or not self._moved:
            self._cursor = self.top = 0
            self._moved = False
        self._settle()

    def _settle(self) -> None:
        """Paints, and tells what has changed."""
        self._keep_in_view()
        self.show()
        row = self.current
        key = None if row is None else self._model.key_of(row)
        told_key, told_shown, told_total = self._told
        self._told = key, len(self.shown), self.total
        if key != told_key:
            self.post_message(self.Highlighted(self, row))
        if (told_shown, told_total) != self._told[1:]:
            self.post_message(self.Filtered(self, len(self.shown), self.total))

    def _keep_in_view(self) -> None:
        last = len(self.shown) - 1
        self._cursor = max(0, min(self._cursor, last))
        self.top = max(0, min(self.top, last + 1 - self._page))
        self.top = max(self._cursor - self._page + 1, min(self.top, self._cursor))

    def _fold_later(self) -> None:
        if not self._folding and self.is_attached:
            self._folding = True
            if self._lines:
                every = _CHECK_EVERY if self._model.all_folded else _FOLD_EVERY
                self.set_timer(every, self._fold_some)
            else:
                self.call_after_refresh(self._fold_some)  # the first paint waits for none of it

    def _fold_some(self) -> None:
        self._folding = False
        more, changed = self._model.fold_some(_FOLD_AT_ONCE)
        if changed:
            self._keeping_cursor(self._model.select_again)
        if more:
            self._fold_later()

    # Painting

    def on_mount(self) -> None:
        self._fold_later()

    def on_resize(self) -> None:
        self._settle()

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._painter.forget(styles=True)
        if self.is_running:
            self.refresh_texts()

    def watch_has_focus(self, has_focus: bool) -> None:
        super().watch_has_focus(has_focus)
        self.show()

    def _fit_columns(self) -> None:
        self._fitted_for = Size()
        self.show()

    def build(self) -> list[Strip]:
        if self._fitted_for != self.size:
            self._fitted_for = self.size
            natural = self._natural or content_widths(self.columns, ())
            self._painter.fit(natural, self.size.width, bool(self.marked_count))
            self._keep_in_view()
        rows = self.visible_rows
        lines = [self._painter.header()]
        lines += [self._row_line(self.top + i, row) for i, row in enumerate(rows)]
        if not rows:
            lines.append(self._painter.text(""))
            lines += map(self._painter.text, wrap(self._placeholder, self.size.width - 4))
        height = self.size.height
        return lines[:height] + [self._painter.text("")] * (height - len(lines))

    def _row_line(self, place: int, row: R) -> Strip:
        state = None
        if place == self._cursor:
            state = "cursor" if self.has_focus else "cursor-blurred"
        return self._painter.row(row, state, row in self._marks)

    def _style_of(self, *names: str) -> Style:
        """The table's own style, with what these component classes add to it."""
        parts = [
            self.get_component_rich_style(f"virtual-table--{each}", partial=True) for each in names
        ]
        return self.filtered(Style.combine([self.rich_style, *parts]))

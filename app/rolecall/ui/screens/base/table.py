"""The base of the screens with a table: header, filter, table, status line, keys."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any, ClassVar, Final, Generic, TypeVar

from textual.app import ComposeResult

from rolecall.presentation import labels, table_strings
from rolecall.presentation.commands import Command, Place, with_keys
from rolecall.ui.screens.base import columns
from rolecall.ui.screens.base.command import CommandScreen
from rolecall.ui.widgets.filter_bar import FilterBar
from rolecall.ui.widgets.table.columns import Column
from rolecall.ui.widgets.table.virtual_table import VirtualTable

R = TypeVar("R")
_WITHOUT_ROW: Final = {"refresh_all", "undo", "changes", "drift", "details"}


class TableScreen(CommandScreen[None], Generic[R]):
    """A table with rows of one type.

    A subclass defines the columns, the rows, and why there are none (`placeholder`).
    """

    noun: ClassVar[tuple[str, str]]

    def __init__(self) -> None:
        super().__init__()
        self.table: VirtualTable[R] = VirtualTable(self.columns(), row_key=self.row_key)
        self.filter_bar = FilterBar(self._filter)
        self._sort_index = -1

    def compose(self) -> ComposeResult:
        yield self.header
        yield self.filter_bar
        yield self.table
        yield self.status
        yield self.key_line()

    # --- what each screen defines

    def columns(self) -> Sequence[Column[R]]:
        raise NotImplementedError

    def row_key(self, row: R) -> Hashable:
        raise NotImplementedError

    def rows(self) -> Sequence[R]:
        raise NotImplementedError

    def placeholder(self) -> str:
        """Return why the table has no rows, filter aside."""
        raise NotImplementedError

    def no_match_text(self) -> str:
        """Return the text for a filter that matches no row."""
        return with_keys(table_strings.NOTHING_MATCHES, query=self.filter_bar.query_text)

    def trail(self) -> tuple[str, ...]:
        """Return what the header shows after the place. If it is empty: the session."""
        return ()

    def position_text(self) -> str:
        """Return the text of the status line while there is no message."""
        line = table_strings.position(len(self.table.shown), self.table.total, *self.noun)
        if self._is_guess:
            line = table_strings.SCATTERED.format(rows=line)
        return " · ".join([line, *self.table.hidden_matches])

    @property
    def _is_guess(self) -> bool:
        return self.table.scattered and bool(self.table.shown)

    def sign_column(self) -> Column[Any]:
        """Return the column of signs: favourites and new rows."""

        def sign(row: Any) -> str:
            return self.host.state.sign_of(row)

        return columns.sign(sign, "warn")

    def session_column(self) -> Column[Any]:
        """Return the column of sessions, shown while the table has the rows of several."""
        state = self.host.state
        return columns.session(
            lambda row: row.session.label if state.all_shown else "",
            minimum=7, maximum=20, wanted=lambda: state.all_shown,
        )  # fmt: skip

    # --- showing the state

    def on_mount(self) -> None:
        if self.focused is None:
            self.set_focus(self.table)

    def on_screen_resume(self) -> None:
        self.show_state()

    def show_state(self) -> None:
        if not self.is_mounted:
            return
        self.show_header(*self.trail())
        self.table.set_rows(self.rows())
        self._show_counts()
        self.refresh_keys()
        self.tick()

    def _show_counts(self) -> None:
        query = self.filter_bar.query_text
        if query and self.table.total:
            self.table.placeholder = self.no_match_text()
        else:
            self.table.placeholder = self.placeholder()
        self.status.set_text(self.position_text())

    # --- filter, cursor and sort order

    def _filter(self, query: str) -> None:
        self.table.query_text = query
        self._show_counts()

    def on_filter_bar_left(self, event: FilterBar.Left) -> None:
        self.set_focus(self.table)
        self.app.call_later(self.host.deliver_typed_keys, self.host.type_ahead.turn)

    def on_virtual_table_highlighted(self) -> None:
        self.refresh_keys()
        self.status.set_text(self.position_text())

    def on_virtual_table_marked(self) -> None:
        self.header.show_marked(self.table.marked_count)
        self.refresh_keys()

    async def action_table(self, move: str) -> None:
        await self.app.run_action(move, default_namespace=self.table)

    @property
    def current(self) -> R | None:
        return self.table.current

    @property
    def selected(self) -> Sequence[R]:
        """The marked rows, or the row under the cursor if none is marked."""
        row = self.current
        return self.table.marked_rows or ([] if row is None else [row])

    def do_filter(self) -> None:
        if self.is_mounted:
            self.filter_bar.open()
        else:
            self.call_after_refresh(self.filter_bar.open)

    def do_back(self) -> None:
        if self.filter_bar.query_text:
            self.filter_bar.close()
            self.set_focus(self.table)
        else:
            self.flows.navigation.leave(self)

    def do_mark(self) -> None:
        self.table.toggle_mark()

    def do_mark_all(self) -> None:
        self.table.mark_shown()

    def do_mark_none(self) -> None:
        self.table.clear_marks()

    def do_sort_next(self) -> None:
        self._sort_by(self._sort_index + 1)

    def do_sort_previous(self) -> None:
        self._sort_by(self._sort_index - 1)

    def do_sort_reverse(self) -> None:
        key, reverse = self.table.sorted_by
        if key is not None:
            self.table.sort(key, reverse=not reverse)

    def _sort_by(self, index: int) -> None:
        """Sort by a column. After the last column comes the order of AWS or of the file."""
        keys = [column.key for column in self.table.columns if column.is_wanted]
        self._sort_index = (index + 1) % (len(keys) + 1) - 1
        self.table.sort(keys[self._sort_index] if self._sort_index >= 0 else None)

    def blocked(self, command: Command) -> str | None:
        if Place.TABLES not in command.places and self.current is None and self.needs_row(command):
            return labels.NO_ROW
        return None

    def needs_row(self, command: Command) -> bool:
        return self.place in command.places and command.id not in _WITHOUT_ROW

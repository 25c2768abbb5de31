"""The four places share one shape: header, filter, table, status line, keys."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any, ClassVar, Final, Generic, TypeVar

from textual.app import ComposeResult

from rolecall.presentation import labels, table_strings
from rolecall.presentation.commands import Command, Place, with_keys
from rolecall.ui.screens.base.command import CommandScreen
from rolecall.ui.widgets.filter_bar import FilterBar
from rolecall.ui.widgets.table.virtual_table import Column, VirtualTable

R = TypeVar("R")
_WITHOUT_ROW: Final = {"refresh_all", "undo", "changes", "drift", "details"}


class TableScreen(CommandScreen[None], Generic[R]):
    """One table full of rows of one type.

    A place says which columns, which rows, and in `placeholder` why there are none.
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

    # --- what a place says of itself

    def columns(self) -> Sequence[Column[R]]:
        raise NotImplementedError

    def row_key(self, row: R) -> Hashable:
        raise NotImplementedError

    def rows(self) -> Sequence[R]:
        raise NotImplementedError

    def placeholder(self) -> str:
        """Why the table is empty, when no filter makes it so."""
        raise NotImplementedError

    def nothing_matches(self) -> str:
        """What stands there where the filter leaves no row."""
        return with_keys(table_strings.NOTHING_MATCHES, query=self.filter_bar.query_text)

    def trail(self) -> tuple[str, ...]:
        """What the header says beside the place; nothing: the session in session_state."""
        return ()

    def standing(self) -> str:
        """What the status line says while nothing happens."""
        line = table_strings.position(len(self.table.shown), self.table.total, *self.noun)
        if self._is_guess:
            line = table_strings.SCATTERED.format(rows=line)
        return " · ".join([line, *self.table.found_unseen])

    @property
    def _is_guess(self) -> bool:
        return self.table.scattered and bool(self.table.shown)

    def sign_column(self) -> Column[Any]:
        """Before a row: whether it is a favourite, or new."""

        def sign(row: Any) -> str:
            return self.host.state.sign_of(row)

        return Column("sign", "", sign, "warn", minimum=1, maximum=1, searched=False)

    def session_column(self) -> Column[Any]:
        """Which session a row is of, while the rows of several are shown."""
        state = self.host.state
        return Column(
            "session", labels.SESSION, lambda row: row.session.label if state.all_shown else "",
            "muted", minimum=7, maximum=20, wanted=lambda: state.all_shown,
        )  # fmt: skip

    # --- showing

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
            self.table.placeholder = self.nothing_matches()
        else:
            self.table.placeholder = self.placeholder()
        self.status.say(self.standing())

    # --- the filter, the cursor, the order

    def _filter(self, query: str) -> None:
        self.table.query_text = query
        self._show_counts()

    def on_filter_bar_left(self, event: FilterBar.Left) -> None:
        self.set_focus(self.table)
        self.app.call_later(self.host.hand_on_typed)

    def on_virtual_table_highlighted(self) -> None:
        self.refresh_keys()
        self.status.say(self.standing())

    def on_virtual_table_marked(self) -> None:
        self.header.show_marked(self.table.marked_count)
        self.refresh_keys()

    async def action_table(self, move: str) -> None:
        await self.app.run_action(move, default_namespace=self.table)

    @property
    def current(self) -> R | None:
        return self.table.current

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
            self.host.leave(self)

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
        """Past the last column stands the order in which AWS or the file has the rows."""
        keys = [column.key for column in self.table.columns if column.is_wanted]
        self._sort_index = (index + 1) % (len(keys) + 1) - 1
        self.table.sort(keys[self._sort_index] if self._sort_index >= 0 else None)

    def blocked(self, command: Command) -> str | None:
        if Place.TABLES not in command.places and self.current is None and self.needs_row(command):
            return labels.NO_ROW
        return None

    def needs_row(self, command: Command) -> bool:
        return self.place in command.places and command.id not in _WITHOUT_ROW

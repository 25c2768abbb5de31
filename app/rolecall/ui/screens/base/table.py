"""The base of the screens with a table: header, table with filter, status line, keys."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any, ClassVar, Final, Generic, TypeVar

from rich.cells import cell_len
from textual.app import ComposeResult

from rolecall.domain.arns import access_key_id
from rolecall.presentation import labels
from rolecall.presentation.commands import (
    BY_ID,
    MOVES,
    Command,
    Place,
    commands_of,
    with_keys,
)
from rolecall.presentation.key_names import show_key
from rolecall.presentation.texts import command_strings, inventory_strings
from rolecall.ui.screens.base import columns
from rolecall.ui.screens.base.command import CommandScreen
from rolecall.ui.widgets.fields.filter_bar import FilterBar
from rolecall.ui.widgets.framed_lines import Runs, has_room_for_frame
from rolecall.ui.widgets.key_line import KeyHint
from rolecall.ui.widgets.table.area import TableArea
from rolecall.ui.widgets.table.columns import Column
from rolecall.ui.widgets.table.virtual_table import VirtualTable

R = TypeVar("R")
_EDGE_CELLS: Final = 6  # around the counts in the edge of the border
_LOOKS: Final = {"details", "pane", "menu"}  # commands that do nothing with a row
_FOR_NO_ROW: Final = {Place.TABLES, Place.EVERYWHERE}
_WITHOUT_ROW: Final = {
    *("refresh_all", "undo", "changes", "drift", "details", "pane", "menu", "new_session"),
    *("team_add", "team_update", "team_remove"),
}


class TableScreen(CommandScreen[None], Generic[R]):
    """A table with rows of one type, which a subclass defines."""

    noun: ClassVar[tuple[str, str]]
    filter_hint: ClassVar[str] = inventory_strings.FILTER
    for_all_rows: ClassVar[frozenset[str]] = frozenset()  # commands that need no row

    def __init__(self) -> None:
        super().__init__()
        self.table = self.make_table()
        self.table.when_changed = self._show_change
        self.status.when_changed = self._show_foot_if_open
        self.filter_bar = FilterBar(self._filter, self.filter_hint)
        self._has_early_keys = False

    def compose(self) -> ComposeResult:
        self.fit_to_size()
        yield self.header
        yield self.area()
        yield self.status
        yield self.key_line()

    def area(self) -> TableArea:
        return TableArea(self.filter_bar, self.table)

    # --- what each screen defines

    def make_table(self) -> VirtualTable[R]:
        return VirtualTable(self.columns(), row_key=self.row_key, framed=True)

    def columns(self) -> Sequence[Column[R]]:
        raise NotImplementedError

    def row_key(self, row: R) -> Hashable:
        raise NotImplementedError

    def rows(self) -> Sequence[R]:
        raise NotImplementedError

    def placeholder(self) -> str:
        """Return why the table would have no rows without a filter, if there is anything to say."""
        return ""

    def has_read_rows(self) -> bool:
        """Return whether the rows have been read, or cannot be. Until then keys for them wait."""
        return True

    def no_match_text(self) -> str:
        return with_keys(inventory_strings.NOTHING_MATCHES, query=self.filter_bar.query_text)

    def trail(self) -> tuple[str, ...]:
        """Return the steps from the session to what is shown."""
        session = self.host.state.session_label
        return (session,) if session else ()

    def heading(self) -> str:
        name = command_strings.PLACES[self.place.value]
        return labels.SEPARATOR.join(filter(None, (name, " › ".join(self.trail()))))

    def count_text(self) -> str:
        """Return how many rows there are, and how many of them the filter shows."""
        line = self._counted(len(self.table.shown))
        return inventory_strings.SCATTERED.format(rows=line) if self._is_guess else line

    def _counted(self, shown: int) -> str:
        total, is_complete = self.table.total, self.has_all_rows
        return inventory_strings.position(shown, total, *self.noun, is_complete=is_complete)

    @property
    def has_all_rows(self) -> bool:
        """Whether the table has all rows, as far as rolecall knows."""
        return True

    def foot_text(self) -> str:
        """Return what to say about the current row and the whole table."""
        return ""

    def position_text(self) -> str:
        """Return the text of the status line, for a table without a border."""
        return labels.SEPARATOR.join(filter(None, (self.count_text(), self.foot_text())))

    @property
    def _is_guess(self) -> bool:
        return self.table.scattered and bool(self.table.shown)

    def sign_column(self) -> Column[Any]:
        def sign(row: Any) -> str:
            return self.host.state.sign_of(row)

        return columns.sign(sign, lambda row: "accent" if sign(row) == labels.IN_USE else "warn")

    def session_column(self) -> Column[Any]:
        """Return the column of sessions, shown if the table has rows of several."""
        state = self.host.state
        return columns.session(
            lambda row: row.session.label if state.all_shown else "", drop_order=1
        )  # fmt: skip

    # --- showing the state

    def on_mount(self) -> None:
        if self.focused is None:
            self.set_focus(self.table)

    def show_state(self) -> None:
        if not self.is_mounted:
            return
        self._show_trail()
        self.table.set_rows(self.rows())
        self._show_counts()
        if self.filter_bar.display:
            self._place_filter()
        self.refresh_keys()
        self.tick()
        if self._has_early_keys and self.has_read_rows():
            self._has_early_keys = False
            self.pass_on_typed_keys()

    def _show_trail(self) -> None:
        """Show the trail in the header, unless the title of the border has it."""
        self.show_header(*(() if self.table.is_framed else self.trail()[1:]))

    def _show_counts(self) -> None:
        query = self.filter_bar.query_text
        if query and self.table.total:
            self.table.placeholder = self.no_match_text()
        else:
            self.table.placeholder = self.placeholder()
        self.show_position()

    def show_position(self) -> None:
        """Show the counts and the position: in the edges of the border, or in the status line."""
        framed = self.status.is_over_border = self.table.is_framed
        self.status.set_text("" if framed else self.position_text())
        if not framed:
            return
        marked, count = self.table.marks.count, self.count_text()
        right: Runs = [(count, "edge")] if count else []
        if marked:
            right.insert(0, (f"{inventory_strings.MARKED(marked)}  ", "marked"))
        title: Runs = [(self.heading(), "title")]
        foot = labels.SEPARATOR.join(filter(None, (self._place_text(), self.foot_text())))
        if self.status.flashed:
            foot = ""  # the message is there
        if cell_len(foot) > self.table.size.width - _EDGE_CELLS:
            foot = self.foot_text()
        self.table.set_edges(title, right, [(foot, "edge")] if foot else [])

    def _show_foot_if_open(self) -> None:
        if self.is_open:
            self.show_position()

    def _place_text(self) -> str:
        shown = len(self.table.shown)
        if not shown:
            return ""
        place = inventory_strings.ROW_OF.format(row=self.table.position + 1, rows=shown)
        return labels.SEPARATOR.join(filter(None, (place, self.table.hidden_sort)))

    def fit_to_size(self) -> None:
        """Set the classes that depend on the size. The screen may have no widgets yet."""
        self.update_classes(self.size_classes(), update=self.is_mounted)

    def size_classes(self) -> dict[str, bool]:
        """Return the classes that depend on the size, and whether the screen has them now."""
        return {"-framed": has_room_for_frame(self.app.size)}

    def on_resize(self) -> None:
        self.fit_to_size()
        self._show_trail()
        self.show_position()
        self._place_filter()

    def _place_filter(self) -> None:
        self.filter_bar.place(self.table, self._count_cells)

    @property
    def _count_cells(self) -> int:
        """The cells that the counts need at most, however many rows the filter finds."""
        total, marked = self.table.total, self.table.marks.count
        longest = inventory_strings.SHOWN_OF.format(shown=total, all=self._counted(total))
        if self._is_guess:
            longest = inventory_strings.SCATTERED.format(rows=longest)
        text = f"{inventory_strings.MARKED(marked)}  " if marked else ""
        return cell_len(f"{text}{longest}") + _EDGE_CELLS

    # --- filter, cursor and sort order

    def _filter(self, query: str) -> None:
        self.table.query_text = query
        self._show_counts()
        self._place_filter()
        if not self.table.shown and (key_id := access_key_id(query)):
            self.flows.credentials.say_who_had(key_id)

    def on_filter_bar_left(self, event: FilterBar.Left) -> None:
        self.set_focus(self.table)
        self.pass_on_typed_keys()

    def _show_change(self, is_other_row: bool) -> None:
        self.show_position()
        if is_other_row:
            self.refresh_keys()

    def on_virtual_table_marked(self) -> None:
        self.show_position()
        self._place_filter()
        self.refresh_keys()

    async def action_table(self, move: str) -> None:
        await self.app.run_action(move, default_namespace=self.table)

    def move_to(self, key: Hashable) -> bool:
        """Put the cursor on a row, and return whether it is there. Close a filter that hides it."""
        if not self.table.move_to(key):
            self.filter_bar.close()
            return self.table.move_to(key)
        return True

    @property
    def current(self) -> R | None:
        return self.table.current

    @property
    def selected(self) -> Sequence[R]:
        """The marked rows, or the row under the cursor if none is marked."""
        return self.table.marks.rows or self.table.current_rows

    def run_command(self, command: Command) -> None:
        """Run it. After a command for the rows, the next filter begins empty."""
        is_own = not {self.place, Place.MARKS}.isdisjoint(command.places)
        if is_own and command.id not in _LOOKS:
            self.filter_bar.note_use()
        super().run_command(command)

    def do_filter(self) -> None:
        """Open the filter. If the screen is just opening, the next keys wait for it."""
        if self.is_mounted:
            self._open_filter()
        else:
            self.host.type_ahead.begin()
            self.call_after_refresh(self._open_first_filter)

    def filter_for(self, text: str) -> None:
        """Filter for the text; the table has the focus."""
        self._place_filter()
        self.filter_bar.fill(text)
        self.set_focus(self.table)

    def _open_filter(self) -> None:
        self._place_filter()
        self.filter_bar.open()

    def _open_first_filter(self) -> None:
        self._open_filter()
        self.pass_on_typed_keys()

    def do_back(self) -> None:
        if self.filter_bar.query_text:
            self.filter_bar.close()
            self.set_focus(self.table)
        else:
            self.flows.navigation.leave(self)

    def do_mark(self) -> None:
        self.table.toggle_mark()

    def do_mark_all(self) -> None:
        self.table.marks.add(self.table.shown)

    def do_mark_none(self) -> None:
        self.table.marks.clear()

    def do_sort_next(self) -> None:
        self._sort_by(1)

    def do_sort_previous(self) -> None:
        self._sort_by(-1)

    def do_sort_reverse(self) -> None:
        key, reverse = self.table.sorted_by
        if key is not None:
            self.table.sort(key, reverse=not reverse)
            self.show_position()

    def _sort_by(self, step: int) -> None:
        """Sort by another shown column, those with a title first, or not at all."""
        shown = sorted(self.table.shown_columns, key=lambda column: not column.title)
        keys = [None, *(column.key for column in shown)]
        key, _ = self.table.sorted_by
        self.table.sort(keys[((keys.index(key) if key in keys else 0) + step) % len(keys)])
        self.show_position()

    def key_hints(self) -> list[KeyHint]:
        if self.filter_bar.has_keyboard:
            return filter_hints(self.filter_bar, command_strings.TO_THE_LIST)
        if self.table.marks.count:
            name = command_strings.FOR_MARKED
            return [
                *(
                    self.key_hint(command, name.format(name=command.name, count=count))
                    for command in commands_of(self.place)
                    if command.for_marked
                    and command.keys
                    and self.offers(command)
                    and (count := self.marked_for(command))
                ),
                self.key_hint(BY_ID["mark_none"]),
            ]
        return super().key_hints()

    def marked_for(self, command: Command) -> int:
        """Return how many of the marked rows the command is for."""
        return self.table.marks.count

    def blocked(self, command: Command) -> str | None:
        return self.why_no_row() if self.current is None and self.needs_row(command) else None

    def why_no_row(self) -> str:
        if self.table.shown:
            return labels.NO_ROW
        if self.table.total:
            return with_keys(inventory_strings.NOTHING_MATCHES, query=self.filter_bar.query_text)
        return self.placeholder() or labels.NO_ROW

    def is_early(self, key: str) -> bool:
        if super().is_early(key):
            return True
        if self.has_read_rows() or self.is_typing or not self._is_for_rows(key):
            return False
        self._has_early_keys = True
        return True

    def _is_for_rows(self, key: str) -> bool:
        """Return whether the key does something with rows, moves among them or marks them."""
        found = [each for each in commands_of(self.place) if key in each.keys]
        return any(key in keys for keys in MOVES.values()) or any(
            Place.MARKS in each.places or self.needs_row(each) for each in found
        )

    def needs_row(self, command: Command) -> bool:
        """Return whether the command needs a current row. A filter may hide marked rows."""
        if command.for_marked and self.table.marks.count:
            return False
        is_for_rows = _FOR_NO_ROW.isdisjoint(command.places) and self.place in command.places
        return is_for_rows and command.id not in _WITHOUT_ROW | self.for_all_rows


def filter_hints(bar: FilterBar, enter: str) -> list[KeyHint]:
    """Return the keys of a filter that is typed. `enter`: what Enter does."""
    names = {"enter": enter, "escape": command_strings.CLEAR_FILTER}
    if bar.earlier:
        names["up"] = command_strings.EARLIER_FILTER
    return [KeyHint(show_key(key), name, pressed=key) for key, name in names.items()]

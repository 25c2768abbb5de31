"""The base of the tables with a pane that has the details of the row under the cursor."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, Final, TypeVar

from textual import work
from textual.app import ComposeResult
from textual.containers import Container
from textual.widget import Widget

from rolecall.presentation.texts import inventory_strings
from rolecall.ui.rendering.painting import when_shown
from rolecall.ui.screens.base.table import TableScreen
from rolecall.ui.widgets.detail_pane import Detail, DetailLine, DetailLines, DetailPane, section
from rolecall.ui.widgets.table.area import BlankLines

if TYPE_CHECKING:
    from rolecall.domain.inventory.annotations import Annotation

R = TypeVar("R")

_BESIDE: Final = 120  # minimum columns for a pane next to the table
_BELOW: Final = 32  # minimum rows for a pane below a narrower table
NOTE_ROWS: Final = 14  # minimum rows for the note
_REST: Final = 0.15  # seconds without a move, after which the cursor rests


class Tables(BlankLines, Container):
    """The table and the details."""


class DetailScreen(TableScreen[R]):
    """The pane follows the cursor once it rests, so that a held key costs nothing more.

    It is next to the table, below it, or hidden, as there is room. A key shows and hides it.
    """

    has_pane: ClassVar[bool] = True
    has_note: ClassVar[bool] = False  # a few lines below the table while there is no pane

    def __init__(self) -> None:
        super().__init__()
        self.detail = DetailPane()
        self.note = DetailLines()
        self._wants_detail: bool | None = None  # None: if there is room
        self._moved_at = 0.0
        self._is_move_shown = True  # by the terminal, which may be at the end of a slow line
        self._is_waiting = False

    def compose(self) -> ComposeResult:
        self.fit_to_size()
        yield self.header
        yield from self.above()
        with Tables(id="tables"):
            yield self.area()
            yield self.detail
        if self.has_note:
            yield self.note
        yield self.status
        yield self.key_line()

    def above(self) -> Sequence[Widget]:
        """Return the widgets above the table and the details."""
        return ()

    async def detail_of(self, row: R) -> Detail:
        """Return the details of a row. Raises RolecallError."""
        columns = [column for column in self.table.columns if column.title and column.text(row)]
        lines = [
            line
            for column in columns[1:]
            for line in (DetailLine(column.title, "heading"), DetailLine(column.text(row)))
        ]
        badge = next(filter(None, (column.badge_of(row) for column in columns)), "")
        return Detail(columns[0].text(row) if columns else "", lines, badge)

    def detail_of_none(self) -> Detail:
        """Return what the pane shows while the cursor is on no row."""
        return Detail()

    def size_classes(self) -> dict[str, bool]:
        width, height = self.app.size
        has_room = width >= _BESIDE or height >= _BELOW
        wants_detail = has_room if self._wants_detail is None else self._wants_detail
        has_detail = self.has_pane and wants_detail
        return super().size_classes() | {
            "-beside": width >= _BESIDE,
            "-detail": has_detail,
            "-noted": self.has_note and height >= NOTE_ROWS and not has_detail,
        }

    def on_resize(self) -> None:
        self.fit_to_size()
        self._show_detail_soon()

    def show_state(self) -> None:
        super().show_state()
        self._show_detail_soon()

    def on_virtual_table_highlighted(self) -> None:
        self._moved_at, self._is_move_shown = time.monotonic(), False
        self._show_detail_soon()

    def do_details(self) -> None:
        self._wants_detail = not self.has_class("-detail")
        self.on_resize()

    def _show_detail_soon(self) -> None:
        if self.has_class("-detail") and not self._is_waiting:
            self._is_waiting = True
            self.set_timer(_REST, self._show_if_resting)

    def _show_if_resting(self) -> None:
        left = self._moved_at + _REST - time.monotonic()
        if left > 0:
            self.set_timer(left, self._show_if_resting)
        elif self._is_move_shown or not when_shown(self.app, self._rest_again):
            self._is_waiting = False
            self._show_detail()

    def _rest_again(self) -> None:
        """Wait again, now that a slow line has brought the frame of the last move."""
        if self.is_open:
            self._moved_at, self._is_move_shown = time.monotonic(), True
            self._show_if_resting()

    @work(exclusive=True, group="detail")
    async def _show_detail(self) -> None:
        row = self.current
        detail = self.detail_of_none() if row is None else await self.detail_of(row)
        self.stop_if_closed()
        if row is self.current:
            self.detail.show_detail(detail)


def annotation_lines(said: Annotation | None) -> list[DetailLine]:
    if said is None:
        return []
    return [
        *section(inventory_strings.ALIAS, [said.alias] if said.alias else [], "accent"),
        *section(inventory_strings.NOTE, [said.note] if said.note else [], "text"),
        *section(inventory_strings.GROUPS, [" ".join(said.groups)] if said.groups else [], "text"),
    ]

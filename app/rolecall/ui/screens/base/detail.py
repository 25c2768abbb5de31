"""The base of the tables with a pane that has the details of the row under the cursor."""

from __future__ import annotations

import time
from collections.abc import Sequence
from enum import IntEnum
from typing import TYPE_CHECKING, ClassVar, Final, TypeVar

from textual import events, work
from textual.app import ComposeResult
from textual.containers import Container
from textual.widget import Widget

from rolecall.presentation import labels
from rolecall.presentation.commands import BY_ID, Command, Place, commands_of, footer_of
from rolecall.presentation.texts import command_strings, inventory_strings
from rolecall.ui.rendering.painting import when_shown
from rolecall.ui.screens.base.table import TableScreen
from rolecall.ui.widgets.detail_pane import Detail, DetailLine, DetailLines, DetailPane, section
from rolecall.ui.widgets.key_line import KeyHint
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


class Page(IntEnum):
    """A page of the pane, which is read when it is shown."""

    DETAILS = 0
    CONFIG = 1
    ACTIVITY = 2


class DetailScreen(TableScreen[R]):
    """The pane follows the cursor once it rests, so that a held key costs nothing more.

    It is next to the table, below it, or hidden, as there is room. A key shows and hides it, and
    another one goes into it; a pane that was hidden closes again when it is left.
    """

    has_pane: ClassVar[bool] = True
    has_pages: ClassVar[bool] = False  # all of `Page`, not only the details
    has_note: ClassVar[bool] = False  # a few lines below the table while there is no pane

    def __init__(self) -> None:
        super().__init__()
        self.detail = DetailPane(command_strings.PAGES if self.has_pages else ())
        self.note = DetailLines()
        self._wants_detail: bool | None = None  # None: if there is room
        self._is_lent = False  # the pane is there only until the user leaves it
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

    # --- what the pane has

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

    async def config_of(self, row: R) -> Detail:
        """Return the sections of a row, or what would be written. Raises RolecallError."""
        raise NotImplementedError

    async def activity_of(self, row: R) -> Detail:
        """Return what the log has about a row. Raises RolecallError."""
        raise NotImplementedError

    async def activity(self, **facts: str) -> list[DetailLine]:
        """Return what the log has with these facts."""
        from rolecall.ui.screens.base.pages import activity_lines

        if self.host.gate.is_opening:
            return [DetailLine(labels.STARTING, "muted")]
        log, now = self.host.services.hand_outs, self.host.now()
        return await self.in_thread(lambda: activity_lines(log, now, **facts))

    def detail_of_none(self) -> Detail:
        """Return what the pane explains while the cursor is on no row: the place and its keys."""
        found = footer_of(self.place)
        keys = [each for each in found if self.offers(each) and self.blocked(each) is None]
        about = command_strings.about(self.place.value)
        lines = [DetailLine(about)] if about else []
        for each in keys:
            lines += [DetailLine(""), DetailLine(each.shown_keys, "accent")]
            lines.append(DetailLine(each.help, lead="  "))
        return Detail(command_strings.PLACES[self.place.value], lines)

    # --- when it is there

    def size_classes(self) -> dict[str, bool]:
        width, height = self.app.size
        has_room = width >= _BESIDE or height >= _BELOW
        wants_detail = has_room if self._wants_detail is None else self._wants_detail
        has_detail = self.has_pane and (wants_detail or self._is_lent)
        return super().size_classes() | {
            "-beside": width >= _BESIDE,
            "-detail": has_detail,
            "-in-detail": self.is_in_pane,
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

    # --- going into it

    @property
    def is_in_pane(self) -> bool:
        return self.focused is self.detail

    def on_descendant_focus(self) -> None:
        self.fit_to_size()

    def take_key(self, event: events.Key) -> bool:
        """Take the keys of the pane while it has the focus."""
        found = commands_of(Place.PANE) if self.is_in_pane else ()
        for command in found:
            if event.key in command.keys and self.offers(command):
                self._run_now(command)
                return True
        return super().take_key(event)

    async def action_table(self, move: str) -> None:
        if self.is_in_pane:
            await self.app.run_action(move, default_namespace=self.detail)
        else:
            await super().action_table(move)

    def offers(self, command: Command) -> bool:
        if command.id in {"next_tab", "previous_tab"}:
            return self.has_pages
        return super().offers(command)

    def key_hints(self) -> list[KeyHint]:
        if not self.is_in_pane:
            return super().key_hints()
        back = self.key_hint(BY_ID["leave_pane"], command_strings.TO_THE_LIST)
        return [*map(self.key_hint, filter(self.offers, footer_of(Place.PANE))), back]

    def do_details(self) -> None:
        if self.is_in_pane:
            self.set_focus(self.table)
        self._wants_detail, self._is_lent = not self.has_class("-detail"), False
        self.on_resize()

    def do_pane(self) -> None:
        if not self.has_class("-detail"):
            self._is_lent = True
            self.on_resize()
        self.set_focus(self.detail)

    def do_leave_pane(self) -> None:
        self.set_focus(self.table)
        self._is_lent = False
        self.on_resize()

    def do_copy_line(self) -> None:
        if line := self.detail.copied:
            self.copy(line, inventory_strings.ID_COPIED.format(id=line))

    def do_next_tab(self) -> None:
        self._show_tab(self.detail.tab + 1)

    def do_previous_tab(self) -> None:
        self._show_tab(self.detail.tab - 1)

    def on_detail_pane_tab_clicked(self, event: DetailPane.TabClicked) -> None:
        self._show_tab(event.tab)

    def _show_tab(self, tab: int) -> None:
        self.detail.show_tab(tab)
        self._show_detail()

    # --- showing it

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
        row, tab = self.current, self.detail.tab
        detail = self.detail_of_none() if row is None else await self._page_of(row)
        self.stop_if_closed()
        if row is self.current and tab == self.detail.tab:
            self.detail.show_detail(detail)

    async def _page_of(self, row: R) -> Detail:
        match Page(self.detail.tab):
            case Page.DETAILS:
                return await self.detail_of(row)
            case Page.CONFIG:
                return await self.config_of(row)
            case Page.ACTIVITY:
                return await self.activity_of(row)


def annotation_lines(said: Annotation | None) -> list[DetailLine]:
    if said is None:
        return []
    return [
        *section(inventory_strings.ALIAS, [said.alias] if said.alias else [], "accent"),
        *section(inventory_strings.NOTE, [said.note] if said.note else [], "text"),
        *section(inventory_strings.GROUPS, [" ".join(said.groups)] if said.groups else [], "text"),
    ]

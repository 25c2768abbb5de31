"""The picker: finds a profile by typing, or a permission set that has no profile yet."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Coroutine, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, cast

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content

from rolecall.domain.errors import RolecallError
from rolecall.domain.errors.file_errors import LocksMissing
from rolecall.domain.records import NamedTuple
from rolecall.domain.switching.variables import SwitchTarget
from rolecall.domain.text import safe
from rolecall.domain.time_left import is_signed_in
from rolecall.presentation import labels
from rolecall.presentation.paths import as_written
from rolecall.presentation.texts import inventory_strings
from rolecall.presentation.texts import switch_strings as words
from rolecall.presentation.texts.program_strings import still_waiting
from rolecall.services.switching.switching import Switching
from rolecall.ui.picker.inline_app import InlineApp
from rolecall.ui.picker.rows import PickerRow, PickerRows, unsaved_row
from rolecall.ui.rendering.styles import stylesheets
from rolecall.ui.widgets.table.virtual_table import VirtualTable
from rolecall.ui.widgets.text_line import TextLine
from rolecall.ui.widgets.wrapping import ERROR
from rolecall.ui.work import in_thread

if TYPE_CHECKING:
    from textual.widgets import Input

    from rolecall.domain.config.file_change import Change
    from rolecall.services.inventory.unsaved_roles import UnsavedRole
    from rolecall.services.services import Services

_LINES = 14  # as in picker.tcss
Planned = tuple[SwitchTarget, "Change"]  # a profile, and the change that saves it


class Picked(NamedTuple):
    """What was chosen, whether the user signed in for it, and whether its profile was written."""

    target: SwitchTarget
    signed_in: bool = False
    saved: bool = False


class PickerLine(TextLine):
    """The query before there is a field, or the keys, an error, or a question of several lines."""

    def show(self, text: str, style: str = "$muted") -> None:
        self.set_class("\n" in text, "question")
        super().show(text, style)

    def render(self) -> Content:
        text = Content.assemble(" ", super().render())
        if self.has_class("question"):
            return text
        return text.truncate(max(0, self.size.width), ellipsis=True)


class Picker(InlineApp[Picked]):
    """The result is what was chosen, or None."""

    CSS_PATH = stylesheets("parts", "picker")
    AUTO_FOCUS = ""  # the field gets the focus as soon as it is there
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,ctrl+p,ctrl+k", "move(-1)", priority=True),
        Binding("down,ctrl+n", "move(1)", priority=True),
        Binding("ctrl+j", "line_feed", priority=True),
        Binding("pageup", "page(-1)", priority=True),
        Binding("pagedown", "page(1)", priority=True),
        Binding("escape,ctrl+c,ctrl+g,ctrl+q", "leave", priority=True),
    ]

    def __init__(
        self, switching: Switching, targets: Mapping[str, SwitchTarget], query: str
    ) -> None:
        gc.disable()  # until the first paint, as in the full screen
        super().__init__(switching.settings.settings.theme)
        self._switching = switching
        self._targets = targets
        self._rows = PickerRows(switching, targets)
        self._saved_rows = self._rows.of_profiles()
        self._asking: PickerRow | None = None
        self._planned: Planned | None = None  # the profile that is shown
        self._busy = self._signed_in = False
        self._is_saving = False
        self._goes_unlocked = False  # the user is asked about a write without a lock, or has agreed
        self._services: Services | None = None
        self._query = query
        self.field: Input | None = None
        self.line = PickerLine(classes="query")
        self.hint = PickerLine()
        self.table: VirtualTable[PickerRow] = VirtualTable(
            self._rows.columns(),
            lambda row: row.key,
            placeholder=words.NOTHING_TO_PICK if targets else words.LOOKING,
        )

    def compose(self) -> ComposeResult:
        yield self.line
        yield self.table
        yield self.hint

    def on_mount(self) -> None:
        if self.size.height < _LINES:
            self.screen.styles.height = self.size.height
        self.table.set_rows(self._saved_rows)
        self._filter()
        self._show_hint()
        self.call_after_refresh(self._after_first_paint)

    def _after_first_paint(self) -> None:
        self._work(self._make_field)
        gc.freeze()
        gc.enable()
        self._work(self._show_times_left)
        self._work(self._load)

    async def _show_times_left(self) -> None:
        """Show how long the sign-ins are valid. The first paint does not wait for that."""
        await in_thread(partial(self._rows.read_times_left, self._targets.values()))
        self.table.refresh_texts()
        self.table.fit_columns()

    async def _make_field(self) -> None:
        """Replace the line that looks like a field. The first paint does not wait for the field."""
        from rolecall.ui.widgets.fields.input_field import FilterField

        field = FilterField(words.PICK, lambda _: self._query_changed(), lambda: "")
        screen = self.line.screen  # an early Enter may have shown another screen
        await screen.mount(field, before=self.line)
        self.line.display = False
        field.value, field.cursor_position = self._query, len(self._query)
        self.field = field
        if self._asking is None:
            screen.set_focus(field)

    async def _load(self) -> None:
        """Add the permission sets without a profile below the profiles."""

        def find() -> list[PickerRow]:
            from rolecall.services.inventory.unsaved_roles import target_of

            every = [(each, target_of(each)) for each in self._open_services().unsaved_roles.find()]
            self._rows.read_times_left(target for _, target in every)
            return [unsaved_row(each, target) for each, target in every]

        try:
            more = await in_thread(find)
        except RolecallError:
            more = []  # the profiles are still known
        if more:
            self.table.set_rows([*self._saved_rows, *more])
            self._show_hint()
        self.table.placeholder = words.NOTHING_TO_PICK if self.table.total else words.NOTHING_THERE

    def _open_services(self) -> Services:
        """Return the services, opened when first needed; in a thread, because that imports much."""
        if self._services is None:
            from rolecall.services.services import Services

            self._services = Services(os.environ)
        return self._services

    # --- keys

    def _query_changed(self) -> None:
        self._filter()
        self._show_hint()

    def _filter(self) -> None:
        """Filter by what was typed so far, with or without the field."""
        if self.field is not None:
            self._query = self.field.value
        self.table.query_text = self._query
        self.line.show(self._query or words.PICK, "$strong" if self._query else "$muted")

    def on_virtual_table_highlighted(self) -> None:
        self._show_hint()

    def on_virtual_table_filtered(self) -> None:
        self._show_hint()

    def on_input_submitted(self) -> None:
        row = self.table.current
        if row is None or self._busy:
            return
        if self._rows.is_production(row) and not row.unsaved:
            self._ask(row, row.name or f"{self._rows.account_of(row)} {safe(row.target.role)}")
        else:
            self._choose(row)

    def _ask(self, row: PickerRow, name: str, change: Change | None = None) -> None:
        """Ask whether production is meant, or whether the change is wanted, which is shown."""
        self._asking = row
        self.screen.set_focus(None)
        question, style = words.IS_PRODUCTION.format(name=name), "bold $production-name"
        if change is not None:
            if not self._rows.is_production(row, name):
                question = words.SAVES.format(path=as_written(change.path))
                style = "$strong"
            lines = labels.SEPARATOR.join(filter(None, change.lines_written))
            question = f"{lines}\n {question}"
        self.hint.show(question, style)

    async def on_event(self, event: events.Event) -> None:
        """Take keys that come before the field: through the screen they would come too late."""
        if isinstance(event, events.Paste) and self.field is None:
            self._query += "".join(event.text.splitlines()[:1])  # as in the field
            self._filter()
            return
        is_key = isinstance(event, events.Key) and not event.is_forwarded
        if not (is_key and self._take_early(cast("events.Key", event))):
            await super().on_event(event)

    def _take_early(self, event: events.Key) -> bool:
        """Handle a key for the field that is not there yet. Returns whether it was one."""
        if self.field is not None or self._asking is not None or self._is_signing_in:
            return False
        if event.key == "enter":
            self.on_input_submitted()
        elif event.key == "backspace":
            self._query = self._query[:-1]
            self._filter()
        elif event.is_printable and event.character is not None:
            self._query += event.character
            self._filter()
        else:
            return False
        return True

    def on_key(self, event: events.Key) -> None:
        """Answer a question: `y` is yes, and so is Enter unless it is about production."""
        if self._asking is None:
            return
        row, planned = self._asking, self._planned
        self._asking = self._planned = None
        event.stop()
        is_production = self._rows.is_production(row, planned[0].name if planned else "")
        needs_y = is_production or self._goes_unlocked
        if event.key in {"y", "Y"} or (event.key == "enter" and not needs_y):
            self._choose(row, planned)
        else:
            self._back_to_list()

    def action_line_feed(self) -> None:
        """Move down, as in fzf. Before there is a field, it is an Enter that became a line feed."""
        if self.field is None:
            self.on_input_submitted()
        else:
            self.action_move(1)

    def action_move(self, rows: int) -> None:
        if not self._is_signing_in:
            self._back_to_list()
            self.table.action_move(rows)

    def action_page(self, pages: int) -> None:
        if not self._is_signing_in:
            self._back_to_list()
            self.table.action_page(pages)

    @property
    def _is_signing_in(self) -> bool:
        return len(self.screen_stack) > 1

    async def action_leave(self) -> None:
        """Leave the sign-in or the question, or else the picker, but not while it saves."""
        if self._is_saving:
            return
        if self._is_signing_in:
            await self.run_action("screen.cancel")
        elif self._asking is not None:
            self._back_to_list()
        else:
            self.exit()

    def _back_to_list(self) -> None:
        self._asking = self._planned = None
        self._goes_unlocked = False
        self.screen.set_focus(self.field)
        self._show_hint()

    def _show_hint(self) -> None:
        if self._asking is None and not self._busy:
            count = inventory_strings.position(
                len(self.table.shown), self.table.total, *inventory_strings.ROWS_NOUN
            )
            if self.table.scattered and self.table.shown:
                count = inventory_strings.SCATTERED.format(rows=count)
            row = self.table.current
            does = words.PICK_KEYS
            if row is None:
                does = words.PICK_NOTHING
            elif row.unsaved:
                does = words.PICK_SAVES
            elif row.sign == labels.IN_USE:
                does = words.PICK_IN_USE
            self.hint.show(does.format(count=count))

    # --- what is chosen

    def _choose(self, row: PickerRow, planned: Planned | None = None) -> None:
        self._busy = True
        self._work(partial(self._finish, row, planned))

    async def _finish(self, row: PickerRow, planned: Planned | None) -> None:
        """Sign in and save a profile if necessary, and exit. The profile is shown first."""
        from rolecall.presentation.errors import ask_unlocked, explain

        try:
            if row.unsaved and planned is None:
                self._planned = await in_thread(partial(self._plan, row.unsaved))
                target, change = self._planned
                self._busy = False
                self._ask(row, safe(target.name), change)
                return
            token = await in_thread(partial(self._switching.token, row.target))
            signed_in = is_signed_in(token, datetime.now(UTC))
            if row.target.can_sign_in and not signed_in and not await self._sign_in(row):
                self._busy = False
                self._back_to_list()
                return
            self.exit(await self._save(row, planned))
        except LocksMissing as missing:
            self._busy, self._goes_unlocked = False, True
            self._asking, self._planned = row, planned
            self.screen.set_focus(None)
            self.hint.show(f"{ask_unlocked(missing)}\n {words.WRITES_ANYWAY}", "$warning")
        except RolecallError as error:
            self._busy = False
            self._back_to_list()
            self.hint.show(explain(error), ERROR)

    def _show_slow(self, operation: str, host: str, is_throttled: bool) -> None:
        """Say that it waits for another rolecall, which has the config or the cache."""
        self.hint.show(still_waiting(operation, host, is_throttled))

    def _plan(self, role: UnsavedRole) -> Planned:
        return self._open_services().unsaved_roles.plan(role)

    async def _sign_in(self, row: PickerRow) -> bool:
        from rolecall.ui.picker.inline_sign_in import sign_in_screen

        services = await in_thread(self._open_services)
        screen = await sign_in_screen(services, self._switching, row.target, words.BACK)
        self._signed_in = await self.push_screen_wait(screen)
        return self._signed_in

    async def _save(self, row: PickerRow, planned: Planned | None) -> Picked:
        if planned is None:
            return Picked(row.target, self._signed_in)
        target, change = planned
        self._is_saving = True
        try:
            commit = partial(self._open_services().profiles.commit, change)
            if self._goes_unlocked:
                from rolecall.services.base.unlocked import unlocked

                await in_thread(unlocked(commit), self._show_slow)
            else:
                await in_thread(commit, self._show_slow)
            return Picked(target, self._signed_in, saved=True)
        finally:
            self._is_saving = False

    def _work(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        self.run_worker(cast("Any", work))

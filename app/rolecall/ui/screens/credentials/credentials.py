"""`c`: the credentials of a row, and a table of all that can be copied.

They are hidden until asked for, and forgotten on close.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from textual import work
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from rolecall.domain.credentials.credential_formats import (
    FORMATS,
    PARTS,
    CannotExpress,
    Export,
    Format,
)
from rolecall.domain.errors import RolecallError
from rolecall.domain.text.wide_text import cells, pad
from rolecall.domain.time_left import Level, TimeLeft
from rolecall.presentation import labels, times
from rolecall.presentation.commands import Command, Place
from rolecall.presentation.errors import explain
from rolecall.presentation.texts import action_strings, command_strings, token_strings
from rolecall.presentation.texts import credential_strings as words
from rolecall.services.credentials.role_credentials import REFETCH_BEFORE
from rolecall.ui.rendering.styles import stylesheets
from rolecall.ui.screens.base.box import BoxScreen
from rolecall.ui.screens.base.table import TableScreen
from rolecall.ui.widgets.table.columns import Column
from rolecall.ui.widgets.table.virtual_table import VirtualTable
from rolecall.ui.widgets.text_line import TextLine
from rolecall.ui.widgets.wrapping import ERROR

_ASK_EVERY = timedelta(minutes=1)  # between attempts to replace credentials that expire soon
_ROOMY = 30  # minimum rows of the screen for a session token
_STYLES = {
    Level.FINE: "$foreground",
    Level.SOON: "$warning",
    Level.URGENT: "bold $urgent",
    Level.GONE: "$muted",
}


class CredentialsScreen(BoxScreen[None], TableScreen[Format]):
    """`names` are the title. `get` requests the credentials; it runs in a thread and may raise
    RolecallError. `note` is called with the ID of an access key when the user gets its secrets.
    """

    place = Place.CREDENTIALS
    noun = action_strings.CHOICES_NOUN
    CSS_PATH = stylesheets("box", "credentials")
    closes_when_left = True

    def __init__(
        self,
        names: Sequence[str],
        get: Callable[[], Export],
        note: Callable[[str], None],
        *,
        is_production: bool,
    ) -> None:
        super().__init__()
        self._names = names
        self._is_production = is_production
        self._get = get
        self._note = note
        self._noted: set[str] = set()
        self._exported: Export | None = None
        self._is_shown = False
        self._asked_at: datetime | None = None
        self.clock = TextLine()

    def compose(self) -> ComposeResult:
        is_production, title = self._is_production, labels.SEPARATOR.join(self._names)
        with self.box(command_strings.PLACES[self.place.value], is_production=is_production):
            yield Static(self.title_of(title, is_production=is_production), classes="title")
            yield self.clock
            yield Static(self._values(), id="values", markup=False)
            yield self.area()
        yield self.status
        yield self.key_line()

    # --- the table

    def make_table(self) -> VirtualTable[Format]:
        return VirtualTable(self.columns(), row_key=self.row_key)

    def columns(self) -> Sequence[Column[Format]]:
        return (
            Column(
                "copy",
                words.FORMAT_COLUMN,
                words.format_name,
                "strong",
                minimum=12,
                is_name=True,
            ),
            Column("what", words.WHAT_COLUMN, words.format_help, "muted"),
        )

    def row_key(self, row: Format) -> str:
        return row.name

    def rows(self) -> Sequence[Format]:
        return *FORMATS.values(), *PARTS

    def has_read_rows(self) -> bool:
        return self._exported is not None or self.has_class("-none")

    def show_position(self) -> None:
        """Show none: all rows are visible."""

    def size_classes(self) -> dict[str, bool]:
        return super().size_classes() | {"-framed": self.is_framed}

    # --- the credentials

    def on_screen_resume(self) -> None:
        """Request the credentials, also after a sign-in in the meantime."""
        super().on_screen_resume()
        if self._exported is None:
            self.clock.show(words.ASKING, "$muted")
            self.ask()

    @work(exclusive=True)
    async def ask(self) -> None:
        self._asked_at = self.host.now()
        try:
            self._exported = await self.in_thread(self._get)
        except RolecallError as error:
            if self._exported is not None:
                self.flash_error(error)
                return
            self.clock.show(explain(error), ERROR)
        self._show_values()
        if self._is_shown:
            self._note_once()
        self.show_state()

    def offers(self, command: Command) -> bool:
        """The table is hidden below long values, and if there are no credentials."""
        is_hidden = self.has_class("-none") or self.has_class("-shown", "-small")
        is_for_table = Place.TABLES in command.places and command.id != "back"
        return not (is_hidden and is_for_table) and super().offers(command)

    def show_waiting(self, text: str) -> None:
        if self._exported is None:
            self.clock.show(text, "$muted")

    def on_screen_suspend(self) -> None:
        self._hide()

    def on_resize(self) -> None:
        super().on_resize()
        self.set_class(self.size.height < _ROOMY, "-small")

    def on_unmount(self) -> None:
        self._exported = None

    def tick(self) -> None:
        super().tick()
        if self._exported is None:
            return
        end = self._exported.credentials.expires_at
        if end is None:
            is_long_lived = self._exported.credentials.session_token is None
            self.clock.show(words.LONG_LIVED if is_long_lived else words.EXPIRY_UNKNOWN)
            return
        now = self.host.now()
        remaining = TimeLeft.until(end, now)
        if end - now < REFETCH_BEFORE and self._asked_at and now - self._asked_at >= _ASK_EVERY:
            self.ask()
        sign, left = labels.LEVEL_SIGNS[remaining.level], times.time_left(remaining)
        line = left
        if remaining.level is not Level.GONE:
            line = words.EXPIRES.format(left=left, expires=token_strings.exactly(end, now))
        self.clock.show(f"{sign} {line}", _STYLES[remaining.level])

    def blocked(self, command: Command) -> str | None:
        if self._exported is None and self.place in command.places:
            return words.NOT_YET
        return super().blocked(command)

    # --- showing

    def _show_values(self) -> None:
        self.set_class(self._exported is None, "-none")
        self.set_class(self._is_shown, "-shown")
        self._key_names = {"show_values": words.HIDE_VALUES} if self._is_shown else {}
        self.query_one("#values", Static).update(self._values())

    def _values(self) -> Content:
        """Return a line for each part, also before it is known: the box keeps its height."""
        exported, lines = self._exported, list[Content]()
        names = {part: words.format_name(part) for part in PARTS}
        width = max(map(cells, names.values())) + 2
        for part, name in names.items():
            value = words.HIDDEN
            if self._is_shown and exported is not None:
                value = part.write(exported) or words.NO_TOKEN
            lines.append(Content.assemble((pad(name, width), "$muted"), value))
        return Content("\n").join(lines)

    def _hide(self) -> None:
        if self._is_shown:
            self._is_shown = False
            self._show_values()

    def do_show_values(self) -> None:
        self._is_shown = not self._is_shown
        self._show_values()
        self.refresh_keys()
        if self._is_shown:
            self._note_once()

    # --- copying

    def do_copy_credentials(self) -> None:
        form = self.current
        if self._exported is None or form is None:
            return
        name = words.format_name(form)
        try:
            text = form.write(self._exported)
        except CannotExpress:
            self.flash(words.INEXPRESSIBLE.format(name=self._names[0], format=name))
            return
        if not text:
            self.flash(f"{name}: {words.NO_TOKEN}")
            return
        self.copy(text, words.COPIED.format(what=name))
        if form.is_secret:
            self._note_once()

    def do_write_keys(self) -> None:
        if self._exported:
            self.flows.credentials.write(self._exported, self._note_once)

    def _note_once(self) -> None:
        if self._exported is None:
            return
        key_id = self._exported.credentials.access_key_id
        if key_id not in self._noted:
            self._noted.add(key_id)
            self._note(key_id)

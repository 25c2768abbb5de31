"""`c`: the credentials of a row. They are hidden until asked for, and forgotten on close."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from textual import work
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from rolecall.domain.credential_formats import CannotExpress, Export, Format
from rolecall.domain.errors import RolecallError
from rolecall.domain.time_left import Level, TimeLeft
from rolecall.domain.wide_text import cells, pad
from rolecall.presentation import credential_strings as words
from rolecall.presentation import labels, times, token_strings
from rolecall.presentation.commands import BY_ID, Command, Place
from rolecall.presentation.errors import explain
from rolecall.services.role_credentials import REFETCH_BEFORE
from rolecall.ui.screens.base.command import CommandScreen
from rolecall.ui.styles import stylesheets
from rolecall.ui.widgets.text_line import TextLine

_ASK_EVERY = timedelta(minutes=1)  # between tries to replace credentials that expire soon
_ROOMY = 30  # the rows of the screen from which a session token has room
_STYLES = {
    Level.FINE: "$foreground",
    Level.SOON: "$warning",
    Level.URGENT: "bold $error",
    Level.GONE: "$muted",
}


class CredentialsScreen(CommandScreen[None]):
    """`names` are the title. `get` requests the credentials; it runs in a thread and may raise
    RolecallError. `note` is called with the ID of an access key when the user gets its secrets.
    """

    place = Place.CREDENTIALS
    CSS_PATH = stylesheets("credentials")
    closes_when_left = True

    def __init__(
        self, names: Sequence[str], get: Callable[[], Export], note: Callable[[str], None]
    ) -> None:
        super().__init__()
        self._names = names
        self._get = get
        self._note = note
        self._noted: set[str] = set()
        self._exported: Export | None = None
        self._is_shown = False
        self._asked_at: datetime | None = None
        self.clock = TextLine()

    def compose(self) -> ComposeResult:
        yield self.header
        yield Static(self.title_of(self._names), classes="title")
        yield self.clock
        yield Static(self._copies(), id="copies")
        yield Static("", id="values", markup=False)
        yield self.status
        yield self.key_line()

    def on_mount(self) -> None:
        self.show_header()

    def on_screen_resume(self) -> None:
        """Request the credentials, also after the user has signed in meanwhile."""
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
            self.clock.show(explain(error), "bold $error")
        self._show_values()
        if self._is_shown:
            self._note_once()
        self.refresh_keys()
        self.tick()

    def show_waiting(self, text: str) -> None:
        if self._exported is None:
            self.clock.show(text, "$muted")

    def on_screen_suspend(self) -> None:
        self._hide()

    def on_resize(self) -> None:
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
        is_own = self.place in command.places and command.id != "back"
        return words.NOT_YET if is_own and self._exported is None else None

    # --- showing

    def _copies(self) -> Content:
        """Return the list of the ways to copy, with their keys."""
        lines = []
        width = max(map(cells, words.COPIES)) + 2
        for name, ids in words.COPIES.items():
            parts = [Content.assemble((pad(name, width), "$muted"))]
            for command in map(BY_ID.__getitem__, ids):
                key = command.shown_keys.rpartition(" ")[2]
                parts.append(Content.assemble((key, "bold $accent"), f" {_name(command.id)}   "))
            lines.append(Content("").join(parts))
        return Content("\n").join(lines)

    def _show_values(self) -> None:
        self.set_class(self._exported is None, "-none")
        self.set_class(self._is_shown, "-shown")
        if self._exported is None:
            return
        credentials = self._exported.credentials
        token = credentials.session_token
        rows = {
            words.KEY_ID: credentials.access_key_id,
            words.SECRET_KEY: credentials.secret_access_key.reveal(),
            words.SESSION_TOKEN: token.reveal() if token else words.NO_TOKEN,
        }
        width = max(map(cells, rows)) + 2
        lines = [
            Content.assemble(
                (pad(name, width), "$muted"), value if self._is_shown else words.HIDDEN
            )
            for name, value in rows.items()
        ]
        self.query_one("#values", Static).update(Content("\n").join(lines))

    def _hide(self) -> None:
        if self._is_shown:
            self._is_shown = False
            self._show_values()

    def do_show_values(self) -> None:
        self._is_shown = not self._is_shown
        self._show_values()
        if self._is_shown:
            self._note_once()

    # --- copying

    def _copy(self, text: str, command_id: str) -> None:
        self.copy(text, words.COPIED.format(what=_name(command_id)))

    def _copy_as(self, form: Format) -> None:
        if self._exported is None:
            return
        try:
            self._copy_secret(self._exported.text(form), f"copy_{form.value}")
        except CannotExpress:
            self.flash(words.INEXPRESSIBLE.format(name=self._names[0], format=form.value))

    def do_copy_bash(self) -> None:
        self._copy_as(Format.BASH)

    def do_copy_fish(self) -> None:
        self._copy_as(Format.FISH)

    def do_copy_powershell(self) -> None:
        self._copy_as(Format.POWERSHELL)

    def do_copy_cmd(self) -> None:
        self._copy_as(Format.CMD)

    def do_copy_nu(self) -> None:
        self._copy_as(Format.NU)

    def do_copy_tcsh(self) -> None:
        self._copy_as(Format.TCSH)

    def do_copy_dotenv(self) -> None:
        self._copy_as(Format.DOTENV)

    def do_copy_json(self) -> None:
        self._copy_as(Format.JSON)

    def do_copy_ini(self) -> None:
        self._copy_as(Format.INI)

    def do_copy_key_id(self) -> None:
        if self._exported:
            self._copy(self._exported.credentials.access_key_id, "copy_key_id")

    def do_copy_secret(self) -> None:
        if self._exported:
            secret = self._exported.credentials.secret_access_key
            self._copy_secret(secret.reveal(), "copy_secret")

    def do_copy_session_token(self) -> None:
        token = self._exported.credentials.session_token if self._exported else None
        if token:
            self._copy_secret(token.reveal(), "copy_session_token")

    def do_write_keys(self) -> None:
        if self._exported:
            self.flows.credentials.write(self._exported, self._note_once)

    def _copy_secret(self, text: str, command_id: str) -> None:
        self._copy(text, command_id)
        self._note_once()

    def _note_once(self) -> None:
        if self._exported is None:
            return
        key_id = self._exported.credentials.access_key_id
        if key_id not in self._noted:
            self._noted.add(key_id)
            self._note(key_id)


def _name(command_id: str) -> str:
    return words.BASH if command_id == "copy_bash" else BY_ID[command_id].name

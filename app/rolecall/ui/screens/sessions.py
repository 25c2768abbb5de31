"""Where a sign-in begins: the sessions that ~/.aws/config knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.widgets import Static

from rolecall.ui import strings
from rolecall.ui.commands import Command, Place
from rolecall.ui.screens.command_screen import CommandScreen, bindings
from rolecall.ui.state import label
from rolecall.ui.styles import stylesheets
from rolecall.ui.widgets.virtual_table import Column, VirtualTable

if TYPE_CHECKING:
    from rolecall.domain.model import SsoSession


class SessionsScreen(CommandScreen[None]):
    place = Place.SESSIONS
    BINDINGS = bindings(Place.SESSIONS)
    CSS_PATH = stylesheets("sessions")

    def __init__(self) -> None:
        super().__init__()
        self.table: VirtualTable[SsoSession] = VirtualTable(
            (
                Column(
                    "name", strings.SESSION, label,
                    "accent", minimum=12, maximum=36, weight=2,
                ),
                Column(
                    "start_url", strings.START_URL, lambda row: row.start_url,
                    None, minimum=20, maximum=70, weight=3,
                ),
                Column(
                    "region", strings.REGION, lambda row: row.region,
                    "muted", minimum=9, maximum=16, gives_way=1,
                ),
            ),
            row_key=lambda row: row.cache_key,
        )  # fmt: skip

    def compose(self) -> ComposeResult:
        yield self.header
        yield Static(strings.SESSIONS_TITLE, classes="title", markup=False)
        intro = strings.SESSIONS_INTRO.format(path=self.rolecall.config_path)
        yield Static(intro, classes="intro", markup=False)
        yield self.table
        yield self.status
        yield self.key_line()

    def on_mount(self) -> None:
        self.show_header()
        self.table.placeholder = strings.SESSIONS_NONE
        self.table.focus()

    def on_screen_resume(self) -> None:
        self.table.set_rows(self.rolecall.sign_in.sessions)
        if session := self.rolecall.state.session:
            self.table.move_to(session.cache_key)
        self.refresh_keys()
        self.tick()

    def blocked(self, command: Command) -> str | None:
        if command.id == "choose_session" and self.table.current is None:
            return strings.SESSIONS_NONE
        return super().blocked(command)

    async def action_table(self, move: str) -> None:
        await self.app.run_action(move, default_namespace=self.table)

    def do_choose_session(self) -> None:
        if session := self.table.current:
            self.rolecall.sign_in.begin(session)

    def do_new_session(self) -> None:
        self.rolecall.sign_in.new_session()

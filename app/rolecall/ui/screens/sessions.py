"""The sessions in ~/.aws/config: open one, sign in to it, or show all."""

from __future__ import annotations

from typing import Final

from textual.app import ComposeResult
from textual.widgets import Static

from rolecall.domain.model import SsoSession
from rolecall.domain.records import dataclass
from rolecall.presentation import labels, session_strings, sign_in_strings
from rolecall.presentation.commands import Command, Place, with_keys
from rolecall.presentation.paths import config_file
from rolecall.ui.screens.base.command import CommandScreen
from rolecall.ui.styles import stylesheets
from rolecall.ui.widgets.table.columns import LEVEL_STYLES, Column
from rolecall.ui.widgets.table.virtual_table import VirtualTable


@dataclass(frozen=True)
class SessionRow:
    """`session` is None for the row that shows all sessions."""

    session: SsoSession | None


_FOR_A_SECTION: Final = {"edit_session", "delete_session"}


class SessionsScreen(CommandScreen[None]):
    """The sessions, to sign in to one."""

    place = Place.SESSIONS
    CSS_PATH = stylesheets("sessions")

    def __init__(self) -> None:
        super().__init__()
        self.table: VirtualTable[SessionRow] = VirtualTable(
            (
                Column(
                    "name", labels.SESSION,
                    lambda row: row.session.label if row.session else session_strings.ALL_SESSIONS,
                    "accent", minimum=12, maximum=36, weight=2,
                ),
                Column(
                    "token", session_strings.TOKEN, self._token,
                    self._token_style, minimum=15, maximum=20,
                ),
                Column(
                    "start_url", labels.START_URL,
                    lambda row: row.session.start_url if row.session
                    else session_strings.ALL_SESSIONS_HINT,
                    None, minimum=20, maximum=70, weight=3,
                ),
                Column(
                    "region", labels.REGION,
                    lambda row: row.session.region if row.session else "",
                    "muted", minimum=9, maximum=16, drop_order=1,
                ),
            ),
            row_key=lambda row: row.session,
            framed=True,
        )  # fmt: skip

    def compose(self) -> ComposeResult:
        yield self.header
        yield Static(self._intro, classes="intro", markup=False)
        yield self.table
        yield self.status
        yield self.key_line()

    @property
    def _intro(self) -> str:
        return sign_in_strings.SESSIONS_INTRO.format(path=config_file())

    def on_resize(self) -> None:
        """Show what the sessions are in the title of the border, if there is one."""
        framed = self.status.is_over_border = self.table.is_framed
        self.set_class(framed, "-framed")
        self.query_one(".intro").display = not framed
        self.table.set_edges([(self._intro, "title")], [], [])

    def on_mount(self) -> None:
        self.table.placeholder = with_keys(sign_in_strings.SESSIONS_NONE)
        self.table.focus()
        self._show_sessions()
        state = self.host.state
        self.table.move_to(None if state.all_shown else state.session)

    def on_screen_resume(self) -> None:
        self.show_state()

    def show_state(self) -> None:
        if not self.is_mounted:
            return
        self.show_header()
        self._show_sessions()
        self.refresh_keys()
        self.tick()

    def _show_sessions(self) -> None:
        rows = [SessionRow(session) for session in self.host.state.sessions]
        self.table.set_rows([*rows, SessionRow(None)] if len(rows) > 1 else rows)

    def tick(self) -> None:
        super().tick()
        self.table.refresh_texts()

    def _token(self, row: SessionRow) -> str:
        return self.token_left(row.session)[0] if row.session else ""

    def _token_style(self, row: SessionRow) -> str:
        return LEVEL_STYLES[self.token_left(row.session)[1]]

    def blocked(self, command: Command) -> str | None:
        if command.id in {"choose_session", *_FOR_A_SECTION} and self.table.current is None:
            return with_keys(sign_in_strings.SESSIONS_NONE)
        if command.id in _FOR_A_SECTION and (row := self.table.current):
            if row.session is None:
                return sign_in_strings.ALL_IS_NO_SESSION
            if row.session.name is None:
                return sign_in_strings.NOT_A_SECTION.format(name=row.session.label)
        return super().blocked(command)

    async def action_table(self, move: str) -> None:
        await self.app.run_action(move, default_namespace=self.table)

    def do_choose_session(self) -> None:
        row = self.table.current
        if row is None:
            return
        if row.session is None:
            self.flows.sign_in.show_all()
        else:
            self.flows.sign_in.begin(row.session)

    def do_back(self) -> None:
        self.flows.sign_in.back()

    def do_new_session(self) -> None:
        self.flows.sign_in.new_session()

    def do_edit_session(self) -> None:
        if (row := self.table.current) and row.session:
            self.flows.session_edits.edit(row.session)

    def do_delete_session(self) -> None:
        if (row := self.table.current) and row.session:
            self.flows.session_edits.delete(row.session)

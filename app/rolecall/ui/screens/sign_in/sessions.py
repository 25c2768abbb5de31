"""The sessions in ~/.aws/config: open one, sign in to it, or show all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rolecall.domain.model import SsoSession
from rolecall.domain.records import dataclass
from rolecall.domain.time_left import Level
from rolecall.presentation import labels
from rolecall.presentation.commands import BY_ID, Command, Place, with_keys
from rolecall.presentation.paths import config_file
from rolecall.presentation.texts import (
    command_strings,
    inventory_strings,
    session_strings,
    sign_in_strings,
)
from rolecall.ui.screens.base.detail import DetailScreen
from rolecall.ui.widgets.detail_pane import Detail, section
from rolecall.ui.widgets.key_line import KeyHint
from rolecall.ui.widgets.table.columns import LEVEL_STYLES, Column


@dataclass(frozen=True)
class SessionRow:
    """`session` is None for the row that shows all sessions."""

    session: SsoSession | None


_FOR_A_SECTION: Final = {"edit_session", "delete_session"}


class SessionsScreen(DetailScreen[SessionRow]):
    place = Place.SESSIONS
    noun = inventory_strings.SESSIONS_NOUN

    def columns(self) -> Sequence[Column[SessionRow]]:
        return (
            Column(
                "name", labels.SESSION, _name, "accent",
                minimum=12, is_name=True,
            ),
            Column(
                "token", session_strings.TOKEN, self._token,
                self._token_style, minimum=15, drop_order=0, searched=False,
            ),
            Column("start_url", labels.START_URL, _start_url, minimum=20),
            Column(
                "region", labels.REGION, lambda row: row.session.region if row.session else "",
                "muted", minimum=9, drop_order=2,
            ),
        )  # fmt: skip

    def row_key(self, row: SessionRow) -> SsoSession | None:
        return row.session

    def rows(self) -> Sequence[SessionRow]:
        rows = [SessionRow(session) for session in self.host.state.sessions]
        return [*rows, SessionRow(None)] if len(rows) > 1 else rows

    def is_early(self, key: str) -> bool:
        return self.host.state.awaits_welcome or super().is_early(key)

    def placeholder(self) -> str:
        return with_keys(sign_in_strings.SESSIONS_NONE)

    def trail(self) -> tuple[str, ...]:
        return ()

    def heading(self) -> str:
        return sign_in_strings.SESSIONS_INTRO.format(path=config_file())

    async def detail_of(self, row: SessionRow) -> Detail:
        session = row.session
        if session is None:
            return Detail(_name(row), section("", [_start_url(row)], "text"))
        used = [each.name for each in self.host.state.profiles if each.is_of(session)]
        roles = [session.tenant.address] if session.tenant else []
        lines = [
            *section(labels.START_URL, [session.start_url], "text"),
            *section(labels.REGION, [session.region], "text"),
            *section(labels.ACCOUNT_ACCESS, roles, "text"),
            *section(session_strings.TOKEN, [self._token(row)], self._token_style(row)),
            *section(labels.PROFILES, used, "accent"),
            *section("", [command_strings.about(self.place.value)], "muted"),
        ]
        return Detail(session.label, lines)

    def on_mount(self) -> None:
        self.table.set_rows(self.rows())
        state = self.host.state
        self.table.move_to(None if state.all_shown else state.session)

    def tick(self) -> None:
        super().tick()
        self.table.refresh_texts()

    def _token(self, row: SessionRow) -> str:
        return self.token_left(row.session)[0] if row.session else ""

    def _token_style(self, row: SessionRow) -> str:
        return LEVEL_STYLES[self.token_left(row.session)[1]]

    def blocked(self, command: Command) -> str | None:
        row = self.current
        if not self.table.total and command.id in {"choose_session", *_FOR_A_SECTION}:
            return with_keys(sign_in_strings.SESSIONS_NONE)
        if row and command.id in _FOR_A_SECTION:
            if row.session is None:
                return sign_in_strings.ALL_IS_NO_SESSION
            if row.session.name is None:
                return sign_in_strings.NOT_A_SECTION.format(name=row.session.label)
        return super().blocked(command)

    def key_hint(self, command: Command, name: str = "") -> KeyHint:
        row = self.current if command.id == "choose_session" else None
        if row and row.session and self._needs_sign_in(row.session):
            name = BY_ID["sign_in"].name
        return super().key_hint(command, name)

    def _needs_sign_in(self, session: SsoSession) -> bool:
        expiry = self.host.state.token_expiry(session)
        if expiry is None:
            return self.host.state.expiries_read
        return not expiry.renews and expiry.level(self.host.now()) is Level.GONE

    def do_choose_session(self) -> None:
        if (row := self.current) is None:
            return
        if row.session is None:
            self.flows.sign_in.show_all()
        else:
            self.flows.sign_in.begin(row.session)

    def do_back(self) -> None:
        if self.filter_bar.query_text:
            super().do_back()
        else:
            self.flows.sign_in.back()

    def do_new_session(self) -> None:
        self.flows.sign_in.new_session()

    def do_edit_session(self) -> None:
        if (row := self.current) and row.session:
            self.flows.session_edits.edit(row.session)

    def do_delete_session(self) -> None:
        if (row := self.current) and row.session:
            self.flows.session_edits.delete(row.session)


def _name(row: SessionRow) -> str:
    return row.session.label if row.session else session_strings.ALL_SESSIONS


def _start_url(row: SessionRow) -> str:
    return row.session.start_url if row.session else session_strings.ALL_SESSIONS_HINT

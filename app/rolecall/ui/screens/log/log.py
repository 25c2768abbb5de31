"""`5`: what was handed out on this machine, the newest first."""

from __future__ import annotations

from collections.abc import Sequence

from textual import work

from rolecall.domain.errors import RolecallError
from rolecall.domain.log.hand_out import HandOut
from rolecall.domain.text import safe
from rolecall.presentation import labels
from rolecall.presentation.commands import Command, Place
from rolecall.presentation.errors import explain
from rolecall.presentation.texts import log_strings
from rolecall.ui.screens.base import columns
from rolecall.ui.screens.base.detail import DetailScreen
from rolecall.ui.widgets.table.awaiting_table import AwaitingTable
from rolecall.ui.widgets.table.columns import Column


class LogScreen(DetailScreen[HandOut]):
    place = Place.LOG
    noun = log_strings.ENTRIES_NOUN

    def __init__(self) -> None:
        super().__init__()
        self._entries: Sequence[HandOut] | None = None  # None: not read yet
        self._problem = ""

    def make_table(self) -> AwaitingTable[HandOut]:
        return AwaitingTable(self.columns(), row_key=self.row_key, framed=True)

    def columns(self) -> Sequence[Column[HandOut]]:
        return (
            Column("time", log_strings.WHEN, log_strings.shown_time, "muted", 19),
            Column("kind", labels.WHAT, lambda row: safe(row.kind), None, 7),
            columns.profile(lambda row: safe(row.profile), is_name=True),
            columns.account(
                lambda row: safe(row.account),
                lambda row: self.production_badge(row.account_id, row.profile, row.account),
            ),
            columns.account_id(lambda row: safe(row.account_id), drop_order=4),
            Column("role", labels.ROLE, lambda row: safe(row.role), None, 14, drop_order=2),
            Column(
                "command", log_strings.COMMAND, log_strings.command_without_values,
                None, minimum=10, drop_order=3,
            ),
            Column(
                "reason", log_strings.REASON, lambda row: safe(row.reason),
                None, minimum=10, drop_order=6,
            ),
            Column(
                "key", log_strings.ACCESS_KEY_ID, lambda row: safe(row.access_key_id),
                "muted", minimum=20, drop_order=5,
            ),
        )  # fmt: skip

    def row_key(self, row: HandOut) -> HandOut:
        return row

    def rows(self) -> Sequence[HandOut]:
        return self._entries or ()

    def has_read_rows(self) -> bool:
        return self._entries is not None

    def placeholder(self) -> str:
        return self._problem if self.has_read_rows() else ""

    def count_text(self) -> str:
        return super().count_text() if self.has_read_rows() else ""

    def on_screen_resume(self) -> None:
        self.do_refresh_all()

    def do_refresh_all(self) -> None:
        if not self.host.gate.is_opening:
            self._read()

    @work(exclusive=True)
    async def _read(self) -> None:
        log = self.host.services.hand_outs

        def read() -> tuple[list[HandOut], str]:
            problem = log.problem()
            said = log_strings.problem(problem) if problem else log_strings.EMPTY
            return log.found(())[::-1], said if log.is_on else log_strings.OFF

        try:
            self._entries, self._problem = await self.in_thread(read)
        except RolecallError as error:
            self._entries, self._problem = (), explain(error)
        self.show_state()

    def blocked(self, command: Command) -> str | None:
        if reason := super().blocked(command):
            return reason
        if command.id == "go_to_profile" and (row := self.current) and not self._has_profile(row):
            return log_strings.NO_SUCH_PROFILE.format(name=safe(row.profile))
        return None

    def _has_profile(self, row: HandOut) -> bool:
        return any(each.name == safe(row.profile) for each in self.host.state.profiles)

    def do_go_to_profile(self) -> None:
        if row := self.current:
            self.flows.profiles.show(safe(row.profile))

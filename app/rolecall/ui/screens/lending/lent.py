"""The programs that run with a role that they were lent."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rolecall.domain.lending.lent import LentRow, LoanState, rows_of
from rolecall.domain.text import safe
from rolecall.domain.time_left import TimeLeft
from rolecall.presentation import labels
from rolecall.presentation.commands import Command, Place
from rolecall.presentation.texts import lending_strings, log_strings
from rolecall.ui.screens.base import columns
from rolecall.ui.screens.base.detail import DetailScreen
from rolecall.ui.widgets.table.columns import LEVEL_STYLES, Column


class LentScreen(DetailScreen[LentRow]):
    place = Place.LENT
    noun = lending_strings.LENDS_NOUN

    def columns(self) -> Sequence[Column[LentRow]]:
        return (
            Column(
                "program", lending_strings.PROGRAM, _text("program"),
                "strong", minimum=12, is_name=True,
            ),
            Column("status", lending_strings.STATUS, self._status, self._status_style, 10, 0),
            columns.profile(_text("profile")),
            Column(
                "left", labels.TIME_LEFT, self._left,
                self._left_style, minimum=8, align="right", is_live=True, searched=False,
                sort_key=lambda row: row.loan.lent.until,
            ),
            Column(
                "rights", log_strings.RIGHTS, lambda row: lending_strings.rights(row.loan),
                None, minimum=12, drop_order=2,
            ),
            columns.account(_text("account"), _badge, drop_order=1),
            columns.account_id(_text("account_id")),
            Column("role", labels.ROLE, _text("role"), None, minimum=14, drop_order=4),
            Column(
                "calls", lending_strings.CALLS, lambda row: str(row.loan.use.calls),
                "muted", minimum=5, drop_order=4, align="right", is_live=True, searched=False,
                sort_key=lambda row: row.loan.use.calls,
            ),
            Column(
                "used", lending_strings.LAST_USE, self._last_use,
                "muted", minimum=12, drop_order=4, is_live=True, searched=False,
            ),
            Column("reason", log_strings.REASON, _text("reason"), None, 10, drop_order=6),
            Column("folder", lending_strings.FOLDER, _text("folder"), "muted", 12, drop_order=7),
            Column("pid", lending_strings.PROCESS, _text("pid"), "muted", 6, drop_order=7),
            Column("id", lending_strings.LEND_ID, _text("id"), "muted", 8, drop_order=7),
        )  # fmt: skip

    def row_key(self, row: LentRow) -> str:
        return row.loan.lent.id

    def rows(self) -> Sequence[LentRow]:
        return rows_of(self.host.state.loans or (), self.host.now())

    def has_read_rows(self) -> bool:
        return self.host.state.loans is not None

    def placeholder(self) -> str:
        return lending_strings.NOTHING_LENT if self.has_read_rows() else ""

    def tick(self) -> None:
        """Show the time left. What is over by now has no row."""
        super().tick()
        if self.is_mounted and self.table.shown:
            self.table.set_rows(self.rows())

    def _left(self, row: LentRow) -> str:
        return lending_strings.left(row.loan, self.host.now())

    def _last_use(self, row: LentRow) -> str:
        return lending_strings.last_use(row.loan, self.host.now())

    def _status(self, row: LentRow) -> str:
        return lending_strings.status(row, self.host.now())

    def _status_style(self, row: LentRow) -> str:
        if row.waiting:
            return "warn"
        return "good" if row.loan.state(self.host.now()) is LoanState.RUNS else "muted"

    def _left_style(self, row: LentRow) -> str | None:
        if (until := row.loan.until) is None:
            return None
        return LEVEL_STYLES[TimeLeft.until(until, self.host.now()).level]

    def blocked(self, command: Command) -> str | None:
        row = self.current
        if command.id == "answer" and row is not None and not row.waiting:
            return lending_strings.ASKS_NOTHING
        return super().blocked(command)

    def do_answer(self) -> None:
        if (row := self.current) and row.waiting:
            self.flows.lends.answer(row.waiting[0])

    def do_take_back(self) -> None:
        if row := self.current:
            self.flows.lends.take_back(row.loan)


def _text(name: str) -> Callable[[LentRow], str]:
    return lambda row: safe(str(getattr(row.loan.lent, name)))


def _badge(row: LentRow) -> str:
    return labels.PRODUCTION if row.loan.lent.production else ""

"""A command that runs with many roles: how far each row is, and its last line."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from typing import Final

from rich.cells import cell_len

from rolecall.domain.text import safe
from rolecall.domain.text.program_output import plain_line
from rolecall.presentation import labels
from rolecall.presentation.commands import Command, Place
from rolecall.presentation.texts import run_strings
from rolecall.services.runs.board import RunBoard, RunState, Stage
from rolecall.services.runs.kept_output import Line
from rolecall.services.runs.run_events import Outcome
from rolecall.ui.screens.base import columns
from rolecall.ui.screens.base.detail import DetailScreen
from rolecall.ui.screens.runs.run_output import LiveScreen, RunOutputScreen
from rolecall.ui.widgets.detail_pane import Detail, DetailLine, section
from rolecall.ui.widgets.table.columns import Column, fit_text

_SIGNS: Final = {
    Stage.WAITING: ("…", "muted"),
    Stage.RUNNING: ("●", "accent"),
    Stage.STOPPING: ("●", "warn"),
    Stage.SUCCEEDED: ("✓", "good"),
    Stage.FAILED: ("✗", "bad"),
    Stage.STOPPED: ("✗", "warn"),
    Stage.SKIPPED: ("·", "muted"),
}
_EDGE_CELLS: Final = 12  # around the command and the counts in the edge of the border
_ORDER: Final = list(Stage)


class RunsScreen(LiveScreen, DetailScreen[RunState]):
    """The runs of the board begin when it opens, and end when it closes."""

    place = Place.RUNS
    for_all_rows = frozenset({"run_again"})
    noun = run_strings.ROWS_NOUN

    def __init__(self, board: RunBoard) -> None:
        super().__init__(board)
        self._command = safe(shlex.join(board.command))

    def columns(self) -> Sequence[Column[RunState]]:
        return (
            columns.sign(lambda row: _SIGNS[row.stage][0], _style),
            Column(
                "name", labels.ROLE, lambda row: row.row.name,
                "strong", minimum=14, badge=self._badge, is_name=True,
            ),
            Column(
                "status", run_strings.STATUS_COLUMN, run_strings.status,
                _style, minimum=11, drop_order=0, sort_key=lambda row: _ORDER.index(row.stage),
            ),
            Column(
                "time", run_strings.TIME_COLUMN, self._time,
                "muted", minimum=6, align="right", drop_order=2, is_live=True, searched=False,
                sort_key=lambda row: self.board.seconds(row) or 0.0,
            ),
            Column(
                "last", run_strings.LAST_LINE, self._last_line,
                lambda row: "bad" if _error_of(row) else None, minimum=16,
                is_live=True,
            ),
        )  # fmt: skip

    async def detail_of(self, row: RunState) -> Detail:
        output = self.board.output
        sign, style = _SIGNS[row.stage]
        status = labels.SEPARATOR.join(filter(None, (run_strings.status(row), self._time(row))))
        facts = [row.row.account, row.row.account_id, row.row.permission_set]
        found = [DetailLine(f"{sign} {status}", style)]
        found += section("", [*filter(None, facts)], "muted")
        if error := _error_of(row):
            found += section("", [error], "bad")
        room = max(0, self.detail.inner.height - len(found) - 2)

        def read() -> list[Line]:
            count = output.count(row.index)
            return output.lines(row.index, count - room, count)

        width = self.detail.inner.width - 4
        written = [plain_line(line.beginning(width)) for line in await self.in_thread(read)]
        found += section(run_strings.OUTPUT, written, "text")
        return Detail(row.row.name, found, self._badge(row))

    def _badge(self, row: RunState) -> str:
        return labels.PRODUCTION if row.is_production else ""

    def _time(self, row: RunState) -> str:
        seconds = self.board.seconds(row)
        return "" if seconds is None else run_strings.seconds(seconds)

    def _last_line(self, row: RunState) -> str:
        return _error_of(row) or self.board.output.last_line(row.index)

    def row_key(self, row: RunState) -> int:
        return row.index

    def rows(self) -> Sequence[RunState]:
        return self.board.states

    def heading(self) -> str:
        """Return the command, cut so that there is room for the counts."""
        heading = labels.SEPARATOR.join((run_strings.STEP, self._command))
        room = self.table.size.width - cell_len(self.count_text()) - _EDGE_CELLS
        return heading if cell_len(heading) <= room else fit_text(heading, max(room, 0)).text

    def count_text(self) -> str:
        return run_strings.counts(self.board.counts)

    def foot_text(self) -> str:
        """Return why the row has failed: the table may have no room for all of it."""
        row = self.current
        return (_error_of(row) if row else "") or super().foot_text()

    # --- running

    def on_mount(self) -> None:
        self._start()

    def on_unmount(self) -> None:
        self.board.stop_all()

    @property
    def runs_programs(self) -> bool:
        return self.board.is_under_way

    def _start(self) -> None:
        self.flows.runs.run(self.board, self._show_ended)
        self.follow()

    def _show_ended(self) -> None:
        """Say that everything has ended, also on another screen."""
        if not self.is_open:
            return
        counts = self.board.counts
        text = run_strings.ENDED.format(counts=run_strings.counts(counts))
        failed = counts.total() - counts[Stage.SUCCEEDED]
        (self.host.flash_warning if failed else self.host.flash)(text)
        self.show_state()

    def tick(self) -> None:
        super().tick()
        if self.board.is_under_way:
            self.table.refresh_texts()

    # --- commands

    def blocked(self, command: Command) -> str | None:
        if command.id == "run_again" and not any(map(self.board.is_failed, self.board.states)):
            return run_strings.NONE_FAILED
        if command.id == "stop_run" and (row := self.current) and not row.is_under_way:
            return run_strings.HAS_ENDED
        return super().blocked(command)

    def do_show_output(self) -> None:
        if row := self.current:
            self.app.push_screen(RunOutputScreen(self.board, row))

    def do_stop_run(self) -> None:
        if row := self.current:
            self.board.stop(row)
            self.show_state()

    def do_run_again(self) -> None:
        if self.board.run_again():
            self._start()
        self.follow()
        self.show_state()

    def do_back(self) -> None:
        if self.board.is_under_way and not self.filter_bar.query_text:
            self.flows.runs.ask_to_stop(self.board)
        else:
            super().do_back()


def _style(row: RunState) -> str:
    return _SIGNS[row.stage][1]


def _error_of(row: RunState) -> str:
    """Return why no program has run, or ""."""
    ended = row.ended
    is_error = ended is not None and ended.outcome is Outcome.NOT_RUN
    return run_strings.failure(ended) if ended is not None and is_error else ""

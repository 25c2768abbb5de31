"""A command with many roles: what to run, the question about production, and the runs."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from rolecall.domain.errors import RolecallError
from rolecall.domain.errors.run_errors import NoRun
from rolecall.domain.process.command_line import words_of
from rolecall.domain.text import original, safe
from rolecall.presentation.commands import with_keys
from rolecall.presentation.texts import inventory_strings, run_strings
from rolecall.ui.flows.dialogs import Flow, confirmed, in_background, leave
from rolecall.ui.screens.modes import screens_in
from rolecall.ui.work import WorkGroup, in_thread

if TYPE_CHECKING:
    from rolecall.domain.model import Profile
    from rolecall.services.runs.board import RunBoard
    from rolecall.services.runs.run_events import RunRow
    from rolecall.services.runs.run_rows import RunsService
    from rolecall.ui.state.host import Host
    from rolecall.ui.state.rows import AssignmentRow


class RunsFlow(Flow):
    def __init__(self, host: Host) -> None:
        super().__init__(host)
        self._last: RunBoard | None = None
        self._boards: list[RunBoard] = []  # with rows that run

    @property
    def under_way(self) -> tuple[int, int] | None:
        """How many rows have ended, of how many; None if nothing runs."""
        states = [state for board in self._boards for state in board.states]
        return (sum(not each.is_under_way for each in states), len(states)) if states else None

    @property
    def _service(self) -> RunsService:
        return self._host.services.runs

    def with_roles(self, rows: Sequence[AssignmentRow], unlisted: int = 0) -> None:
        """Ask for a command, and run it with these permission sets, without `unlisted` accounts."""
        roles = [(row.session, row.assignment) for row in rows]
        self._ask(lambda: self._service.of_roles(roles), unlisted)

    def show(self) -> None:
        """Show the last command that ran with many rows, there or, if closed, here. If there is
        none, ask for a command for what an earlier rolecall has not done.
        """
        from rolecall.ui.screens.runs.runs import RunsScreen

        host = self._host
        for mode in host.MODES:
            if any(isinstance(each, RunsScreen) for each in screens_in(host, mode)):
                if mode != host.current_mode:
                    leave(host)
                    host.switch_mode(mode)
                return
        if self._last is None:
            self._resume()
        else:
            host.push_screen(RunsScreen(self._last))

    def with_profiles(self, profiles: Sequence[Profile]) -> None:
        """Ask for a command, and run it with these profiles."""
        names = [original(profile.name) for profile in profiles]
        self._ask(lambda: self._service.of_profiles(names))

    @in_background()
    async def run(self, board: RunBoard, ended: Callable[[], None]) -> None:
        """Run what is waiting. `ended` is called when everything has ended."""
        self._boards.append(board)
        try:
            await in_thread(board.run)
        finally:
            self._boards.remove(board)
        if board.record_problem is not None:
            self._host.flash_error(board.record_problem)
        ended()

    def ask_to_stop(self, board: RunBoard) -> None:
        """Stop everything after a confirmation. Programs that are already stopping are killed."""
        if board.is_stopping:
            board.kill_all()
            self._host.flash(run_strings.KILLED)
        else:
            self._ask_to_stop(board)

    @in_background(WorkGroup.RUN, opens=True)
    async def _ask(self, get_rows: Callable[[], list[RunRow]], unlisted: int = 0) -> None:
        rows = await in_thread(get_rows)
        if rows:
            notice = inventory_strings.LEFT_OUT(unlisted) if unlisted else ""
            await self._run_with(rows, notice)
        else:
            self._host.flash_warning(inventory_strings.why_no_sets(unlisted), asked=True)

    @in_background(WorkGroup.RUN, opens=True)
    async def _resume(self) -> None:
        """Ask for a command for what is not done of the last run, which another rolecall began."""
        try:
            last = await in_thread(self._service.unfinished)
        except NoRun:
            self._host.flash(with_keys(run_strings.NO_RUN))
            return
        if last.rows:
            notice = run_strings.resumes(last.began_at, len(last.rows), last.total)
            await self._run_with(last.rows, notice)
        else:
            self._host.flash(run_strings.ALL_DONE)

    async def _run_with(self, rows: list[RunRow], notice: str) -> None:
        """Ask for a command, and run it with the rows."""
        from rolecall.ui.screens.runs.run_command import RunCommandScreen
        from rolecall.ui.screens.runs.runs import RunsScreen

        is_production = self._host.state.production.is_production

        def read() -> tuple[list[RunRow], list[str]]:
            found = [row for row in rows if is_production(row.account_id, *row.names)]
            return found, self._earlier()

        production, earlier = await in_thread(read)
        form = partial(
            RunCommandScreen, rows, earlier, is_production=bool(production), notice=notice
        )
        line = await self._host.ask(form())
        while line and production and not await self._may_run(line, rows, production):
            line = await self._host.ask(form(line))
        if not line:
            return
        await in_thread(partial(self._note, line))
        board = self._service.board(rows, words_of(line), self._host.state.production)
        self._host.require_asker()
        self._last = board
        await self._host.push_screen(RunsScreen(board))

    async def _may_run(
        self, line: str, rows: Sequence[RunRow], production: Sequence[RunRow]
    ) -> bool:
        """Ask about the production rows, with their names."""
        return await confirmed(
            self._host,
            run_strings.RUN,
            run_strings.RUN_IN_PRODUCTION(len(production)),
            "\n".join(row.name for row in production),
            intro=run_strings.WHAT_RUNS(len(rows), command=safe(shlex.join(words_of(line)))),
            is_production=True,
        )

    def _earlier(self) -> list[str]:
        """Return the earlier lines that can be shown unchanged; none if they cannot be read."""
        try:
            return [line for line in self._service.history.read() if safe(line) == line]
        except RolecallError:
            return []

    def _note(self, line: str) -> None:
        try:
            self._service.history.add(line)
        except RolecallError as error:
            self._host.call_later(self._host.flash_error, error)

    @in_background(WorkGroup.STOP, opens=True)
    async def _ask_to_stop(self, board: RunBoard) -> None:
        left = sum(state.is_under_way for state in board.states)
        intro = run_strings.NOT_ENDED(left)
        if await confirmed(self._host, run_strings.STOP, run_strings.STOP_TITLE, "", intro=intro):
            board.stop_all()
            if board.is_under_way:
                self._host.flash(run_strings.ALL_STOPPING)

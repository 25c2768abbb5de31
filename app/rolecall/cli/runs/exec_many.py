"""`rolecall exec --all`, and with several profiles: a command with many roles."""

from __future__ import annotations

import os
import shlex
import sys
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from rolecall.cli.inventory.inventory_query import roles_matching
from rolecall.cli.inventory.list_output import echo_nothing_matches
from rolecall.cli.runs.run_output import JsonOutput, LineOutput, RunOutputs, progress_bar
from rolecall.cli.support import signals
from rolecall.cli.support.confirm import is_terminal, typed_yes
from rolecall.cli.support.errors import (
    CANCELLED,
    INCOMPLETE,
    echo_error,
    error_text,
    exit_on_error,
)
from rolecall.cli.support.output import echo, echo_notice, write
from rolecall.cli.support.settings import say_why
from rolecall.domain.records import NamedTuple
from rolecall.domain.text import safe
from rolecall.presentation.texts import inventory_strings, run_strings
from rolecall.services.runs.run_events import (
    Outcome,
    Result,
    RunEnded,
    RunEvent,
    RunRow,
    RunStarted,
)
from rolecall.services.runs.runs import Runs
from rolecall.services.services import Services
from rolecall.services.switching.switching import Switching
from rolecall.terminal.ending_signals import ENDING

if TYPE_CHECKING:
    from rolecall.domain.lending.narrowing import Narrowing
    from rolecall.services.lending.asked import Asked

_MOST_NAMED: Final = 10  # rows that are named for each reason of a failure


class Request(NamedTuple):
    """The options and arguments. `words` is None if `profiles` are named, or if it resumes."""

    command: tuple[str, ...]
    profiles: tuple[str, ...]
    words: tuple[str, ...] | None
    jobs: int | None
    fail_fast: bool
    as_json: bool
    sso_session: str | None
    refresh: bool
    asked: Asked | None
    reason: str
    resume: bool
    yes: bool


def exec_many(request: Request) -> int:
    """Run the command with all rows. Returns the exit status."""
    narrowing = None
    with exit_on_error():
        services = Services(os.environ, on_problem=echo_error)
        if request.asked:
            from rolecall.services.lending.asked import narrowing_of  # late: few narrow

            presets = services.settings.settings.presets
            narrowing = narrowing_of(request.asked, request.reason, presets)
        rows, is_complete = _rows(services, request, narrowing)
        if not rows:
            return _echo_nothing(request, is_complete=is_complete)
        if not request.yes and not _may_run(services, rows, request.command):
            return CANCELLED
    runs = services.runs.runs(
        rows,
        request.command,
        jobs=request.jobs,
        fail_fast=request.fail_fast,
        reason=request.reason,
        narrowing=narrowing,
    )
    report = _Report(rows)
    interrupts = _Interrupts(runs)
    try:
        _run(runs, report, as_json=request.as_json)
    finally:
        report.echo()
        if runs.record_problem is not None:
            echo_error(runs.record_problem)
    if interrupts.first is not None:
        return 128 + interrupts.first
    if report.is_done:
        return 0 if is_complete else INCOMPLETE
    return 1


def _run(runs: Runs, report: _Report, *, as_json: bool) -> None:
    with progress_bar(len(runs.rows)) as progress:
        output: RunOutputs | None
        output = JsonOutput(runs.rows) if as_json else LineOutput(runs.rows, progress)

        def on_event(event: RunEvent) -> None:
            nonlocal output
            report.add(event)
            try:
                if output is not None:
                    output.add(event)
            except BaseException:
                output = None  # the rows that end after that are reported only
                raise
            if progress and isinstance(event, RunEnded):
                progress.show(report.ended, report.failed)

        runs.run(on_event)


class _Interrupts:
    """The first signal stops all rows, and the second kills them, so that each still has a result.
    A third one ends a write that waits for its reader.
    """

    def __init__(self, runs: Runs) -> None:
        self.first: int | None = None
        self._runs = runs
        self._count = 0
        for number in ENDING:
            signals.handle(number, self._take)

    def _take(self, number: int, _: object) -> None:
        self._count += 1
        self.first = self.first or number
        self._runs.interrupt()
        if self._count > 2:
            sys.exit(128 + self.first)


class _Report:
    """What has become of each row, and why some are not done."""

    def __init__(self, rows: Sequence[RunRow]) -> None:
        self._rows = rows
        self._left = dict.fromkeys(range(len(rows)), Outcome.SKIPPED)
        self._reasons: dict[str, list[str]] = defaultdict(list)
        self._results: Counter[Result] = Counter()

    @property
    def ended(self) -> int:
        return self._results.total()

    @property
    def failed(self) -> int:
        return self._results[Result.FAILED]

    @property
    def is_done(self) -> bool:
        return self._results[Result.DONE] == len(self._rows)

    def add(self, event: RunEvent) -> None:
        if isinstance(event, RunStarted):
            self._left[event.row] = Outcome.STOPPED
        elif isinstance(event, RunEnded):
            self._left.pop(event.row, None)
            self._results[event.result] += 1
            if not event.is_success:
                reason = run_strings.failure(event, error_text)
                self._reasons[reason].append(self._rows[event.row].name)

    def echo(self) -> None:
        """Print to standard error the rows that are not done, the first of each reason by name."""
        for row, outcome in [*self._left.items()]:
            self.add(RunEnded(row, outcome))
        for reason, names in self._reasons.items():
            for name in names[:_MOST_NAMED]:
                echo_notice(f"{safe(name)}: {reason}")
            if (more := len(names) - _MOST_NAMED) > 0:
                echo_notice(run_strings.MORE(more, reason=reason))
        if not self.is_done and len(self._rows) > 1:
            echo_notice(run_strings.summary(self._results))


def _rows(
    services: Services, request: Request, narrowing: Narrowing | None
) -> tuple[list[RunRow], bool]:
    """Return the rows, and whether nothing is missing. Raises RolecallError and UsageError."""
    if request.resume:
        last = services.runs.unfinished(narrowing)
        if last.rows:
            echo_notice(run_strings.resumes(last.began_at, len(last.rows), last.total))
        return last.rows, True
    if request.words is None:
        return services.runs.of_profiles(request.profiles), True
    roles, is_complete = roles_matching(
        services, request.words, request.sso_session, os.environ, refresh=request.refresh
    )
    return services.runs.of_roles(roles), is_complete


def _echo_nothing(request: Request, *, is_complete: bool) -> int:
    """Say why nothing runs. Returns the exit status."""
    if request.resume:
        echo_notice(run_strings.ALL_DONE)
        return 0
    words = request.words or ()
    echo_nothing_matches(words, inventory_strings.NOTHING_MEANT, is_complete=is_complete)
    return 1 if is_complete else INCOMPLETE


def _may_run(services: Services, rows: Sequence[RunRow], command: Sequence[str]) -> bool:
    """Ask on the terminal if some rows are production."""
    if not is_terminal():
        return True
    is_production = Switching(os.environ).production_of_many().is_production
    production = [row for row in rows if is_production(row.account_id, *row.names)]
    if not production:
        return True
    settings = services.settings
    say_why(str(settings.file.path), settings.last.production_problem)
    echo(run_strings.WHAT_RUNS(len(rows), command=safe(shlex.join(command))), err=True)
    echo(run_strings.PRODUCTION(len(production)), err=True)
    for row in production:
        echo(f"  {safe(row.name)}", err=True)
    write(f"{run_strings.CONFIRM} ", err=True)
    return typed_yes()

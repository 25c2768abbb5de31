"""`rolecall exec --all`, and with several profiles: a command with many roles."""

from __future__ import annotations

import os
import shlex
import signal
import sys
from collections import defaultdict
from collections.abc import Sequence
from typing import Final, NamedTuple, NoReturn

from rolecall.cli.support import signals
from rolecall.cli.support.confirm import is_terminal, typed_yes
from rolecall.cli.support.errors import (
    CANCELLED,
    INCOMPLETE,
    echo_error,
    error_text,
    exit_on_error,
)
from rolecall.cli.support.inventory_query import roles_matching
from rolecall.cli.support.list_output import echo_nothing_matches
from rolecall.cli.support.output import echo, write
from rolecall.cli.support.run_output import JsonOutput, LineOutput, RunOutputs, progress_bar
from rolecall.cli.support.settings import say_why
from rolecall.domain.text import safe
from rolecall.presentation.texts import inventory_strings, run_strings
from rolecall.services.runs.run_events import Outcome, RunEnded, RunEvent, RunRow
from rolecall.services.services import Services
from rolecall.services.switching.switching import Switching
from rolecall.terminal.ending_signals import ENDING

_MOST_NAMED: Final = 10  # rows that are named for each reason of a failure


class Request(NamedTuple):
    """The options and arguments. `words` is None if `profiles` are named."""

    command: tuple[str, ...]
    profiles: tuple[str, ...]
    words: tuple[str, ...] | None
    jobs: int | None
    fail_fast: bool
    as_json: bool
    sso_session: str | None
    refresh: bool
    reason: str
    yes: bool


def exec_many(request: Request) -> int:
    """Run the command with all rows. Returns the exit status."""
    with exit_on_error():
        services = Services(os.environ, on_problem=echo_error)
        rows, is_complete = _rows(services, request)
        if not rows:
            echo_nothing_matches(
                request.words or (), inventory_strings.NOTHING_MEANT, is_complete=is_complete
            )
            return 1 if is_complete else INCOMPLETE
        if not request.yes and not _may_run(services, rows, request.command):
            return CANCELLED
    for number in ENDING:
        if number != signal.SIGINT:  # Ctrl+C is an exception already
            signals.handle(number, _exit)
    runs = services.runs.runs(
        rows,
        request.command,
        jobs=request.jobs,
        fail_fast=request.fail_fast,
        reason=request.reason,
    )
    report = _Report(rows)
    with progress_bar(len(rows)) as progress:
        lines = LineOutput(rows, progress)
        output: RunOutputs = JsonOutput(rows) if request.as_json else lines

        def on_event(event: RunEvent) -> None:
            output.add(event)
            if isinstance(event, RunEnded):
                report.add(event)
                if progress:
                    progress.show(report.done, report.failed)

        runs.run(on_event)
    report.echo()
    if report.failed:
        return 1
    return 0 if is_complete else INCOMPLETE


class _Report:
    """What has ended, and the reasons of the failures."""

    def __init__(self, rows: Sequence[RunRow]) -> None:
        self._rows = rows
        self._reasons: dict[str, list[str]] = defaultdict(list)
        self.done = self.failed = self.skipped = 0

    def add(self, ended: RunEnded) -> None:
        self.done += 1
        if ended.outcome is Outcome.SKIPPED:
            self.skipped += 1
        elif not ended.is_success:
            self.failed += 1
            self._reasons[run_strings.failure(ended, error_text)].append(self._rows[ended.row].name)

    def echo(self) -> None:
        """Print the failures to standard error, the first of each reason by name."""
        for reason, names in self._reasons.items():
            for name in names[:_MOST_NAMED]:
                echo(f"{safe(name)}: {reason}", err=True)
            if (more := len(names) - _MOST_NAMED) > 0:
                echo(run_strings.MORE(more, reason=reason), err=True)
        if self.failed and self.done > 1:
            succeeded = self.done - self.failed - self.skipped
            echo(run_strings.summary(succeeded, self.failed, self.skipped), err=True)


def _rows(services: Services, request: Request) -> tuple[list[RunRow], bool]:
    """Return the rows, and whether nothing is missing. Raises RolecallError and UsageError."""
    if request.words is None:
        return services.runs.of_profiles(request.profiles), True
    roles, is_complete = roles_matching(
        services, request.words, request.sso_session, os.environ, refresh=request.refresh
    )
    return services.runs.of_roles(roles), is_complete


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


def _exit(number: int, _: object) -> NoReturn:
    sys.exit(128 + number)

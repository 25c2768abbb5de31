"""Texts about a command that runs with many roles."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from rolecall.domain.errors import RolecallError
from rolecall.presentation.errors import explain
from rolecall.presentation.translation import Counted, _, pgettext
from rolecall.services.runs.board import RunState, Stage
from rolecall.services.runs.run_events import Outcome, Result, RunEnded

ALL_OR_PROFILES: Final = _("Use either --all or --profile.")
ONLY_WITH_ALL: Final = _("--sso-session and --refresh work only with --all.")
NO_COMMAND: Final = _("Add the command after --, such as: rolecall exec --all prod -- aws s3 ls")
PINNED_ALONE: Final = _(
    "“.” is one role, and its command runs alone: rolecall exec . -- COMMAND. Name the profile to use it with others or with --jobs, --fail-fast or --output."
)
RESUME_ALONE: Final = _("--resume takes the rows of the last run. Do not name other rows.")
ALL_DONE: Final = _("All rows of the last run are done.")
CONFIRM: Final = _("Run it? [y/N]:")
STATUS: Final = _("exit status {status}")
STOPPED: Final = _("stopped")
SKIPPED: Final = _("not started")
# --- in the full screen
STEP: Final = _("Run")
COMMAND: Final = _("Command")
COMMAND_HINT: Final = _("aws sts get-caller-identity")
HELP: Final = _("It runs without a shell and without a terminal. ↑ shows earlier commands.")
NO_SHELL: Final = _(
    "No shell runs here, so the command gets {sign} as it is. To use one: sh -c '…'"
)
NOT_CLOSED: Final = _("A quote is not closed.")
EMPTY: Final = _("Type a command.")
ROWS_NOUN: Final = Counted("{count:,} row", "{count:,} rows")
STATUS_COLUMN: Final = _("Status")
TIME_COLUMN: Final = _("Time")
LAST_LINE: Final = _("Last line")
OUTPUT: Final = pgettext("what a program has written", "Output")
STAGES: Final = {
    Stage.WAITING: _("waiting"),
    Stage.RUNNING: _("running"),
    Stage.STOPPING: _("stopping"),
    Stage.STOPPED: STOPPED,
    Stage.SKIPPED: SKIPPED,
}
# Translators: the program could not be started, or there are no credentials for it.
NOT_RUN: Final = _("not run")
# Translators: the exit status of a program, in a column of 11 cells.
EXIT: Final = _("exit {status}")
RUN: Final = _("run")
STOP: Final = _("stop")
STOP_TITLE: Final = _("Stop everything that is running?")
QUIT_TITLE: Final = _("Stop what is running, and quit?")
WILL_STOP: Final = _("Programs get SIGTERM, and SIGKILL after three seconds.")
ALL_STOPPING: Final = _("Stopping. Stop again to kill what does not end.")
KILLED: Final = _("Killed.")
STILL_RUNS: Final = _("The command is still running here: {back} stops it.")
# Translators: "Ended: 180 succeeded · 5 failed".
ENDED: Final = _("Ended: {counts}")
NO_RUN: Final = _("No command has run with many rows yet: {exec} runs one.")
NONE_FAILED: Final = _("Nothing has failed.")
HAS_ENDED: Final = _("The program is not running.")
NO_OUTPUT: Final = _("No output.")
NO_OUTPUT_YET: Final = _("No output yet.")
OUTPUT_CUT: Final = _("There was no room on the disk for the rest")
NO_MATCH: Final = _("Nothing matches “{words}”.")
FROM_TOP: Final = _("The search continues from the top.")
FROM_END: Final = _("The search continues from the end.")
NO_SEARCH: Final = _("Search for something first: {search}")
SEARCH_HINT: Final = _("search")
# Translators: which lines of the output are shown.
LINES: Final = _("lines {first:,}–{last:,} of {count:,}")
PRODUCTION: Final = Counted(
    "{count:,} of these is production:", "{count:,} of these are production:"
)
WHAT_RUNS: Final = Counted(
    "{command} runs with {count:,} role.", "{command} runs with {count:,} roles."
)


def failure(ended: RunEnded, sentence_of: Callable[[RolecallError], str] = explain) -> str:
    """Return why a row did not succeed. `sentence_of` explains an error, by default with keys."""
    if ended.error is not None:
        return sentence_of(ended.error)
    if ended.outcome is Outcome.SKIPPED:
        return SKIPPED
    if ended.outcome is Outcome.STOPPED:
        return STOPPED
    if ended.status is None:
        return NOT_RUN
    return STATUS.format(status=ended.status)


MORE: Final = Counted("… and {count:,} more: {reason}", "… and {count:,} more: {reason}")


def summary(results: Mapping[Result, int]) -> str:
    """Return the last line: `3 succeeded, 1 failed, 4 not started.`"""
    texts = {
        Result.DONE: _("{count:,} succeeded"),
        Result.FAILED: _("{count:,} failed"),
        Result.STOPPED: _("{count:,} stopped"),
        Result.NOT_STARTED: _("{count:,} not started"),
    }
    always = Result.DONE, Result.FAILED
    parts = [
        text.format(count=results.get(result, 0))
        for result, text in texts.items()
        if result in always or results.get(result)
    ]
    # Translators: "3 succeeded, 1 failed."
    return _("{counts}.").format(counts=", ".join(parts))


def resumes(began_at: datetime, left: int, total: int) -> str:
    """Return what is about to run of an earlier run. `began_at` is aware."""
    return _("Resumes the run of {time}: {left:,} of {total:,} rows are left.").format(
        time=began_at.astimezone().strftime("%Y-%m-%d %H:%M:%S"), left=left, total=total
    )


def progress(done: int, total: int, failed: int) -> str:
    """Return the text next to the progress bar."""
    text = _("{done:,} of {total:,}").format(done=done, total=total)
    if failed:
        text += " · " + _("{failed:,} failed").format(failed=failed)
    return text


def status(state: RunState) -> str:
    """Return where a row is: `running`, `exit 1`, `not run`."""
    if state.stage in STAGES:
        return STAGES[state.stage]
    if state.ended is None or state.ended.status is None:
        return NOT_RUN
    return EXIT.format(status=state.ended.status)


def seconds(count: float) -> str:
    """Return how long a program has run: `4 s`, `2 min 5 s`, `3 h 2 min`."""
    whole = int(count)
    if whole < 60:
        return _("{seconds} s").format(seconds=whole)
    if whole < 3600:
        return _("{minutes} min {seconds} s").format(minutes=whole // 60, seconds=whole % 60)
    return _("{hours} h {minutes} min").format(hours=whole // 3600, minutes=whole % 3600 // 60)


def counts(stages: Mapping[Stage, int]) -> str:
    """Return where the rows are: `3 running · 12 waiting · 180 succeeded · 5 failed`."""
    texts = {
        Stage.RUNNING: _("{count:,} running"),
        Stage.STOPPING: _("{count:,} stopping"),
        Stage.WAITING: _("{count:,} waiting"),
        Stage.SUCCEEDED: _("{count:,} succeeded"),
        Stage.FAILED: _("{count:,} failed"),
        Stage.STOPPED: _("{count:,} stopped"),
        Stage.SKIPPED: _("{count:,} not started"),
    }
    return " · ".join(
        text.format(count=stages[stage]) for stage, text in texts.items() if stages.get(stage)
    )


NOT_ENDED: Final = Counted(
    "{count:,} row has not ended. Its program gets SIGTERM, and SIGKILL after three seconds.",
    "{count:,} rows have not ended. Their programs get SIGTERM, and SIGKILL after three seconds.",
)
WITH_ROWS: Final = Counted(
    "Run a command with {count:,} role", "Run a command with {count:,} roles"
)
RUN_IN_PRODUCTION: Final = Counted(
    "Run it with {count:,} production role?", "Run it with {count:,} production roles?"
)

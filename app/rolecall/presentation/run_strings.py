"""Texts about a command that runs with many roles."""

from __future__ import annotations

from typing import Final

from rolecall.presentation.errors import explain
from rolecall.presentation.translation import _, ngettext
from rolecall.services.runs.events import Outcome, RunEnded

ALL_OR_PROFILES: Final = _("Use either --all or --profile.")
ONLY_WITH_ALL: Final = _("--sso-session and --refresh are for --all: a profile has its session.")
NO_COMMAND: Final = _("Add the command after --, such as: rolecall exec --all prod -- aws s3 ls")
CONFIRM: Final = _("Run it? [y/N]:")
STATUS: Final = _("exit status {status}")
STOPPED: Final = _("stopped")
SKIPPED: Final = _("not started")


def production(count: int) -> str:
    """Return the line above the production rows, before a question."""
    return ngettext(
        "{count:,} of these is production:", "{count:,} of these are production:", count
    ).format(count=count)


def what_runs(command: str, count: int) -> str:
    """Return what is about to run."""
    return ngettext(
        "{command} runs with {count:,} role.", "{command} runs with {count:,} roles.", count
    ).format(command=command, count=count)


def failure(ended: RunEnded) -> str:
    """Return why a row did not succeed."""
    if ended.error is not None:
        return explain(ended.error)
    if ended.outcome is Outcome.SKIPPED:
        return SKIPPED
    if ended.outcome is Outcome.STOPPED:
        return STOPPED
    return STATUS.format(status=ended.status)


def more(count: int, reason: str) -> str:
    """Return the line below the first rows that failed for one reason."""
    return ngettext(
        "… and {count:,} more: {reason}", "… and {count:,} more: {reason}", count
    ).format(count=count, reason=reason)


def summary(succeeded: int, failed: int, skipped: int) -> str:
    """Return the last line: `3 succeeded, 1 failed, 4 not started.`"""
    parts = [
        _("{count:,} succeeded").format(count=succeeded),
        _("{count:,} failed").format(count=failed),
    ]
    if skipped:
        parts.append(_("{count:,} not started").format(count=skipped))
    return f"{', '.join(parts)}."


def progress(done: int, total: int, failed: int) -> str:
    """Return the text next to the progress bar."""
    text = _("{done:,} of {total:,}").format(done=done, total=total)
    if failed:
        text += " · " + _("{failed:,} failed").format(failed=failed)
    return text

"""What a user sees of an error that should not have happened: a sentence, and where a report is."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import click

from rolecall.ui import strings


def report(error: BaseException, environ: Mapping[str, str]) -> Path | None:
    """Writes the report; where it is, or None where it could not be written."""
    from rolecall.services import crash

    return crash.report(error, environ)


def say_what_failed(error: BaseException, environ: Mapping[str, str]) -> int:
    """The exit status."""
    path = report(error, environ)
    template = strings.CRASHED if path else strings.CRASHED_NO_REPORT
    click.echo(template.format(what=type(error).__name__, path=path), err=True)
    return 1

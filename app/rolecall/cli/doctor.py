"""`rolecall doctor`: problems of the AWS files, and what the terminal can do."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import click

from rolecall.cli.support.errors import exit_on_error
from rolecall.cli.support.output import echo
from rolecall.domain.text import safe
from rolecall.presentation import (
    command_help,
    file_strings,
    keymap,
    settings_strings,
    table_strings,
    terminal_strings,
)
from rolecall.presentation.errors import describe, explain
from rolecall.services.doctor import examine
from rolecall.services.settings import SettingsService
from rolecall.terminal import capabilities, environment


@click.command(help=command_help.DOCTOR)
@click.pass_context
def doctor(context: click.Context) -> None:
    with exit_on_error():
        found = examine(os.environ)
    for name, named in found.elsewhere.items():
        shown = "" if named == Path() else safe(str(named))
        echo(file_strings.elsewhere(name, shown, bool(shown) and named not in found.missing))
    for session in found.never_signed_in:
        echo(file_strings.NEVER_SIGNED_IN.format(session=session.cache_key))
    if not found.has_cache:
        echo(table_strings.NO_CACHE)
    for problem in found.errors:
        echo(explain(problem))
    for finding in found.findings:
        path = safe(str(finding.path))
        place = f"{path}:{finding.line}" if finding.line else path
        echo(f"{place}: {describe(finding)}")
    settings = SettingsService.from_environment(os.environ)
    bad_settings = [
        *found.bad_settings,
        *settings_strings.unknown_language(settings.settings, settings.last.lines),
        *keymap.use(settings.settings.keys, settings.last.lines),
    ]
    for bad in bad_settings:
        echo(f"{safe(str(found.settings))}: {settings_strings.bad(bad)}")
    is_clean = found.is_clean and not bad_settings
    if is_clean:
        echo(file_strings.CLEAN)
    echo()
    _print_terminal()
    context.exit(0 if is_clean else 1)


def _print_terminal() -> None:
    columns, rows = capabilities.size()
    if sys.stderr.isatty():
        text = terminal_strings.TERMINAL.format(
            term=safe(os.environ.get("TERM", "")),
            columns=columns,
            rows=rows,
            colours=terminal_strings.colours(capabilities.colours(os.environ)),
        )
        echo(text)
    else:
        echo(terminal_strings.NO_TERMINAL)
    for trait in environment.traits(capabilities.original_environment(os.environ)):
        echo(terminal_strings.TRAITS[trait])
    _say_textual()


def _say_textual() -> None:
    """Say if the installed Textual lacks private names that rolecall's rendering needs.

    Another process looks: this one starts without Textual.
    """
    command = [sys.executable, "-m", "rolecall.ui.rendering.textual_private"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if missing := result.stdout.split():
        names = ", ".join(missing)
        version = metadata.version("textual")
        echo(terminal_strings.OTHER_TEXTUAL.format(version=version, names=names))

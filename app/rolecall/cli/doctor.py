"""`rolecall doctor`: problems of the AWS files, and what the terminal can do."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import click

from rolecall import __version__
from rolecall.cli.support.display import paged
from rolecall.cli.support.errors import error_text, exit_on_error
from rolecall.cli.support.output import BOLD, coloured, echo, in_words, write, write_json
from rolecall.cli.support.settings import echo_bad, use
from rolecall.domain.process.own_module import command_of
from rolecall.domain.text import safe, safe_lines
from rolecall.presentation.errors import describe
from rolecall.presentation.filling import fill
from rolecall.presentation.texts import (
    finding_strings,
    inventory_strings,
    program_strings,
    settings_strings,
)
from rolecall.presentation.texts.command_line import command_help, option_help
from rolecall.services.config.doctor import Examination, examine
from rolecall.terminal import capabilities, environment


@click.command(help=command_help.DOCTOR)
@click.option("--json", "as_json", is_flag=True, help=option_help.JSON_OBJECT)
@click.pass_context
def doctor(context: click.Context, as_json: bool) -> None:
    with exit_on_error():
        found = examine(os.environ)
    use(found.settings)
    if as_json:
        write_json(_object(found))
    else:
        with paged():
            _print(found)
    context.exit(0 if found.is_clean else 1)


def _print(found: Examination) -> None:
    for name, named in found.elsewhere.items():
        shown = "" if named == Path() else safe(str(named))
        echo(finding_strings.elsewhere(name, shown, bool(shown) and named not in found.missing))
    for session in found.never_signed_in:
        echo(fill(finding_strings.NEVER_SIGNED_IN, {"session": session.cache_key}))
    if not found.has_cache:
        echo(inventory_strings.NO_CACHE)
    for problem in found.errors:
        echo(error_text(problem))
    for finding in found.findings:
        path = safe(str(finding.path))
        place = f"{path}:{finding.line}" if finding.line else path
        write(f"{coloured(place, BOLD)}: {in_words(safe_lines(describe(finding)))}\n")
    echo_bad(found.settings)
    if found.is_clean:
        echo(finding_strings.CLEAN)
    echo()
    _print_terminal()


def _object(found: Examination) -> dict[str, object]:
    """Return the same for programs. `kind` does not change with the language, `text` does."""
    columns, rows = capabilities.size()
    own = found.settings.file.path
    problems = [
        *((type(e).__name__, getattr(e, "path", ""), 0, error_text(e)) for e in found.errors),
        *((e.kind.value, e.path, e.line, describe(e)) for e in found.findings),
        *(
            (f"setting-{e.problem.value}", e.path or own, e.line, settings_strings.bad(e))
            for e in found.settings.last.bad
        ),
    ]
    return {
        "version": __version__,
        "clean": found.is_clean,
        "problems": [
            {"kind": kind, "file": str(path) or None, "line": line or None, "text": text}
            for kind, path, line, text in problems
        ],
        "files_moved": {name: str(path) for name, path in found.elsewhere.items()},
        "never_signed_in": [each.cache_key for each in found.never_signed_in],
        "keeps_lists": found.has_cache,
        "terminal": {
            "term": os.environ.get("TERM", "") if sys.stderr.isatty() else None,
            "columns": columns,
            "rows": rows,
            "colours": capabilities.colours(os.environ),
            "traits": [each.value for each in _traits()],
            "missing_names_of_textual": _missing_names(),
        },
    }


def _traits() -> list[environment.Trait]:
    return environment.traits(os.environ)


def _print_terminal() -> None:
    columns, rows = capabilities.size()
    if sys.stderr.isatty():
        text = program_strings.TERMINAL.format(
            term=safe(os.environ.get("TERM", "")),
            columns=columns,
            rows=rows,
            colours=program_strings.colours(capabilities.colours(os.environ)),
        )
        echo(text)
    else:
        echo(program_strings.NO_TERMINAL)
    for trait in _traits():
        echo(program_strings.TRAITS[trait])
    if missing := _missing_names():
        names = ", ".join(missing)
        version = metadata.version("textual")
        echo(program_strings.OTHER_TEXTUAL.format(version=version, names=names))


def _missing_names() -> list[str]:
    """Ask another process which private names the installed Textual lacks: this one has none."""
    command = command_of("rolecall.ui.rendering.private_names")
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.split()

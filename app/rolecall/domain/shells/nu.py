"""nushell: https://www.nushell.sh/book/ (configuration, the folder `autoload`; `help commands`)."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from rolecall.domain.shells.completion import as_passed, described, without
from rolecall.domain.shells.record import (
    NUL,
    Changes,
    Completion,
    History,
    Quoting,
    Scripts,
    ShellRecord,
    StartUp,
    config_folder,
    reserved,
)

if TYPE_CHECKING:
    from pathlib import Path

_SPECIAL: Final = re.compile('[\\\\"\x01-\x1f\x7f]')


def _escape(match: re.Match[str]) -> str:
    character = match.group()
    return f"\\{character}" if character in '\\"' else f"\\u{{{ord(character):x}}}"


def _switch(changes: Changes) -> str:
    """It has no eval, so it gets data."""
    import json

    unset, previous = changes.unset, changes.previous
    return json.dumps({"set": changes.variables, "unset": unset, "previous": previous})


def _files(environ: Mapping[str, str], home: Path) -> list[Path]:
    folder = config_folder(environ, home)
    if sys.platform == "darwin" and "XDG_CONFIG_HOME" not in environ:
        folder = home / "Library" / "Application Support"
    return [folder / "nushell" / "autoload" / "rolecall.nu"]


RECORD: Final = ShellRecord(
    title="nushell",
    format="nu",
    is_posix=False,
    evaluates="{command} | save --force {file}; source {file}",
    is_reserved=reserved(
        """
        alias and as bit-and bit-or bit-shl bit-shr bit-xor break catch const continue def do else
        ends-with export export-env extern false finally for hide if in let loop match mod module
        mut not not-in null or overlay plugin return source source-env starts-with true try use
        where while xor
        default describe each from get hide-env is-empty length lines load-env skip split"""
    ),
    quoting=Quoting(
        unquotable=NUL,
        escape=lambda text: '"' + _SPECIAL.sub(_escape, text) + '"',
        set_statement="$env.{name} = {value}",
        unset_statement="hide-env --ignore-errors {name}",
        end="",
    ),
    history=History(switch=_switch, previous=str),
    scripts=Scripts(
        extension="nu",
        has_hook=False,
        # Completions belong to the definition of a command.
        completion_end="""
extern rolecall [...words: string@"nu-complete rolecall"]
""",
        packaged=None,
    ),
    start_up=StartUp(files=_files, is_ours=True, users_file=None, asks=None, lines=None),
    completion=Completion(
        words=as_passed,
        lines=without(re.compile(r"""[\s'"`$()\[\]{}|;#&<>*?\\^]"""), described),  # no quotes
    ),
    private=(".config/nushell/history.txt", ".config/nushell/history.sqlite3"),
)

"""tcsh: tcsh(1), “Startup and shutdown” and “Builtin commands”."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from rolecall.domain.shells.completion import split, without
from rolecall.domain.shells.record import (
    Completion,
    History,
    Quoting,
    Scripts,
    ShellRecord,
    StartUp,
    reserved,
    statements,
)

# In quotes a backslash is literal or, with $backslash_quote, an escape; ! is history even in
# quotes. Outside quotes both are unambiguous.
_SPECIAL: Final = re.compile(r"['\\!]")
_QUOTING: Final = Quoting(
    unquotable=re.compile("[\0-\x1f\x7f]"),
    escape=lambda text: "'" + _SPECIAL.sub(r"'\\\g<0>'", text) + "'",
    set_statement="setenv {name} {value}",
    unset_statement="unsetenv {name}",
    end=";",  # `source` and an eval, which joins lines, read the same
)


def _keep(name: str) -> str:
    """History is expanded in a command substitution even inside quotes, so it gets hex."""
    return f"set __rolecall_previous = {name.encode('utf-8', 'surrogateescape').hex()}"


def _previous(kept: str) -> str:
    try:
        return bytes.fromhex(kept).decode("utf-8", "surrogateescape")
    except ValueError:
        return ""


def _words(_: object, environ: Mapping[str, str]) -> list[str]:
    return split(environ.get("COMMAND_LINE", ""))


RECORD: Final = ShellRecord(
    title="tcsh",
    format="tcsh",
    is_posix=False,
    evaluates='eval "`{command}`"',
    is_reserved=reserved(
        """
        break breaksw case continue default else end endif endsw exit foreach goto if onintr repeat
        switch then time while
        alias complete eval set setenv source unalias unset unsetenv"""
    ),
    quoting=_QUOTING,
    history=History(switch=statements(_QUOTING, _keep), previous=_previous),
    scripts=Scripts(extension="csh", has_hook=False, completion_end="", packaged=None),
    start_up=StartUp(
        files=lambda _, home: [home / ".tcshrc", home / ".cshrc"],
        is_ours=False,
        users_file=None,
        asks=None,
        lines="""\
if ( $?prompt && -x {program} ) then
  eval "`{program} init tcsh{options}`"
endif
""",
    ),
    completion=Completion(
        words=_words,
        lines=without(re.compile(r"\s"), lambda found, _: [*found]),  # it ends a name at a space
    ),
    private=(".history",),
)

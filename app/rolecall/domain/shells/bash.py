"""bash: https://www.gnu.org/software/bash/manual/bash.html, and bash(1) for what it names."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from rolecall.domain.shells import posix
from rolecall.domain.shells.completion import split
from rolecall.domain.shells.record import (
    Completion,
    Package,
    Scripts,
    ShellRecord,
    StartUp,
    reserved,
)

if TYPE_CHECKING:
    from pathlib import Path

_SPECIAL: Final = re.compile(r"[^A-Za-z0-9_./%@:+,=-]")  # outside quotes
_BACKSLASH: Final = re.compile(r"\\(.)")
_LAST_WORD: Final = re.compile(r"(?:[^\s\\]|\\.)*$")
_UNSAFE_IN_QUOTES: Final = re.compile(r"""['"\\$`!]""")


def _files(_: Mapping[str, str], home: Path) -> list[Path]:
    """INVOCATION. On macOS, a terminal opens a login shell, which reads the first of these only."""
    is_mac = sys.platform == "darwin"
    names = (".bash_profile", ".bash_login", ".profile") if is_mac else (".bashrc",)
    return [home / name for name in names]


def _lines(found: Mapping[str, str], typed: Sequence[str]) -> list[str]:
    """The completions that replace `word`, the last word of the line for readline.

    Readline splits words at `breaks` (COMP_WORDBREAKS). Names may have `:`, `=` and `@` of these,
    and an `@` stays in the word that it begins (`rl_special_prefixes`).
    """
    line, word, breaks = typed
    quote = word[:1] if word[:1] in {"'", '"'} else ""
    if quote:
        matching = [name for name in found if name.startswith(word[1:])]
        return [name for name in matching if not _UNSAFE_IN_QUOTES.search(name)]
    last_word = _LAST_WORD.findall(line)[0]
    start = _BACKSLASH.sub(r"\1", last_word)
    ends = (last_word.rfind(each) + (each != "@") for each in ":=@" if each in breaks)
    typed_end = max([0, *ends])
    matching = [name for name in found if name.startswith(start)]
    return [_SPECIAL.sub(r"\\\g<0>", name)[typed_end:] for name in matching]


RECORD: Final = ShellRecord(
    title="bash",
    format=posix.FORMAT,
    is_posix=True,
    evaluates=posix.EVALUATES,
    is_reserved=reserved(posix.RESERVED),
    quoting=posix.QUOTING,
    history=posix.HISTORY,
    scripts=Scripts(
        extension="sh",
        has_hook=True,
        completion_end="",
        packaged=Package("share/bash-completion/completions/rolecall", "{}"),
    ),
    start_up=StartUp(
        files=_files,
        is_ours=False,
        users_file=None,
        asks=None,
        lines="""\
if [[ $- == *i* ]] && command -v {program} >/dev/null; then
  eval "$({program} init bash{options})"
fi
""",
    ),
    completion=Completion(words=lambda typed, _: split(typed[0]), lines=_lines),
    private=(".bash_history",),
)

"""`rolecall complete`: the names that a shell's completion offers. It must be fast."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence

from rolecall.cli.support.output import write_value
from rolecall.domain.shells import Shell
from rolecall.domain.switching import SwitchTarget
from rolecall.domain.text import safe
from rolecall.services.switching import Switching

# Characters that are special in bash outside quotes.
_BASH_SPECIAL = re.compile(r"[^A-Za-z0-9_./%@:+,=-]")
_BACKSLASH = re.compile(r"\\(.)")
_LAST_WORD = re.compile(r"(?:[^\s\\]|\\.)*$")
_UNSAFE_IN_QUOTES = re.compile(r"""['"\\$`!]""")

# Names that these shells cannot complete: tcsh ends a name at a space, and nushell does not quote.
_UNSAFE_UNQUOTED = {
    Shell.TCSH.value: re.compile(r"\s"),
    Shell.NU.value: re.compile(r"""[\s'"`$()\[\]{}|;#&<>*?\\^]"""),
}


def complete(arguments: Sequence[str]) -> int:
    """Print the completions, a line each. Returns the exit status.

    The arguments are `profiles` or `sessions`, the shell, and what it says of the typed word.
    Errors are not printed, because the user is in the middle of a command line.
    """
    match arguments:
        case [kind, shell, *typed]:
            lines = _lines(kind, shell, typed)
            write_value("".join(f"{line}\n" for line in lines))
            return 0
    return 2


def _lines(kind: str, shell: str, typed: Sequence[str]) -> Iterable[str]:
    try:
        switching = Switching(os.environ)
        targets = {} if kind == "sessions" else switching.targets()
        names = switching.session_names() if kind == "sessions" else list(targets)
    except Exception:
        return []
    # Names with control characters are shown differently, and cannot be typed.
    names = [name for name in names if safe(name) == name]
    if shell == Shell.BASH:
        return _for_bash(names, *typed)
    if shell == Shell.FISH and targets:
        return [f"{name}\t{_description(targets[name])}" for name in names]
    if unsupported := _UNSAFE_UNQUOTED.get(shell):
        return [name for name in names if not unsupported.search(name)]
    return names


def _description(target: SwitchTarget) -> str:
    return safe(f"{target.account_id} {target.role}".strip())


def _for_bash(names: Iterable[str], line: str, word: str, breaks: str) -> list[str]:
    """The completions that replace `word`, the last word of the line for readline.

    Readline splits words at `breaks` (COMP_WORDBREAKS). Names may have `:`, `=` and `@` of these.
    """
    quote = word[:1] if word[:1] in {"'", '"'} else ""
    if quote:
        matching = [name for name in names if name.startswith(word[1:])]
        return [name for name in matching if not _UNSAFE_IN_QUOTES.search(name)]
    last_word = _LAST_WORD.findall(line)[0]
    start = _BACKSLASH.sub(r"\1", last_word)
    typed_end = max((last_word.rfind(each) + 1 for each in ":=@" if each in breaks), default=0)
    matching = [name for name in names if name.startswith(start)]
    return [_BASH_SPECIAL.sub(r"\\\g<0>", name)[typed_end:] for name in matching]

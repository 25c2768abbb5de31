"""What a shell's completion asks for while somebody waits with a finger on Tab."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Sequence

from rolecall.domain.shells import Shell
from rolecall.domain.switching import SwitchTarget
from rolecall.domain.text import safe
from rolecall.services.switching import Switching

# What bash, outside of quotes, would take for something other than itself.
_BASH_SPECIAL = re.compile(r"[^A-Za-z0-9_./%@:+,=-]")
_BACKSLASH = re.compile(r"\\(.)")
_LAST_WORD = re.compile(r"(?:[^\s\\]|\\.)*$")
_UNFIT_IN_QUOTES = re.compile(r"""['"\\$`!]""")

# What these shells cannot be given: tcsh takes a space for the end of a name, and nushell puts a
# name into the line as it is.
_UNFIT_BARE = {
    Shell.TCSH.value: re.compile(r"\s"),
    Shell.NU.value: re.compile(r"""[\s'"`$()\[\]{}|;#&<>*?\\^]"""),
}


def complete(arguments: Sequence[str]) -> int:
    """`profiles` or `sessions`, the shell, and what the shell knows of the word typed so far.

    Whatever goes wrong, there is nobody to say it to.
    """
    match arguments:
        case [kind, shell, *typed]:
            lines = _lines(kind, shell, typed)
            sys.stdout.buffer.write("".join(f"{line}\n" for line in lines).encode())
            sys.stdout.flush()
            return 0
    return 2


def _lines(kind: str, shell: str, typed: Sequence[str]) -> Iterable[str]:
    try:
        switching = Switching(os.environ)
        targets = {} if kind == "sessions" else switching.targets()
        names = switching.session_names() if kind == "sessions" else list(targets)
    except Exception:
        return []
    # What would have to be shown as something else cannot be typed either.
    names = [name for name in names if safe(name) == name]
    if shell == Shell.BASH:
        return _for_bash(names, *typed)
    if shell == Shell.FISH and targets:
        return [f"{name}\t{_about(targets[name])}" for name in names]
    if unsupported := _UNFIT_BARE.get(shell):
        return [name for name in names if not unsupported.search(name)]
    return names


def _about(target: SwitchTarget) -> str:
    return safe(f"{target.account_id} {target.role}".strip())


def _for_bash(names: Iterable[str], line: str, word: str, breaks: str) -> list[str]:
    """What readline is to put in the place of `word`, the last that it sees in the line.

    Readline ends words at `breaks` (COMP_WORDBREAKS), of which `:`, `=` and `@` may be in a name.
    """
    quote = word[:1] if word[:1] in {"'", '"'} else ""
    if quote:
        fitting = [name for name in names if name.startswith(word[1:])]
        return [name for name in fitting if not _UNFIT_IN_QUOTES.search(name)]
    whole = _LAST_WORD.findall(line)[0]
    start = _BACKSLASH.sub(r"\1", whole)
    done = max((whole.rfind(each) + 1 for each in ":=@" if each in breaks), default=0)
    fitting = [name for name in names if name.startswith(start)]
    return [_BASH_SPECIAL.sub(r"\\\g<0>", name)[done:] for name in fitting]

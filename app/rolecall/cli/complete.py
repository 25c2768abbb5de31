"""`rolecall complete`: the names that a shell's completion offers. It must be fast."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping, Sequence

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

DESCRIBED = frozenset({Shell.FISH, Shell.NU, Shell.ZSH})  # they show what a word means

# Names that these shells cannot complete: tcsh ends a name at a space, and nushell does not quote.
_UNSAFE_UNQUOTED = {
    Shell.TCSH.value: re.compile(r"\s"),
    Shell.NU.value: re.compile(r"""[\s'"`$()\[\]{}|;#&<>*?\\^]"""),
}


def complete(arguments: Sequence[str]) -> int:
    """Print the completions, a line each. Returns the exit status.

    The arguments are what to complete (`profiles`, `sessions`, or a command for its options), the
    shell, and what it says of the typed word. Errors are not printed, because the user is in the
    middle of a command line.
    """
    match arguments:
        case [kind, shell, *typed]:
            lines = _lines(kind, shell, typed)
            write_value("".join(f"{line}\n" for line in lines))
            return 0
    return 2


def _lines(kind: str, shell: str, typed: Sequence[str]) -> Iterable[str]:
    try:
        found = _candidates(kind)
    except Exception:
        return []
    # Names with control characters are shown differently, and cannot be typed.
    names = [name for name in found if safe(name) == name]
    if shell == Shell.BASH:
        return _for_bash(names, *typed)
    if unsupported := _UNSAFE_UNQUOTED.get(shell):
        names = [name for name in names if not unsupported.search(name)]
    if shell in DESCRIBED:
        return [f"{name}\t{_description(found[name])}".rstrip() for name in names]
    return names


def _candidates(kind: str) -> Mapping[str, SwitchTarget | str]:
    """What can be completed: each name with what it is."""
    if kind == "profiles":
        return Switching(os.environ).targets()
    if kind == "sessions":
        switching = Switching(os.environ)
        urls = switching.start_urls()
        return {name: urls.get(name, "") for name in switching.session_names()}
    return _options(kind)


def _options(command: str) -> dict[str, str]:
    import click

    from rolecall.cli.main import rolecall

    context = click.Context(rolecall)
    found = rolecall.get_command(context, command)
    options = [] if found is None else found.get_params(context)
    return {
        name: each.help or ""
        for each in options
        if isinstance(each, click.Option) and not each.hidden
        for name in (*each.opts, *each.secondary_opts)
        if name.startswith("--")
    }


def _description(of: SwitchTarget | str) -> str:
    return safe(of if isinstance(of, str) else f"{of.account_id} {of.role}".strip())


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

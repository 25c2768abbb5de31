"""A fast start, without click, for the full screen and the commands that a shell waits for.

Only the arguments that the shell integration uses are recognised. Everything else, such as --help,
is left to click.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Mapping, Sequence
from typing import Final

COMPLETION: Final = "_ROLECALL_COMPLETE"  # the variable with which a shell asks click


def run_fast(arguments: Sequence[str]) -> int | None:
    """Run a command that can start fast. Returns its exit status, or None for other commands."""
    if COMPLETION in os.environ:
        return None
    match arguments:
        case []:
            from rolecall.start.launch import open_full_screen

            return open_full_screen()
        case ["switch", shell, *words] if shell.startswith("--shell="):
            previous = ""
            if words and words[0].startswith("--previous="):
                previous = words.pop(0).removeprefix("--previous=")
            return _switch(shell.removeprefix("--shell="), previous, words)
        case [command, *options] if command in _FAST:
            return _FAST[command](options)
    return None


def _prompt(options: list[str]) -> int | None:
    template = None
    match options:
        case ["--format", given]:
            template = given
        case [] | ["--check"]:
            pass
        case _:
            return None
    gc.disable()
    from rolecall.cli.switching.prompt_line import check_directory, print_prompt

    return check_directory() if options == ["--check"] else print_prompt(template)


def _tokens(options: list[str]) -> int | None:
    as_json, name = False, None
    while options:
        option = options.pop(0)
        if option == "--json":
            as_json = True
        elif option == "--sso-session" and options:
            name = options.pop(0)
        else:
            return None
    from datetime import UTC, datetime

    from rolecall.cli.support.settings import use_plain
    from rolecall.cli.tokens import print_tokens

    use_plain()
    return print_tokens(name, as_json=as_json, now=datetime.now(UTC))


def _complete(words: list[str]) -> int:
    gc.disable()
    from rolecall.cli.support.complete import complete

    return complete(words)


def _list(options: list[str]) -> int | None:
    forms: set[str] = set()
    query: list[str] = []
    name = None
    while options:
        option = options.pop(0)
        if option in {"--json", "--csv"}:
            forms.add(option)
        elif option == "--sso-session" and options:
            name = options.pop(0)
        elif option.startswith("-"):
            return None
        else:
            query.append(option)
    if len(forms) > 1:
        return None
    gc.disable()
    from rolecall.cli.inventory.list_output import list_cached
    from rolecall.cli.support.settings import use_plain

    use_plain()
    status = list_cached(query, name, as_json="--json" in forms, as_csv="--csv" in forms)
    gc.enable()
    return status


def _switch(shell: str, previous: str, words: Sequence[str]) -> int | None:
    clear = words == ["--clear"]
    full_screen = words == ["--full-screen"]
    is_option = clear or full_screen
    if any(word.startswith("-") and word != "-" for word in words) and not is_option:
        return None
    gc.disable()  # the process exits soon, and collecting after a large config takes time
    from rolecall.cli.switching.shell_switch import SwitchRequest, switch
    from rolecall.domain.shells import Shell

    if shell not in Shell._value2member_map_:
        return None
    query = () if is_option else tuple(words)
    return switch(SwitchRequest(Shell(shell), previous, query, clear, full_screen=full_screen))


_FAST: Final[Mapping[str, Callable[[list[str]], int | None]]] = {
    "complete": _complete,
    "list": _list,
    "prompt": _prompt,
    "tokens": _tokens,
}

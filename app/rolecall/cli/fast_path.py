"""What somebody waits for, without click: the full screen, and the commands that a shell waits for,
as its integration spells them.

Whatever is written otherwise, or asks for help, is left to `cli/switch.py`.
"""

from __future__ import annotations

import gc
from collections.abc import Sequence


def quick(arguments: Sequence[str]) -> int | None:
    """The exit status, or None where this is none of the quick ones."""
    match arguments:
        case []:
            from rolecall.cli.full_screen import full_screen

            return full_screen()
        case ["switch", shell, *words] if shell.startswith("--shell="):
            previous = ""
            if words and words[0].startswith("--previous="):
                previous = words.pop(0).removeprefix("--previous=")
            return _switch(shell.removeprefix("--shell="), previous, words)
        case ["tokens", *options]:
            return _tokens(options)
        case ["complete", *rest]:
            gc.disable()
            from rolecall.cli.completion import complete

            return complete(rest)
    return None


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

    from rolecall.cli.token_report import tell

    return tell(name, as_json=as_json, now=datetime.now(UTC))


def _switch(shell: str, previous: str, words: Sequence[str]) -> int | None:
    clear = words == ["--clear"]
    full_screen = words == ["--full-screen"]
    is_option = clear or full_screen
    if any(word.startswith("-") and word != "-" for word in words) and not is_option:
        return None
    gc.disable()  # what is read of a large config lives until the end, and that is near
    from rolecall.cli.shell_switch import Request, switch
    from rolecall.domain.shells import Shell

    if shell not in Shell._value2member_map_:
        return None
    asked = () if is_option else tuple(words)
    return switch(Request(Shell(shell), previous, asked, clear, full_screen=full_screen))

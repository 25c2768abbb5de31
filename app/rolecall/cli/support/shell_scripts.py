"""The scripts that a shell evaluates: `awsp`, its completion, and the lines that load them.

The templates are in `cli/integration/`.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from rolecall.domain.shells import AWSP, Shell


def script(shell: Shell, command: str, *, hook: bool = False) -> str:
    """Return the script for a shell, with `command` instead of `awsp`, and with the completion.

    With `hook`, also the hook of the shell.
    """
    # nushell looks up completions when it reads the definition of a command.
    parts = ["-completion", "", *(["-hook"] if hook else [])]
    return _filled(shell, command, "".join(_template(shell, part) for part in parts))


def completion_script(shell: Shell, command: str) -> str:
    """Return the completion alone."""
    text = _template(shell, "-completion") + shell.record.scripts.completion_end
    return _filled(shell, command, text)


def completion_file(shell: Shell) -> tuple[str, str] | None:
    """Return the path and the text of the completion in a package; None if the shell finds none."""
    package = shell.record.scripts.packaged
    if package is None:
        return None
    text = _filled(shell, AWSP, _template(shell, "-completion"), "command rolecall")
    return package.path, package.text.format(text)


def _template(shell: Shell, part: str) -> str:
    folder = Path(__file__).parent.parent / "integration"
    name = f"{shell.value}{part}.{shell.record.scripts.extension}"
    return (folder / name).read_text(encoding="utf-8")


def _filled(shell: Shell, command: str, text: str, program: str = "") -> str:
    quote = shell.record.quoting.word
    program = program or quote(_path())
    for name, value in {
        "CMD": command,
        "ROLECALL": program,
        "ROLECALL_IN_QUOTES": quote(program)[1:-1],
    }.items():
        text = text.replace(f"@{name}@", value)
    return text


def for_startup_file(shell: Shell, command: str = AWSP, *, hook: bool = False) -> str:
    """Return what the start-up file needs. Raises TypeError for a shell without one."""
    start_up = shell.record.start_up
    if isinstance(start_up, str):
        raise TypeError(start_up)
    if start_up.lines is None:
        return script(shell, command)
    options = ("" if command == AWSP else f" --cmd {command}") + (" --hook" if hook else "")
    program = shell.record.quoting.plain_word(_path())
    return start_up.lines.format(program=program, options=options)


def _path() -> str:
    """The absolute path of rolecall, so that no function, alias or PATH overrides it."""
    started = Path(sys.argv[0])
    found = str(started) if started.name == "rolecall" and os.sep in sys.argv[0] else None
    path = found or shutil.which("rolecall") or "rolecall"
    return os.path.abspath(path) if os.sep in path else path  # noqa: PTH100

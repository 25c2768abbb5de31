"""The scripts that a shell evaluates: `awsp`, its completion, and the lines that load them.

The templates are in `cli/integration/`.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from pathlib import Path
from typing import Final

from rolecall.domain.shells import AWSP, Shell, quote

SCRIPTS: Final = {
    Shell.BASH: "bash.sh",
    Shell.ZSH: "zsh.zsh",
    Shell.FISH: "fish.fish",
    Shell.POWERSHELL: "pwsh.ps1",
    Shell.NU: "nu.nu",
    Shell.TCSH: "tcsh.csh",
}
_COMPLETIONS: Final = {
    Shell.BASH: "bash-completion.sh",
    Shell.ZSH: "zsh-completion.zsh",
    Shell.FISH: "fish-completion.fish",
    Shell.NU: "nu-completion.nu",
    Shell.POWERSHELL: "pwsh-completion.ps1",
    Shell.TCSH: "tcsh-completion.csh",
}
# They say when the account of the shell is not that of the directory, which is no failure of a
# command for `set -e`.
HOOKS: Final = {
    Shell.BASH: "bash-hook.sh",
    Shell.ZSH: "zsh-hook.zsh",
    Shell.FISH: "fish-hook.fish",
}
COMPLETED: Final = tuple(_COMPLETIONS)
_NU_EXTERN: Final = """
extern rolecall [...words: string@"nu-complete rolecall"]
"""
_PLAIN: Final = re.compile("[A-Za-z0-9_./-]+")  # needs no quotes in any shell
# Only interactive shells get the script; a machine without rolecall starts them without an error.
_LOADING: Final = {
    Shell.BASH: """\
if [[ $- == *i* ]] && command -v {program} >/dev/null; then
  eval "$({program} init bash{options})"
fi
""",
    Shell.ZSH: """\
if command -v {program} >/dev/null; then
  eval "$({program} init zsh{options})"
fi
""",
    Shell.FISH: """\
if status is-interactive; and command -q {program}
    {program} init fish{options} | source
end
""",
    Shell.TCSH: """\
if ( $?prompt && -x {program} ) then
  eval "`{program} init tcsh{options}`"
endif
""",
}


def script(shell: Shell, command: str, *, hook: bool = False) -> str:
    """The script for a shell, with `command` instead of `awsp`, and with the completion.

    With `hook`, also the one of HOOKS. Raises KeyError for a shell without one.
    """
    # nushell looks up completions when it reads the definition of a command.
    files = [_COMPLETIONS.get(shell, ""), SCRIPTS[shell], HOOKS[shell] if hook else ""]
    return _filled(shell, command, "".join(map(_template, filter(None, files))))


def completion_script(shell: Shell, command: str) -> str:
    """Return the completion alone. Raises KeyError for a shell without one."""
    text = _template(_COMPLETIONS[shell])
    if shell is Shell.NU:  # there, completions belong to the definition of a command
        text += _NU_EXTERN
    return _filled(shell, command, text)


def completion_file(shell: Shell) -> str:
    """Return the completion as a file that the shell finds by itself: for packages."""
    text = _filled(shell, AWSP, _template(_COMPLETIONS[shell]), "command rolecall")
    if shell is Shell.ZSH:  # the file is the body of a function
        return f"#compdef rolecall\n{text}__rolecall_complete_rolecall\n"
    return text


def _template(name: str) -> str:
    folder = Path(__file__).parent.parent / "integration"
    return (folder / name).read_text(encoding="utf-8")


def _filled(shell: Shell, command: str, text: str, program: str = "") -> str:
    program = program or quote(shell, _path())
    for name, value in {
        "CMD": command,
        "ROLECALL": program,
        "ROLECALL_IN_QUOTES": quote(shell, program)[1:-1],
    }.items():
        text = text.replace(f"@{name}@", value)
    return text


def for_startup_file(shell: Shell, command: str, *, hook: bool = False) -> str:
    """Return what a start-up file needs. nushell cannot evaluate a script, so it gets the script
    itself.

    Raises KeyError for a shell whose start-up file rolecall does not write.
    """
    if shell is Shell.NU:
        return script(shell, command)
    options = ("" if command == AWSP else f" --cmd {command}") + (" --hook" if hook else "")
    path = _path()
    program = path if _PLAIN.fullmatch(path) else quote(shell, path)
    return _LOADING[shell].format(program=program, options=options)


def _path() -> str:
    """The absolute path of rolecall, so that no function, alias or PATH overrides it."""
    started = Path(sys.argv[0])
    found = str(started) if started.name == "rolecall" and os.sep in sys.argv[0] else None
    path = found or shutil.which("rolecall") or "rolecall"
    return os.path.abspath(path) if os.sep in path else path  # noqa: PTH100

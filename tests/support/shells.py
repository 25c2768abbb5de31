"""Runs statements in real shells and returns the environment that their children get."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from rolecall.domain.shells import Shell
from tests.support.programs import program

# The command that runs a script without the user's start-up files.
RUN: Final[dict[Shell, tuple[str, ...]]] = {
    Shell.BASH: ("bash", "--norc", "--noprofile"),
    Shell.ZSH: ("zsh", "-f"),
    Shell.FISH: ("fish", "--no-config"),
    Shell.TCSH: ("tcsh", "-f"),
    Shell.NU: ("nu", "--no-config-file"),
}
_PRINT_ENVIRONMENT = """
import json, os, sys
print(json.dumps({k: v for k, v in os.environ.items() if k.startswith(sys.argv[1])}))
"""


def environment_after(
    shell: Shell,
    statements: Sequence[str],
    folder: Path,
    *,
    prefix: str = "V_",
    command: Sequence[str] = (),
    environment: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """Return the variables with the prefix that a child of the shell has after the statements.

    The shell must print nothing else. `command` runs another shell of the same language.
    Skips the test if the shell is missing.
    """
    program((command or RUN[shell])[0])
    show = folder / "show.py"
    show.write_text(_PRINT_ENVIRONMENT)
    script = folder / f"script.{shell.value}"
    child = f"{'^' if shell is Shell.NU else ''}{sys.executable} {show} {prefix}"
    script.write_text("\n".join([*statements, child, ""]), encoding="utf-8", newline="\n")
    result = subprocess.run(
        [*(command or RUN[shell]), str(script)],
        cwd=folder,
        env={
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "HOME": str(folder),
            "LANG": "C.UTF-8",
            **(environment or {}),
        },
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert result.returncode == 0, result.stderr.decode(errors="replace")
    assert result.stderr == b"", result.stderr.decode(errors="replace")
    found: dict[str, str] = json.loads(result.stdout)
    return found

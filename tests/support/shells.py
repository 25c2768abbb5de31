"""Values through real shells: what a program sees that a shell starts after a few statements."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from rolecall.domain.shells import Shell
from tests.support.programs import program

# How each is started without its user's files, to run a file.
RUN: Final[dict[Shell, tuple[str, ...]]] = {
    Shell.BASH: ("bash", "--norc", "--noprofile"),
    Shell.ZSH: ("zsh", "-f"),
    Shell.FISH: ("fish", "--no-config"),
    Shell.TCSH: ("tcsh", "-f"),
    Shell.NU: ("nu", "--no-config-file"),
}
SAY = """
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
    """The variables with the prefix that a child of the shell has. Nothing else may be written.

    `command` runs another shell of the same language. Skips the test if the shell is missing.
    """
    program((command or RUN[shell])[0])
    say = folder / "say.py"
    say.write_text(SAY)
    script = folder / f"script.{shell.value}"
    child = f"{'^' if shell is Shell.NU else ''}{sys.executable} {say} {prefix}"
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

"""On native Windows, every command ends with one sentence."""

from __future__ import annotations

import subprocess
import sys

import pytest

# Modules that Python on Windows does not have.
_WINDOWS = """
import sys
for name in ("fcntl", "grp", "pty", "pwd", "resource", "termios", "tty"):
    sys.modules[name] = None
sys.platform = "win32"
sys.argv[1:] = {arguments!r}
from rolecall.__main__ import main
main()
"""


@pytest.mark.parametrize("arguments", [[], ["list"], ["switch", "--shell=pwsh"], ["--help"]])
def test_it_asks_for_wsl(arguments: list[str]) -> None:
    program = _WINDOWS.format(arguments=arguments)
    result = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr == "rolecall needs WSL on Windows.\n"

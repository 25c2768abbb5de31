"""The command that runs a module of rolecall in another process."""

from __future__ import annotations

import sys
from typing import Final

_RUN: Final = (
    "import runpy, sys; name, *sys.path = sys.argv[1:]; runpy.run_module(name, run_name='__main__')"
)


def command_of(module: str) -> list[str]:
    """Return the command, in which the module finds the same others as this process does.

    With `-m`, Python looks in the current directory first, which may be somebody else's repository.
    With PYTHONPATH, programs that the module starts would inherit it.
    """
    return [sys.executable, "-P", "-c", _RUN, module, *filter(None, sys.path)]

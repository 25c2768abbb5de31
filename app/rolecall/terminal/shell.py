"""The shell that started this process."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from rolecall.domain.shells import Shell

# More shells whose commands ignore what they ignore. Other programs, such as Python, may ignore
# signals for themselves alone.
_POSIX: Final = {"sh", "ash", "busybox", "dash", "ksh", "mksh"}


def current_shell(environ: Mapping[str, str]) -> Shell | None:
    """Return the shell of the parent process or, if that is none, the user's login shell."""
    names = _parent_name(), Path(environ.get("SHELL", "")).name
    return next(filter(None, map(_shell, names)), None)


def _shell(name: str) -> Shell | None:
    with suppress(ValueError):
        return Shell(name)
    return None


def _parent_name() -> str:
    """Return the name of the parent process; "" on a machine without /proc."""
    try:
        return Path(f"/proc/{os.getppid()}/comm").read_text(encoding="utf-8").strip()
    except (OSError, ValueError):
        return ""


def ignored_signals() -> set[int]:
    """Return the signals that the shell of this process ignores, as after `trap '' PIPE`.

    None if it is not a POSIX shell, or on a machine without /proc.
    """
    name = _parent_name()
    shell = _shell(name)
    if not (shell.record.is_posix if shell else name in _POSIX):
        return set()
    with suppress(OSError, ValueError):
        text = Path(f"/proc/{os.getppid()}/status").read_text(encoding="utf-8")
        mask = int(text.partition("SigIgn:")[2].split()[0], 16)
        return {number for number in range(1, 65) if mask >> (number - 1) & 1}
    return set()

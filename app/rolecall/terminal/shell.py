"""The shell that has started this process."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from rolecall.domain.shells import Shell


def current_shell(environ: Mapping[str, str]) -> Shell | None:
    """Return the shell of the parent process or, if that is none, the user's login shell."""
    for name in (_parent_name(), Path(environ.get("SHELL", "")).name):
        with suppress(ValueError):
            return Shell(name)
    return None


def _parent_name() -> str:
    """Return the name of the parent process; "" on a machine without /proc."""
    try:
        return Path(f"/proc/{os.getppid()}/comm").read_text(encoding="utf-8").strip()
    except (OSError, ValueError):
        return ""

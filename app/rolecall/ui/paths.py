"""Places of files, for people."""

from __future__ import annotations

import os
from pathlib import Path

from rolecall.domain.text import safe
from rolecall.ui import strings


def as_written(path: Path) -> str:
    """As the user would write it: `~/.aws/config`."""
    if path == Path():
        return strings.EMPTY_PATH
    shown, home = str(path), os.environ.get("HOME", "")
    return safe(f"~{shown[len(home) :]}" if home and shown.startswith(f"{home}/") else shown)

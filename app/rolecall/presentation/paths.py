"""Places of files, for people."""

from __future__ import annotations

import os
from pathlib import Path

from rolecall.domain.text import safe
from rolecall.presentation import labels
from rolecall.services import aws_paths


def as_written(path: Path) -> str:
    """As the user would write it: `~/.aws/config`."""
    if path == Path():
        return labels.EMPTY_PATH
    shown, home = str(path), os.environ.get("HOME", "")
    return safe(f"~{shown[len(home) :]}" if home and shown.startswith(f"{home}/") else shown)


def config_file() -> str:
    """That of this process, as the user would write it."""
    return as_written(Path(aws_paths.config_file(os.environ)))


def credentials_file() -> str:
    """The same of the other."""
    return as_written(Path(aws_paths.credentials_file(os.environ)))

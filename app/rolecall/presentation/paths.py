"""Paths of files, as the user would write them."""

from __future__ import annotations

import os
from pathlib import Path

from rolecall.domain.text import safe
from rolecall.presentation import labels
from rolecall.services.base import text_facts


def as_written(path: Path) -> str:
    """Return the path with ~ for the home folder: `~/.aws/config`."""
    if path == Path():
        return labels.EMPTY_PATH
    shown, home = str(path), os.environ.get("HOME", "")
    return safe(f"~{shown[len(home) :]}" if home and shown.startswith(f"{home}/") else shown)


def config_file() -> str:
    """Return the path of the config file that this process uses."""
    return as_written(Path(text_facts.config_file(os.environ)))


def credentials_file() -> str:
    """Return the path of the credentials file that this process uses."""
    return as_written(Path(text_facts.credentials_file(os.environ)))

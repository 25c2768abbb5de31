"""The settings of a user in a home folder."""

from __future__ import annotations

from pathlib import Path


def write_settings(home: Path, text: str) -> Path:
    """Write the settings, and return their file."""
    path = home / ".config" / "rolecall" / "settings.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path

"""The files of AWS: merged from their texts, and what a planned change adds."""

from __future__ import annotations

from pathlib import Path

from rolecall.domain.config.file_change import Change
from rolecall.files.aws_config.config_file import ConfigFile
from rolecall.files.aws_config.credentials_file import CredentialsFile
from rolecall.services.config.merged_files import MergedFiles


def merged(folder: Path, config: str | bytes, credentials: str | bytes = b"") -> MergedFiles:
    """Write both files into the folder, and return what they mean."""
    for name, text in (("config", config), ("credentials", credentials)):
        (folder / name).write_bytes(text.encode() if isinstance(text, str) else text)
    return MergedFiles.read(
        ConfigFile(folder / "config", folder / "state", waits=False),
        CredentialsFile(folder / "credentials", folder / "state", waits=False),
    )


def added(change: Change) -> str:
    """Return the added lines, without blank lines around them. Secrets are hidden."""
    lines = [line[1:] for line in change.diff().splitlines()[2:] if line.startswith("+")]
    return "\n".join(lines).strip("\n") + "\n"

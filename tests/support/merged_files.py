"""Both files of AWS from their texts, merged as clients do."""

from __future__ import annotations

from pathlib import Path

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

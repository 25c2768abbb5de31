"""rolecall's own folders, which `rolecall uninstall` deletes."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

from rolecall.domain.errors.file_error_reason import reason_of
from rolecall.domain.errors.file_errors import FileNotDeleted
from rolecall.files.locations import Locations


def own_folders(environ: Mapping[str, str]) -> dict[str, Path]:
    """Return the folders that exist, by what they are for: `settings`, `state` and `cache`.

    Raises HomeUnknown.
    """
    locations = Locations.from_environment(environ)
    folders = {
        "settings": locations.settings.parent,
        "state": locations.state,
        "cache": locations.cache,
    }
    return {name: each for name, each in folders.items() if each.is_dir() and not each.is_symlink()}


def delete(folders: Iterable[Path]) -> None:
    """Delete the folders with all that is in them. Raises FileNotDeleted."""
    for folder in folders:
        try:
            shutil.rmtree(folder)
        except OSError as error:
            raise FileNotDeleted(folder, reason_of(error)) from error

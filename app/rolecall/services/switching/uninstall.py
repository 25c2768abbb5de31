"""Remove what rolecall has written: its own folders, and lines in the start-up files of shells."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

from rolecall.domain.config.file_change import Change
from rolecall.domain.errors.file_error_reason import reason_of
from rolecall.domain.errors.file_errors import FileNotDeleted
from rolecall.files.locations import Locations
from rolecall.services.switching.shell_setup import ShellSetup


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


def uninstall(changes: Iterable[tuple[ShellSetup, Change]], folders: Iterable[Path]) -> None:
    """Write the changes, and delete the folders with all that is in them.

    Raises FileBusy, FileChanged, FileUnwritable, StateRefused, FileNotDeleted.
    """
    for setup, change in changes:
        setup.commit(change)
    for folder in folders:
        try:
            shutil.rmtree(folder)
        except OSError as error:
            raise FileNotDeleted(folder, reason_of(error)) from error

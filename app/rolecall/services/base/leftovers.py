"""What a killed rolecall leaves behind. A write deletes it too, in the folder that it writes to."""

from __future__ import annotations

import os
from contextlib import suppress
from functools import partial
from pathlib import Path
from tempfile import gettempdir
from typing import Final

from rolecall.files.locations import Locations
from rolecall.files.safe.temporary import delete_stale
from rolecall.files.safe.temporary_folder import delete_left, left_behind, temporary_folder

DRAFTS: Final = "edit"  # the kind of the folders in the state folder that have drafts

# Yields a new temporary home for the demo. Those that killed demos left behind are deleted.
demo_home: Final = partial(temporary_folder, "demo")


def left_folders(locations: Locations) -> list[Path]:
    """Return the folders with temporary files or drafts that killed runs left behind."""
    return left_drafts(locations.state) + _left(Path(gettempdir()))


def left_drafts(state: Path) -> list[Path]:
    """Return the folders with what was being edited when a rolecall was killed."""
    return _left(state, DRAFTS)


def _left(folder: Path, kind: str = "") -> list[Path]:
    with suppress(OSError):  # there is no such folder, or it cannot be read
        return left_behind(folder, kind)
    return []


def delete_leftovers(locations: Locations) -> None:
    """Delete temporary files, which may have secrets, from all folders that rolecall writes to.

    Drafts stay: they are offered first.
    """
    files = locations.config, locations.credentials, locations.settings
    folders = {Path(os.path.realpath(path)).parent for path in files if path.name}
    folders |= {locations.sso_cache, locations.cli_cache, locations.login_cache}
    folders |= {locations.state, locations.cache}
    folders |= {locations.state / name for name in ("backups", "refused", "renewing")}
    for folder in folders:
        with suppress(OSError):  # there is no such folder, or it cannot be read
            delete_stale(folder)
    for folder in _left(Path(gettempdir())):
        delete_left(folder)

"""What a killed rolecall leaves behind. A write deletes it too, in the folder that it writes to."""

from __future__ import annotations

import os
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Final

from rolecall.files.locations import Locations
from rolecall.files.safe.temporary import delete_stale
from rolecall.files.safe.temporary_folder import temporary_folder

# Yields a new temporary home for the demo. Those that killed demos left behind are deleted.
demo_home: Final = partial(temporary_folder, "demo")


def delete_leftovers(locations: Locations) -> None:
    """Delete temporary files, which may have secrets, from all folders that rolecall writes to."""
    files = locations.config, locations.credentials, locations.settings
    folders = {Path(os.path.realpath(path)).parent for path in files if path.name}
    folders |= {locations.sso_cache, locations.cli_cache, locations.login_cache}
    folders |= {locations.state, locations.cache}
    folders |= {locations.state / name for name in ("backups", "refused", "renewing")}
    for folder in folders:
        with suppress(OSError):  # there is no such folder, or it cannot be read
            delete_stale(folder)

"""Which process of this machine warns of an expiry: the first that claims the warning."""

from __future__ import annotations

import hashlib
import os
import time
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Final

from rolecall.domain.records import dataclass
from rolecall.domain.time_left import Level
from rolecall.domain.timestamps import write_time
from rolecall.files.safe.folders import make_folder

_FOLDER: Final = "warned"
_KEPT: Final = 86_400.0  # seconds


@dataclass(frozen=True, slots=True)
class ExpiryWarnings:
    """Claims are empty files in rolecall's state folder, which several machines may share."""

    state: Path

    def claim(self, expiry_id: str, expires_at: datetime | None, level: Level) -> bool:
        """Return whether this process is the first to warn of this expiry at this level.

        If that cannot be noted, it is: two warnings are better than none.
        """
        folder = self.state / _FOLDER
        when = write_time(expires_at) if expires_at else ""
        facts = "\0".join((os.uname().nodename, expiry_id, when, level.value))
        path = folder / hashlib.sha256(facts.encode("utf-8", "surrogateescape")).hexdigest()
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        try:
            make_folder(str(folder))
            _delete_old(folder)
            os.close(os.open(path, flags, 0o600))
        except FileExistsError:
            return False
        except OSError:
            pass
        return True


def _delete_old(folder: Path) -> None:
    limit = time.time() - _KEPT
    for path in folder.iterdir():
        with suppress(OSError):
            if path.stat().st_mtime < limit:
                path.unlink()

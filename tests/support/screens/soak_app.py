"""rolecall with a clock that another process moves: `soak_app.py CLOCK`, a file of `MovedClock`."""

from __future__ import annotations

import gc
import mmap
import os
import struct
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

_SECONDS = struct.Struct("d")


class MovedClock:
    """A clock that is some seconds ahead, in all processes that have the same file."""

    def __init__(self, path: Path) -> None:
        if not path.exists():
            path.write_bytes(_SECONDS.pack(0.0))
        with path.open("r+b") as file:
            self._ahead = mmap.mmap(file.fileno(), _SECONDS.size)

    @property
    def ahead(self) -> float:
        seconds: float = _SECONDS.unpack_from(self._ahead)[0]
        return seconds

    def __call__(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self.ahead)

    def monotonic(self) -> float:
        return time.monotonic() + self.ahead

    def forward(self, seconds: float) -> None:
        _SECONDS.pack_into(self._ahead, 0, self.ahead + seconds)


def main(path: str) -> None:
    gc.disable()  # until the first paint, as `cli.full_screen` does
    os.environ.setdefault("TEXTUAL_FPS", "240")
    from rolecall.services.base.settings import SettingsService
    from rolecall.services.services import Services
    from rolecall.ui.app.app import RolecallApp

    clock = MovedClock(Path(path))
    settings = SettingsService.from_environment(os.environ)

    def services() -> Services:
        return Services(
            os.environ, clock, clock.monotonic, uptime=clock.monotonic, settings=settings
        )

    RolecallApp(services, clock, settings).run(mouse=False)


if __name__ == "__main__":
    main(sys.argv[1])

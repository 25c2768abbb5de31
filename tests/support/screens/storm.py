"""Random keys and terminal sizes over all screens: `make storm`.

The keys come from a seed, in bursts that are faster than the work that they start. The keys that
leave rolecall are left out, so that only an error ends it. Between the keys, the terminal gets
another size, and soon its first one again.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, nullcontext
from pathlib import Path
from typing import Any, Final
from unittest.mock import patch

from textual import events
from textual.drivers.headless_driver import HeadlessDriver
from textual.geometry import Size
from textual.pilot import Pilot

from rolecall.demo.home import create_home
from rolecall.demo.options import DemoOptions
from rolecall.demo.server import DemoServer
from rolecall.presentation.commands import COMMANDS, MOVES
from rolecall.services.base.settings import SettingsService
from rolecall.services.services import Services
from rolecall.ui.app.app import RolecallApp
from rolecall.ui.screens.inventory.accounts import AccountsScreen
from tests.support.desk import FakeClock
from tests.support.waiting import pause_until

KEYS_OF_A_STORM: Final = 300
_LEAVE: Final = {"q", "ctrl+c", "ctrl+z", "u"}
_KEYS: Final = sorted(
    (
        {key for each in COMMANDS for key in each.keys}
        | {key for keys in MOVES.values() for key in keys}
        | {"backspace", "left", "right", "shift+tab"}
    )
    - _LEAVE
)
# Keys that open, close and leave screens; they come as often as all others together.
_TURNS: Final = (
    "escape", "escape", "escape", "enter", "enter", "enter", "1", "2", "3", "4", "S", "s", "e",
    "n", "comma", "a", "v", "space",
)  # fmt: skip
# Keys that ended rolecall when they came fast: they leave a screen while it still has work.
_PHRASES: Final = (
    ("2", "a", "s", "escape", "s", "enter", "3"),
    ("1", "a", "s", "escape", "s", "enter", "S"),
    ("comma", "escape", "comma", "enter"),
    ("2", "s", "enter", "1", "enter", "s", "enter"),
    ("3", "x", "enter", "1"),
    ("3", "v", "j", "v", "e", "escape"),
    ("S", "n", "escape", "escape"),
    ("S", "enter", "a", "a", "escape"),
    # Further than random keys come: after saving, and the sign-in with a browser.
    ("escape", "escape", "2", "j", "s", "enter", "v", "y", "escape"),
    ("escape", "escape", "S", "enter", "p", "o", "y", "p"),
    ("escape", "escape", "2", "exclamation_mark", "w", "enter", "r", "x", "enter", "escape"),
)
_CHARACTERS: Final = {
    "slash": "/", "question_mark": "?", "colon": ":", "comma": ",", "space": " ",
    "less_than_sign": "<", "greater_than_sign": ">", "exclamation_mark": "!",
}  # fmt: skip
_LONGEST_BURST: Final = 6
_PHRASED: Final = 0.2  # the share of bursts that are phrases
_STUMBLE: Final = 0.5  # the share of keys after which there is a pause inside a burst
_PAUSES: Final = (0.0, 0.002, 0.01, 0.03, 0.08, 0.15)  # seconds between bursts
_SIZES: Final = ((100, 30), (80, 24), (200, 50), (40, 12))  # columns and rows
_SMALLEST: Final = (20, 5)
_LARGEST: Final = (200, 60)
_RESIZE: Final = 0.06  # the share of keys after which the terminal gets another size
_RESIZE_BACK: Final = 0.4  # the same while it has not its first size
# Programs that keys start, in place of those of the machine.
_PROGRAMS: Final = {"BROWSER": "true", "VISUAL": "true"}


class Storm:
    """One storm. `pressed` has the keys so far, and sizes such as 80×24; `screens` how often each
    screen was seen. `first_size` is that of the terminal when rolecall starts.
    """

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.pressed: list[str] = []
        self.screens: Counter[str] = Counter()
        self._chance = random.Random(seed)
        self.first_size = self._size = Size(*_SIZES[seed % len(_SIZES)])

    async def run(self, home: Path, count: int = KEYS_OF_A_STORM) -> None:
        """Press `count` keys. Raises what ends rolecall."""
        async with self._open(home) as pilot:
            while len(self.pressed) < count and pilot.app.is_running:
                for key in self._burst():
                    self._press(pilot.app, key)
                    self._resize_perhaps(pilot.app)
                    if self._chance.random() < _STUMBLE:
                        await asyncio.sleep(self._chance.choice(_PAUSES))
                await asyncio.sleep(self._chance.choice(_PAUSES))
            await self._leave_everything(pilot)

    def _burst(self) -> Sequence[str]:
        if self._chance.random() < _PHRASED:
            return self._chance.choice(_PHRASES)
        count = self._chance.randint(1, _LONGEST_BURST)
        kinds = [_TURNS if self._chance.random() < 0.5 else _KEYS for _ in range(count)]
        return [self._chance.choice(keys) for keys in kinds]

    def _press(self, app: RolecallApp, key: str) -> None:
        self.pressed.append(key)
        self.screens[type(app.screen).__name__] += 1
        app.post_message(events.Key(key, _CHARACTERS.get(key, key if len(key) == 1 else None)))

    def _resize_perhaps(self, app: RolecallApp) -> None:
        is_first = self._size == self.first_size
        if self._chance.random() >= (_RESIZE if is_first else _RESIZE_BACK):
            return
        columns, rows = map(self._chance.randint, _SMALLEST, _LARGEST)
        self._size = Size(columns, rows) if is_first else self.first_size
        self.pressed.append(f"{self._size.width}×{self._size.height}")
        # As `Pilot.resize_terminal`, which waits until it is painted.
        assert isinstance(app._driver, HeadlessDriver)
        app._driver._size = self._size
        app.post_message(events.Resize(self._size, self._size))

    async def _leave_everything(self, pilot: Pilot[Any]) -> None:
        """Go back to the accounts, which must be possible from everywhere."""

        def is_back() -> bool:
            app = pilot.app
            if not app.is_running or (isinstance(app.screen, AccountsScreen)):
                return True
            app.post_message(events.Key("escape", None))
            app.post_message(events.Key("1", "1"))
            return False

        await pause_until(is_back)
        pilot.app.exit()

    @asynccontextmanager
    async def _open(self, home: Path) -> AsyncIterator[Any]:
        """Open rolecall in a demo home: signed in if the seed is odd."""
        options = DemoOptions(seed=self.seed, accounts=12, latency=0.02 * (self.seed % 3))
        with DemoServer(options) as server:
            create_home(home, server.start_url, server.region, server.organisation)
            environ, clock = server.environment(home), FakeClock()
            environ["PATH"] = str(_programs(home / "bin"))
            settings = SettingsService.from_environment(environ)

            def services() -> Services:
                return Services(
                    environ, clock, clock.monotonic, uptime=clock.uptime, settings=settings
                )

            if self.seed % 2:
                sign_in = services().sign_in
                attempt = sign_in.begin(sign_in.sessions()[0])
                server.approve(attempt.code.user_code)
                attempt.poll()
            app = RolecallApp(services, clock, settings, demo=server)
            # Without a terminal there is none to give to another program.
            lends = patch.object(RolecallApp, "suspend", nullcontext)
            with patch.dict(os.environ, _PROGRAMS), lends:
                async with app.run_test(size=self.first_size) as pilot:
                    yield pilot


def _programs(folder: Path) -> Path:
    """Return the folder, with the only program that random keys can start."""
    folder.mkdir()
    program = folder / "w"
    program.write_text("#!/bin/sh\necho x\nexit 3\n")
    program.chmod(0o755)
    return folder


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--seed", type=int, help="repeat only this storm")
    arguments = parser.parse_args()
    end, failures, screens = time.monotonic() + 60 * arguments.minutes, 0, Counter[str]()
    seed = random.randrange(10**6) if arguments.seed is None else arguments.seed
    while time.monotonic() < end:
        storm = Storm(seed)
        with tempfile.TemporaryDirectory() as folder:
            try:
                asyncio.run(storm.run(Path(folder) / "home"))
            except Exception as error:
                failures += 1
                print(f"seed {seed}: {error!r}\n  after {' '.join(storm.pressed[-40:])}")
        screens += storm.screens
        seed += 1
        if arguments.seed is not None:
            break
    print(", ".join(f"{name} {count}" for name, count in screens.most_common()))
    return failures


if __name__ == "__main__":
    sys.exit(min(1, main()))

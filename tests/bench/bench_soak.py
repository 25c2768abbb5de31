"""A long run: what rolecall keeps after thousands of renewals, listings, resizes and keys.

`ROLECALL_SOAK` is the share of them that is run, 1 if it is not set. The whole takes about an hour.
It is run in rounds of all, and memory is shown after each.
"""

from __future__ import annotations

import os
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rolecall.demo.home import SESSION, create_home
from rolecall.demo.options import DemoOptions
from rolecall.demo.server import DemoServer
from rolecall.domain.model import SsoSession
from rolecall.files.caches.sso_cache import SsoCache
from tests.bench.measure import CALM, Report, idle, python, resident_mb, run
from tests.support.screens import soak_app
from tests.support.screens.soak_app import MovedClock
from tests.support.terminal import Terminal

ACCOUNTS = 2_000
RENEWALS, LISTINGS, RESIZES, KEYS, TOURS = 10_000, 200, 5_000, 100_000, 400
ROUND = 0.05  # the share of all that one round has
# Rounds before the first measurement, whatever is run. In the first two of twenty, memory grows by
# a third, as every screen is opened for the first time and caches fill; in all later ones by 3 %.
WARM_UP = 2
STEP = 30  # seconds between two renewals
AGAIN = 2  # seconds after which a key is pressed again: it may have met the renewal before
HELP = "Accounts › Help"
# Every place, and the screens that open over them: the keys, and how the line of keys begins then.
TOUR = [
    ("enter", "^ s save .* Esc back"), ("s", "^ Enter save"), ("escape", "^ s save .* Esc back"),
    ("c", "^ Enter copy"), ("escape", "^ s save .* Esc back"), ("escape", "^ Enter open"),
    ("2", "^ s save "), ("3", "^ v verify"), ("4", "^ r renew"), ("?", "^ Enter run"),
    ("escape", "^ r renew"), ("1", "^ Enter open"), ("e", "^ Enter save"),
    ("escape", "^ Enter open"),
]  # fmt: skip
WORDS = ["prod", "dev core", "x9"]
# One burst: the list, an account, the filter, help, the other places.
BURST = [
    *["down"] * 30, *["pagedown", "pageup"] * 5, "enter", *["down", "up"] * 5, "escape",
    "/", *"prod", *["backspace"] * 4, "escape", "?", "escape", "2", *["down"] * 10, "3", "4", "1",
]  # fmt: skip


@dataclass(frozen=True)
class Size:
    """What the process has: MB of memory, open files, threads; and the bytes of its cache."""

    memory: float
    files: int
    threads: int
    cache: int


class Soak:
    def __init__(
        self, terminal: Terminal, server: DemoServer, clock: MovedClock, home: Path, accounts: int
    ) -> None:
        self._terminal = terminal
        self._server = server
        self._clock = clock
        self._home = home
        self._accounts = accounts
        self._pick = random.Random(1)

    def run(self, rounds: int) -> list[Size]:
        """Run that many rounds, and return the size after each."""
        return [self._run_round() for _ in range(rounds)]

    def _run_round(self) -> Size:
        self.renew(int(RENEWALS * ROUND))
        self.list(int(LISTINGS * ROUND))
        self.resize(int(RESIZES * ROUND))
        self.press(int(KEYS * ROUND))
        self.tour(int(TOURS * ROUND))
        return self.size()

    def renew(self, count: int) -> None:
        self._terminal.press("4")
        self._terminal.wait_for("Tokens")
        for _ in range(count):
            self._server.calls.clear()
            self._clock.forward(STEP)
            self._terminal.press("r")
            pressed = time.monotonic()

            def is_renewed() -> bool:
                nonlocal pressed
                if time.monotonic() > pressed + AGAIN:
                    self._terminal.press("r")
                    pressed = time.monotonic()
                return self._server.calls.count("CreateToken", status=200) > 0

            self._until(is_renewed, "renewal")
            self._terminal.settle(0.02)
        self._terminal.press("1")

    def list(self, count: int) -> None:
        for _ in range(count):
            self._server.calls.clear()
            self._terminal.press("R")
            self._until(
                lambda: self._server.calls.count("ListAccountRoles") >= self._accounts, "listing"
            )
            self._terminal.wait_for("seen just now")

    def resize(self, count: int) -> None:
        for _ in range(count):
            self._terminal.resize(self._pick.randint(40, 200), self._pick.randint(10, 60))
            self._terminal.read(self._pick.random() * 0.05)
        self._terminal.resize(120, 40)
        self._terminal.settle(0.5)

    def tour(self, count: int) -> None:
        """Open and close every screen."""
        for _ in range(count):
            for key, shown in TOUR:
                self._terminal.press(key, then=shown)

    def filter(self, count: int) -> None:
        """Type words into the filter, and leave it."""
        for turn in range(count):
            words = WORDS[turn % len(WORDS)]
            self._terminal.press("/", *words, then=f"/ {words}")
            self._terminal.press("escape", "escape", gone=f"/ {words}")

    def press(self, count: int) -> None:
        for _ in range(count // len(BURST)):
            self._terminal.press(*BURST, "?")  # the help says that all keys before it are handled
            self._terminal.wait_for(HELP)
            self._terminal.press("escape")
            self._terminal.wait_gone(HELP)

    def size(self) -> Size:
        """Measure after a calm moment."""
        self._terminal.settle(CALM, CALM)
        folder = Path(f"/proc/{self._terminal.process.pid}")
        cache = sum(each.stat().st_size for each in (self._home / ".cache").rglob("*.sqlite*"))
        return Size(
            resident_mb(self._terminal),
            len(list((folder / "fd").iterdir())),
            len(list((folder / "task").iterdir())),
            cache,
        )

    def _until(self, condition: Callable[[], bool], what: str) -> None:
        self._terminal.wait_until(condition, 120, what)


def measure(report: Report) -> None:
    rounds = max(1, round(float(os.environ.get("ROLECALL_SOAK", "1")) / ROUND))
    with soaking(ACCOUNTS) as (soak, terminal):
        show(report, soak.run(WARM_UP)[-1], soak.run(rounds))
        report.line("idle after it", idle(terminal, 60).cpu * 100, "% CPU", 0.2)


@contextmanager
def soaking(accounts: int) -> Iterator[tuple[Soak, Terminal]]:
    """Start rolecall with so many accounts, and wait until all are listed."""
    with tempfile.TemporaryDirectory() as folder:
        clock, home = MovedClock(Path(folder) / "clock"), Path(folder) / "home"
        home.mkdir()
        options = DemoOptions(accounts=accounts, clock=clock)
        with DemoServer(options) as server:
            create_home(home, server.start_url, server.region, server.organisation)
            session = SsoSession(SESSION, server.start_url, server.region)
            state = home / ".local" / "state" / "rolecall"
            cache = SsoCache(home / ".aws" / "sso" / "cache", state)
            cache.save_token(session, server.sign_in())
            command = python(soak_app.__file__, Path(folder) / "clock")
            with Terminal(command, columns=120, lines=40, env=server.environment(home)) as terminal:
                terminal.wait_for("seen just now", 300)
                yield Soak(terminal, server, clock, home, accounts), terminal


def show(report: Report, before: Size, sizes: list[Size]) -> None:
    counts = {
        "renewals": RENEWALS,
        "listings": LISTINGS,
        "resizes": RESIZES,
        "keys": KEYS,
        "tours": TOURS,
    }
    for name, count in counts.items():
        report.line(name, count * ROUND * len(sizes), "")
    report.line("resident after warm-up", before.memory, "MB")
    for number, size in enumerate(sizes, 1):
        report.line(f"resident after round {number}", size.memory, "MB")
    after = sizes[-1]
    report.line("resident at the end / after warm-up", after.memory / before.memory, "×", 1.05)
    report.line("more open files", after.files - before.files, "", 0)
    report.line("more threads", after.threads - before.threads, "", 0)
    report.line("cache at the end / after warm-up", after.cache / max(1, before.cache), "×", 1.05)


if __name__ == "__main__":
    run(measure, "Soak")

"""Bytes on the line and delays: on a pty, and through OpenSSH with 80 ms and 256 kbit/s, also with
`ssh -C`.

The terminal has 120×40 cells and 256 colours. rolecall is signed in to a demo with 300 accounts,
which are in its cache.
"""

from __future__ import annotations

import json
import random
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha1
from pathlib import Path

from rolecall.demo.home import SESSION, create_home
from rolecall.demo.organisation import organisation_of
from tests.bench.measure import (
    BLANK_APP,
    TRIP,
    Pace,
    Reference,
    Report,
    blank_app,
    first_paints,
    idle,
    key_cost,
    key_costs,
    percentile,
    python,
    run,
)
from tests.support.network.far_server import FarServer
from tests.support.network.ssh import ssh_server
from tests.support.terminal import Terminal

ACCOUNTS = 300
READY = rf"{ACCOUNTS}( accounts)? · seen"
LAST = "Using the cached access token of demo"  # the last text of the first screen; it covers READY
TYPED = [*"prod", *["backspace"] * 4]
RESTED = 0.6  # seconds after which the details of the row have followed the cursor
HELD_SECONDS, KEYS_A_SECOND = 3.0, 30


class Opener:
    """Opens rolecall in a new home, here or through `ssh`."""

    def __init__(self, home: Path, server: FarServer, ssh: list[str]) -> None:
        create_home(home, server.start_url, server.region, organisation_of(ACCOUNTS))
        token = server.sign_in()
        cache = home / ".aws" / "sso" / "cache" / f"{sha1(SESSION.encode()).hexdigest()}.json"
        cache.parent.mkdir(parents=True)
        kept = {
            "startUrl": token.start_url,
            "region": token.region,
            "accessToken": token.value.reveal(),
            "expiresAt": stamp(token.expires_at),
        }
        cache.write_text(json.dumps(kept))
        self._env = {**server.endpoints, "HOME": str(home), "AWS_EC2_METADATA_DISABLED": "true"}
        self._ssh = ssh
        self.trips: list[float] = []  # seconds from a key to its echo by the far terminal
        with self.open() as terminal:
            terminal.wait_for(READY, 120)

    @contextmanager
    def open(self) -> Iterator[Terminal]:
        command = [str(part) for part in python("-m", "rolecall")]
        env = {**self._env, "COLORTERM": ""}
        if self._ssh:
            remote = ["env", *(f"{name}={value}" for name, value in env.items()), *command]
            # The time starts with Enter in the remote shell, as it does for a user.
            script = f"printf 'connected'; read -r _; exec {' '.join(remote)}"
            command = [*self._ssh, script]
        with Terminal(command, columns=120, lines=40, env=env) as terminal:
            if self._ssh:
                terminal.wait_for("connected", 30)
                self.trips.append(key_cost(terminal, "x", Pace(1, 0.1)).seconds)
                terminal.started = time.monotonic()
                terminal.press("enter")
            yield terminal


def stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(frozen=True)
class Line:
    """A line, with the limits for what a user sees; None where they are not for this line."""

    name: str
    pace: Pace
    of: Reference
    delay: float
    screen: float | None = None
    key: float | None = None


# The details come 0.15 s after a key: between two keys here, and alone on a slow line.
NEAR = Line("", Pace(0.1, 0.1), BLANK_APP, delay=2.5)
SLOW = Line("ssh: ", Pace(0.5, 0.1, RESTED), TRIP, delay=6.25, screen=15, key=2.5)
COMPRESSED = Line("ssh -C: ", SLOW.pace, TRIP, delay=6.25)


def first_screens(report: Report, opener: Opener, line: Line) -> None:
    times, sizes = [], []
    for _ in range(3):
        with opener.open() as terminal:
            before = terminal.bytes_received
            terminal.wait_for(LAST, 30)
            terminal.settle(0.5)
            times.append((terminal.last_output - terminal.started) * 1000)
            sizes.append(terminal.bytes_received - before)
    if opener.trips:
        report.refer(TRIP, percentile(opener.trips, 50))
    name = f"{line.name}first screen"
    report.line(f"{name} settled, median", percentile(times, 50), "ms", line.screen, line.of)
    report.line(name, percentile(sizes, 50), "bytes", 8_000)


def keys(report: Report, terminal: Terminal, line: Line) -> None:
    pace, limit, of, name = line.pace, line.key, line.of, line.name
    whole = Pace(RESTED, RESTED)
    costs = key_costs(terminal, ["down"] * 10, pace)
    report.keys(f"{name}cursor key", costs, limit, of, bytes_limit=600)
    key_cost(terminal, "down", whole)
    costs = key_costs(terminal, ["down"] * 4, whole)
    report.keys(f"{name}a key and then its details", costs, bytes_limit=600 + 1500)
    terminal.press(*["down"] * 25)
    terminal.settle(RESTED)
    costs = key_costs(terminal, ["down"] * 10, pace)
    report.keys(f"{name}cursor key with scrolling", costs, limit, of, bytes_limit=3000)
    report.keys(f"{name}page key", key_costs(terminal, ["pagedown", "pageup"] * 2, pace))
    key_cost(terminal, "/", whole)
    costs = key_costs(terminal, TYPED, pace)
    report.keys(f"{name}filter key", costs, limit, of, bytes_limit=6000)
    key_cost(terminal, "escape", whole)


def held(report: Report, terminal: Terminal, line: Line) -> None:
    """Measure how long the screen still changes after a held key is released."""
    key_cost(terminal, "g", Pace(RESTED, RESTED))
    start = time.monotonic()
    for i in range(int(HELD_SECONDS * KEYS_A_SECOND)):
        while (left := start + i / KEYS_A_SECOND - time.monotonic()) > 0:
            terminal.read(left)
        terminal.press("down")
    report_delay(report, terminal, line, "arrow key held 3 s: delay at release")


def resized(report: Report, terminal: Terminal, line: Line) -> None:
    pick = random.Random(1)
    for _ in range(50):
        terminal.resize(pick.randint(40, 200), pick.randint(10, 60))
        terminal.read(pick.random() * 0.05)
    terminal.resize(120, 40)
    report_delay(report, terminal, line, "50 resizes: delay after the last")


def report_delay(report: Report, terminal: Terminal, line: Line, name: str) -> None:
    released = time.monotonic()
    terminal.settle(0.5)
    delay = max(0.0, terminal.last_output - released)
    report.line(f"{line.name}{name}", delay * 1000, "ms", line.delay, line.of)


def measure_all(report: Report, opener: Opener, line: Line) -> None:
    first_screens(report, opener, line)
    with opener.open() as terminal:
        terminal.wait_for(READY, 30)
        terminal.settle(RESTED)
        keys(report, terminal, line)
        held(report, terminal, line)
        resized(report, terminal, line)
        for key, place in (("1", "Accounts"), ("4", "Tokens")):
            terminal.press(key)
            cost = idle(terminal, 4).bytes_a_second
            report.line(f"{line.name}idle on {place}", cost, "B/s", 100)


def measure(report: Report) -> None:
    with tempfile.TemporaryDirectory() as folder, FarServer(accounts=ACCOUNTS) as server:
        here = Path(folder)
        (blank,) = first_paints([blank_app()], 5)
        report.refer(BLANK_APP, blank.seconds)
        measure_all(report, Opener(here / "near", server, []), NEAR)
        with ssh_server(here / "ssh", slow=True) as ssh:
            measure_all(report, Opener(here / "slow", server, ssh), SLOW)
            compressed = [ssh[0], "-C", *ssh[1:]]
            measure_all(report, Opener(here / "compressed", server, compressed), COMPRESSED)


if __name__ == "__main__":
    run(measure, "Line")

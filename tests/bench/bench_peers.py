"""rolecall next to other full-screen programs: fzf, posting and harlequin.

`make bench-peers` installs them. They do other things, so this says how a program of the kind
feels. fzf has the rows of rolecall's table. All are started in turns. Filters are compared with fzf
where they have limits, in bench_inventory.
"""

from __future__ import annotations

import shlex
import tempfile
from functools import partial
from pathlib import Path

from tests.bench import peers
from tests.bench.bench_crawl import SignedInHome
from tests.bench.measure import (
    Command,
    Reference,
    Report,
    Start,
    first_paint,
    first_paints,
    key_costs,
    percentile,
    python,
    resident_mb,
    run,
    shows,
)
from tests.support.network.far_server import FarServer
from tests.support.terminal import Terminal

ACCOUNTS = 10_000
ROWS = "rows.txt"
# What is on the screen when a program is painted, and the keys that it is measured with.
READY = {
    "rolecall": "IoT gateways",
    "fzf": f"{ACCOUNTS}/{ACCOUNTS}",
    "posting": "GET",
    "harlequin": "Data Catalog",
}
WITH_ROWS = ("rolecall", "fzf")


def starts(report: Report, desk: SignedInHome, home: Path) -> dict[str, Start]:
    """Return how to start rolecall and the peers that are installed and start here."""
    fzf, posting, harlequin = map(peers.find, ("fzf", "posting", "harlequin"))
    commands: dict[str, Command] = {"rolecall": python("-m", "rolecall")}
    if fzf:
        commands["fzf"] = ["sh", "-c", f"exec {shlex.quote(str(fzf))} < {home / ROWS}"]
    if posting:
        commands["posting"] = [posting]
    if harlequin:
        commands["harlequin"] = [harlequin, "--adapter", "sqlite", ":memory:"]
    for name in READY.keys() - commands.keys():
        report.lack(f"{name} is not installed: make bench-peers")
    found: dict[str, Start] = {}
    for name, command in commands.items():
        start = command, desk.environ, shows(READY[name])
        try:
            first_paint(*start)  # not counted: the files may not be in the memory yet
        except AssertionError as error:
            report.lack(f"{name}: {str(error).partition(', on screen')[0]}")
        else:
            found[name] = start
    return found


def measure_first_paints(report: Report, found: dict[str, Start]) -> None:
    paints = first_paints(list(found.values()), rounds=5)
    seconds = {name: paint.seconds * 1000 for name, paint in zip(found, paints, strict=True)}
    compare(report, "spawn to first screen", seconds, "ms")


def measure_keys(report: Report, found: dict[str, Start]) -> None:
    figures: dict[tuple[str, str], dict[str, float]] = {}
    for name, (command, environ, is_ready) in found.items():
        with Terminal(command, columns=120, lines=40, env=environ) as terminal:
            terminal.wait_until(partial(is_ready, terminal))
            terminal.settle(3)  # until rolecall has prepared the search
            if name in WITH_ROWS:
                _add(figures, name, "cursor key, p95", _costs(terminal, ["up", "down"] * 10))
            _add(figures, name, "resident", {"MB": resident_mb(terminal)})
    for (what, unit), values in figures.items():
        compare(report, what, values, unit)


def compare(report: Report, what: str, values: dict[str, float], unit: str) -> None:
    """Report what each peer needs, and rolecall in multiples of it."""
    for name in values.keys() - {"rolecall"}:
        peer = Reference(f"{what}: {name}")
        report.refer(peer, values[name], unit)
        report.line(f"{what}: rolecall", values["rolecall"], unit, of=peer)


def _add(
    figures: dict[tuple[str, str], dict[str, float]], name: str, what: str, new: dict[str, float]
) -> None:
    for unit, value in new.items():
        figures.setdefault((what, unit), {})[name] = value


def _costs(terminal: Terminal, keys: list[str]) -> dict[str, float]:
    costs = key_costs(terminal, keys)
    seconds = percentile((cost.seconds for cost in costs), 95)
    return {"ms": seconds * 1000, "bytes": percentile((cost.bytes for cost in costs), 95)}


def measure(report: Report) -> None:
    with tempfile.TemporaryDirectory() as folder, FarServer(accounts=ACCOUNTS) as server:
        home = Path(folder) / "home"
        desk = SignedInHome(server, home)
        catalogue = desk.fill(ACCOUNTS).catalogue
        rows = (f"{each.account.name}  {each.account.id}" for each in catalogue)
        (home / ROWS).write_text("\n".join(rows))
        found = starts(report, desk, home)
        measure_first_paints(report, found)
        measure_keys(report, found)


if __name__ == "__main__":
    run(measure, "Peers")

"""Processor time of commands that a prompt or a script waits for, in turns with bare Python.

10,000 accounts are in the cache, or 41 where a command is compared with `rolecall list`. No command
asks AWS. CONTRIBUTING.md has a table of the times.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from rolecall.demo.organisation import organisation_of
from tests.bench.bench_crawl import SignedInHome
from tests.bench.measure import (
    CLICK_CPU,
    PYTHON_CPU,
    ROOT,
    Command,
    Reference,
    Report,
    cpu_times,
    python,
    run,
)
from tests.support.network.far_server import FarServer

ACCOUNTS: Final = 10_000
ROUNDS: Final = 7
PAGE: Final = ROOT / "CONTRIBUTING.md"
_SECTION: Final = re.compile(
    r"(?<=<!-- times: made by `make bench` -->\n).*(?=<!-- /times -->)", re.DOTALL
)
PROFILE: Final = "bench"
CLICK: Final = "python -c 'import click'"
LIST: Final = Reference("rolecall list, 41 accounts, processor time")
# At most these multiples of `python -c pass`.
LIMITS: Final = {
    "tokens": 6.0,
    "tokens --json": 6.0,
    "tokens --sso-session demo": 6.0,
    "list prod 4321": None,
    "list pdadm": None,
    "list --json": 60.0,
    "doctor": None,
    "save --all --dry-run booking-prod-9": None,
    f"export {PROFILE}": None,
    "whoami --help": None,
}
LISTS: Final = ("list prod 4321", "list pdadm")  # at most three times Python with click
ROLECALL: Final = Path(sys.executable).parent / "rolecall"


def measure(report: Report) -> None:
    with tempfile.TemporaryDirectory() as folder:
        measure_large(report, Path(folder) / "large")
        measure_help(report, Path(folder) / "small")


def measure_large(report: Report, home: Path) -> None:
    with FarServer(accounts=ACCOUNTS) as server:
        desk = SignedInHome(server, home)
        desk.fill(ACCOUNTS)
        account = next(iter(organisation_of(ACCOUNTS).assignments()))
        with (home / ".aws" / "config").open("a") as config:
            config.write(
                f"\n[profile {PROFILE}]\nsso_session = demo\n"
                f"sso_account_id = {account.account.id}\n"
                f"sso_role_name = {account.permission_set.name}\n"
            )
        environ = desk.environ | {"PATH": "/usr/bin:/bin"}
        # From here on the credentials are in the cache.
        subprocess.run([ROLECALL, "export", PROFILE], env=environ, capture_output=True, check=True)
        commands: list[Command] = [[ROLECALL, *each.split()] for each in LIMITS]
        bare, click, *found = cpu_times(
            [python("-c", "pass"), python("-c", "import click"), *commands], environ, ROUNDS
        )
        report.refer(PYTHON_CPU, bare)
        report.refer(CLICK_CPU, click)
        times = {CLICK: click / bare}
        for name, taken, limit in zip(LIMITS, found, LIMITS.values(), strict=True):
            report.line(f"rolecall {name}", taken * 1000, "ms", limit, PYTHON_CPU)
            times[f"rolecall {name}"] = taken / bare
            if name in LISTS:
                report.line(f"rolecall {name}", taken * 1000, "ms", 3, CLICK_CPU)
        PAGE.write_text(with_times(PAGE.read_text(encoding="utf-8"), times), encoding="utf-8")


def measure_help(report: Report, home: Path) -> None:
    with FarServer() as server:
        desk = SignedInHome(server, home)
        desk.crawl()
        listing, help_ = cpu_times([[ROLECALL, "list"], [ROLECALL, "--help"]], desk.environ, ROUNDS)
        report.refer(LIST, listing)
        report.line("rolecall --help", help_ * 1000, "ms", 1, LIST)


def with_times(text: str, times: dict[str, float]) -> str:
    """Return the page with these times. Raises ValueError if it lacks the markers."""
    rows = [f"| `{name}` | {taken:.0f} × |" for name, taken in times.items()]
    table = "\n".join(["| Command | Time |", "|---|---|", *rows, ""])
    updated, count = _SECTION.subn(lambda _: table, text)
    if count != 1:
        raise ValueError("CONTRIBUTING.md lacks the markers of the times")
    return updated


if __name__ == "__main__":
    run(measure, "Commands: processor time in multiples of `python -c pass`")

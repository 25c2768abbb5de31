"""Processor time of commands that a prompt or a script waits for, in turns with bare Python.

10,000 accounts are in the cache. No command asks AWS. CONTRIBUTING.md has a table of the times.
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
from tests.bench.measure import Command, Report, cpu_times, python, run
from tests.support.far_server import FarServer

ACCOUNTS: Final = 10_000
ROUNDS: Final = 9
PAGE: Final = Path(__file__).resolve().parents[2] / "CONTRIBUTING.md"
_SECTION: Final = re.compile(
    r"(?<=<!-- times: made by `make bench` -->\n).*(?=<!-- /times -->)", re.DOTALL
)
PROFILE: Final = "bench"
CLICK: Final = "python -c 'import click'"
# At most these multiples of `python -c pass`.
LIMITS: Final = {
    "tokens": 6.0,
    "tokens --json": 6.0,
    "tokens --sso-session demo": 6.0,
    "list prod 4321": None,
    "list pdadm": None,
    "list --json": None,
    "doctor": None,
    "save --all --dry-run booking-prod-9": None,
    f"export {PROFILE}": None,
    "whoami --help": None,
}
LISTS: Final = ("list prod 4321", "list pdadm")


def measure(report: Report) -> None:
    with tempfile.TemporaryDirectory() as folder, FarServer(accounts=ACCOUNTS) as server:
        home = Path(folder) / "home"
        desk = SignedInHome(server, home)
        desk.crawl()
        account = next(iter(organisation_of(ACCOUNTS).assignments()))
        with (home / ".aws" / "config").open("a") as config:
            config.write(
                f"\n[profile {PROFILE}]\nsso_session = demo\n"
                f"sso_account_id = {account.account.id}\n"
                f"sso_role_name = {account.permission_set.name}\n"
            )
        rolecall = Path(sys.executable).parent / "rolecall"
        environ = desk.environ | {"PATH": "/usr/bin:/bin"}
        # From here on the credentials are in the cache.
        subprocess.run([rolecall, "export", PROFILE], env=environ, capture_output=True, check=True)
        commands: dict[str, Command] = {
            f"rolecall {each}": [rolecall, *each.split()] for each in LIMITS
        }
        bare, click, *found = cpu_times(
            [python("-c", "pass"), python("-c", "import click"), *commands.values()],
            environ,
            ROUNDS,
        )
        report.line("python -c pass", bare * 1000, "ms")
        report.line(CLICK, click / bare, "×")
        times = {CLICK: click / bare}
        for name, taken, limit in zip(commands, found, LIMITS.values(), strict=True):
            report.line(name, taken / bare, "×", limit)
            times[name] = taken / bare
        for each in LISTS:
            ratio = times[f"rolecall {each}"] / times[CLICK]
            report.line(f"rolecall {each} / Python with click", ratio, "×", 3)
        report.line("rolecall list --json", times["rolecall list --json"] * bare, "s", 0.6)
        PAGE.write_text(with_times(PAGE.read_text(encoding="utf-8"), times), encoding="utf-8")


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

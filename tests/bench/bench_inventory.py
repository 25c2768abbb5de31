"""The screen with 10,000 accounts: opened from the cache, and while a crawl fills it."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Sequence
from pathlib import Path

from rolecall.demo.options import TENANT
from rolecall.demo.organisation import organisation_of
from rolecall.domain.inventory.annotations import Annotation
from rolecall.domain.inventory.catalogue import Catalogue
from rolecall.files.own.accounts_file import text_of
from rolecall.services.base.launch_images import OFF
from tests.bench.bench_crawl import LATENCY, LIMIT, SignedInHome
from tests.bench.bench_table import measure_cursor, measure_filter, rows_of
from tests.bench.measure import (
    BLANK_APP,
    BLANK_APP_CPU,
    DATA_TABLE_KEY,
    TRIP,
    Report,
    blank_app,
    data_table_key,
    first_paints,
    in_homes,
    percentile,
    python,
    resident_mb,
    run,
)
from tests.support.network.far_server import FarServer
from tests.support.terminal import Terminal

ACCOUNTS = 10_000
WITH_ROLES = 5_000  # accounts with 40,000 permission sets and roles
KEYS = 100
HIGHLIGHTS = 12
_LINES = 40
_CURSOR = "▌".encode()
_LAST_ROW = "IoT gateways"  # of a full table
_HIGHLIGHTED = re.compile(r"▌.*?(\d{12})")
_NOT_LISTED = re.compile(r"▌.* {3,}…")


def open_rolecall(desk: SignedInHome) -> Terminal:
    return Terminal(python("-m", "rolecall"), columns=120, lines=_LINES, env=desk.environ)


def _is_full(terminal: Terminal) -> bool:
    return _LAST_ROW in terminal.screen_text()


def measure_start(report: Report, desk: SignedInHome, name: str) -> None:
    # Without an image: bench_launch measures it with one.
    ours = python("-m", "rolecall"), {**desk.environ, OFF: "1"}, _is_full
    blank, table = first_paints([blank_app(), ours])
    report.refer(BLANK_APP, blank.seconds)
    report.refer(BLANK_APP_CPU, blank.cpu)
    report.line(f"{name}: spawn to full table", table.seconds * 1000, "ms", of=BLANK_APP)
    name = f"{name}: full table, processor time"
    report.line(name, table.cpu * 1000, "ms", 1.3, BLANK_APP_CPU)


def open_from_cache(report: Report, home: Path) -> None:
    name = f"{ACCOUNTS:,} accounts in the cache"
    with FarServer(accounts=ACCOUNTS) as server:
        desk = SignedInHome(server, home)
        catalogue = desk.fill(ACCOUNTS).catalogue
        rows = {"accounts": rows_of(ACCOUNTS), "permission sets": sets_of(catalogue)}
        measure_start(report, desk, name)
        with open_rolecall(desk) as terminal:
            terminal.wait_for(f"{ACCOUNTS:,} accounts")
            time.sleep(3)  # until all rows are prepared for the search
            terminal.read(0.1)
            report.line(f"{name}: resident", resident_mb(terminal), "MB", 120)
            for key, place in (("1", "accounts"), ("2", "permission sets")):
                terminal.press(key)
                terminal.wait_for(rf"\d {place}")
                measure_rows(report, terminal, place, rows[place])
            report.line(f"{name}: resident with both tables", resident_mb(terminal), "MB", 120)


def open_with_annotations(report: Report, home: Path) -> None:
    """Each account has an alias, a note and groups; the same limits below the groups."""
    name = f"{ACCOUNTS:,} accounts with aliases and notes"
    with FarServer(accounts=ACCOUNTS) as server:
        desk = SignedInHome(server, home)
        desk.fill(ACCOUNTS)
        annotate(desk)
        measure_start(report, desk, name)
        with open_rolecall(desk) as terminal:
            terminal.wait_for("Alias")
            terminal.wait_for(f"{ACCOUNTS:,} accounts")
            terminal.press("b")
            terminal.wait_for("▼ eu")
            measure_rows(report, terminal, "accounts below their groups", rows_of(ACCOUNTS))
            report.line(f"{name}: resident", resident_mb(terminal), "MB", 120)


def annotate(desk: SignedInHome) -> None:
    said = {
        account.id: Annotation(
            f"alias-{number}", f"Ask #team-{number} first", (f"team-{number % 200}", "eu")
        )
        for number, account in enumerate(organisation_of(ACCOUNTS).accounts)
    }
    path = desk.services.locations.accounts
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text_of(said), encoding="utf-8")


def sets_of(catalogue: Catalogue) -> list[str]:
    """Return the permission sets and roles as rows for fzf."""
    return [
        f"{each.account.name}  {each.account.id}  {each.permission_set.name}"
        for each in catalogue.assignments()
    ]


def measure_rows(report: Report, terminal: Terminal, name: str, rows: Sequence[str]) -> None:
    time.sleep(6)  # until all rows are prepared for the search, and garbage is collected
    terminal.read(0.1)
    measure_cursor(report, terminal, name)
    measure_filter(report, terminal, name, rows)
    terminal.press("escape", "escape")
    terminal.settle(0.3)


def open_with_roles(report: Report, home: Path) -> None:
    """Permission sets and roles of account access manager in one table."""
    with FarServer(accounts=WITH_ROLES, tenant=TENANT) as server:
        desk = SignedInHome(server, home)
        rows = sets_of(desk.crawl().catalogue)
        with open_rolecall(desk) as terminal:
            terminal.wait_for(rf"{WITH_ROLES:,}|{WITH_ROLES + 1:,}")
            terminal.press("2")
            terminal.wait_for(r"\d permission sets")
            measure_rows(report, terminal, "permission sets and roles", rows)
            report.line("permission sets and roles: resident", resident_mb(terminal), "MB", 120)


def reaction(terminal: Terminal, key: str) -> float:
    """Return the seconds from a key to the painted cursor."""
    at, start = len(terminal.received), time.monotonic()
    terminal.press(key)
    while _CURSOR not in terminal.received[at:]:
        terminal.read(5)
    return terminal.last_output - start


def reactions(terminal: Terminal) -> list[float]:
    """Measure keys at random moments. Returns milliseconds."""
    taken = []
    for i in range(KEYS):
        end = time.monotonic() + random.uniform(0.03, 0.2)
        while (left := end - time.monotonic()) > 0:
            terminal.read(left)
        taken.append(reaction(terminal, "up" if i % 2 else "down") * 1000)
    return taken


def crawl_with_limit(report: Report, home: Path) -> None:
    with FarServer(accounts=ACCOUNTS, latency=LATENCY, rate_limit=LIMIT) as server:
        desk = SignedInHome(server, home)
        with open_rolecall(desk) as terminal:
            measure_keys(report, terminal, "cursor key while accounts come")
            terminal.wait_for(f"/{ACCOUNTS:,} accounts", 60)
            terminal.press("G")
            time.sleep(1)
            terminal.wait_until(lambda: is_listed(terminal))
            seconds = [time_to_listed(terminal) for _ in range(HIGHLIGHTS)]
            # The answer takes two trips (see bench_crawl). The rest is the time to paint twice.
            report.refer(TRIP, LATENCY)
            waited = percentile(seconds, 50) * 1000
            report.line("highlighted to painted, p50", waited, "ms", of=TRIP)


def crawl_without_limit(report: Report, home: Path) -> None:
    with FarServer(accounts=ACCOUNTS, latency=LATENCY) as server:
        desk = SignedInHome(server, home)
        with open_rolecall(desk) as terminal:
            measure_keys(report, terminal, "cursor key without a rate limit")


def measure_keys(report: Report, terminal: Terminal, name: str) -> None:
    terminal.wait_for(r"/[\d,]+\+? accounts", 30)
    terminal.press("j", "k")
    taken = reactions(terminal)
    report.refer(DATA_TABLE_KEY, data_table_key())
    report.line(f"{name}: p50", percentile(taken, 50), "ms", of=DATA_TABLE_KEY)
    report.line(f"{name}: p99", percentile(taken, 99), "ms", 12.5, DATA_TABLE_KEY)


def time_to_listed(terminal: Terminal) -> float:
    """Highlight an unlisted account. Returns the seconds until its permission sets are there."""
    time.sleep(random.uniform(0.5, 1))
    terminal.read(0.01)
    before, start = highlighted(terminal), time.monotonic()
    terminal.press("pageup")
    terminal.wait_until(lambda: highlighted(terminal) not in ("", before) and is_listed(terminal))
    return terminal.last_output - start


def highlighted(terminal: Terminal) -> str:
    """Return the account ID of the highlighted row."""
    found = _HIGHLIGHTED.search(terminal.screen_text())
    return found[1] if found else ""


def is_listed(terminal: Terminal) -> bool:
    return not _NOT_LISTED.search(terminal.screen_text())


measure = in_homes(
    *(open_from_cache, open_with_annotations, open_with_roles),
    *(crawl_with_limit, crawl_without_limit),
)

if __name__ == "__main__":
    run(measure, "The screen with 10,000 accounts")

"""The workbench with 2,000 rows, and its result compared with `aws-sso-util configure populate`."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from rolecall.domain.model import Assignment
from rolecall.domain.profiles.plan import fix, plan
from rolecall.files.safe.backups import Backups
from tests.bench import peers
from tests.bench.bench_crawl import SignedInHome
from tests.bench.measure import (
    DATA_TABLE_KEY,
    PYTHON,
    Report,
    data_table_key,
    in_homes,
    key_costs,
    python,
    run,
    wall_times,
)
from tests.support.network.far_server import FarServer
from tests.support.programs import aws_cli, completed
from tests.support.terminal import Terminal

ROWS = 2_000
ACCOUNTS = 675  # they have a few more than ROWS permission sets
PEER_ACCOUNTS = 300  # fewer, because the time of aws-sso-util grows with the square
COMMENTS = """
# Ask Noor before planning_change anything here.
[profile by-hand]
# The other region is for failover.
region = eu-central-1
; s3 is slow from the office
s3 =
  max_concurrent_requests = 4
"""
TYPED = [
    *"-x", *["backspace"] * 2, *"{sess", "tab", "tab", *["backspace"] * 9,
    *["ctrl+n"] * 4, *["left"] * 8, *"|strip_prefix:a", *["backspace"] * 15,
]  # fmt: skip
T = TypeVar("T")


def timed(work: Callable[[], T]) -> tuple[float, T]:
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def measure_screen(report: Report, home: Path) -> None:
    with FarServer(accounts=ACCOUNTS) as server:
        desk = SignedInHome(server, home)
        desk.fill(ACCOUNTS)
        env = {**desk.environ, "AWS_EC2_METADATA_DISABLED": "true"}
        with Terminal(python("-m", "rolecall"), columns=120, lines=40, env=env) as terminal:
            terminal.wait_for(f"{ACCOUNTS} accounts", 30)
            terminal.press("2")
            terminal.wait_for("Permission set .*Profile", 30)
            terminal.settle(1)
            terminal.press("a")
            terminal.wait_for(r"2,\d\d\d marked")
            terminal.press("s")
            terminal.wait_for("What happens", 30)
            terminal.settle(2)
            costs = key_costs(terminal, TYPED)
            report.refer(DATA_TABLE_KEY, data_table_key())
            report.keys(f"{ROWS:,} rows: a template key", costs, 12.5, DATA_TABLE_KEY)
            terminal.press("escape")
            terminal.settle(0.5)
            report.keys(f"{ROWS:,} rows: a cursor key", key_costs(terminal, ["down"] * 20))


def measure_write(report: Report, home: Path) -> None:
    with FarServer(accounts=ACCOUNTS) as server:
        desk = SignedInHome(server, home)
        catalogue = desk.fill(ACCOUNTS).catalogue
        bulk = desk.services.bulk
        rows = bulk.rows((desk.session, each) for each in list(catalogue.assignments())[:ROWS])
        existing, rules = bulk.profiles.existing(), bulk.default_rules(desk.session)
        fix(plan(rows, rules, existing), existing)
        planning, planned = timed(lambda: plan(rows, rules, existing))
        planning_change, change = timed(lambda: bulk.plan(planned))
        showing, _ = timed(change.diff)
        saving, _ = timed(lambda: bulk.profiles.commit(change))
        name = f"{len(rows):,} profiles"
        report.line(f"{name}: the plan", planning * 1000, "ms")
        report.line(f"{name}: the change to the file", planning_change * 1000, "ms")
        report.line(f"{name}: its diff", showing * 1000, "ms")
        report.line(f"{name}: the write", saving * 1000, "ms")
        (bare,) = wall_times([python("-c", "pass")], desk.environ, 5)
        report.refer(PYTHON, bare)
        seconds = planning + planning_change + saving
        report.line(f"{name}: planned and written", seconds, "s", 100, PYTHON)
        writes = len(Backups(desk.services.locations.state).list())
        report.line(f"{name}: writes of the file", writes, "writes", 1)


def compare_with_peer(report: Report, home: Path) -> None:
    _populate(report, home / "ours", "rolecall save --all --fix", _ours)
    peer = peers.find("aws-sso-util")
    if peer is None:
        report.lack("aws-sso-util is not installed: make bench-peers")
        return
    _populate(
        report,
        home / "peer",
        "aws-sso-util configure populate",
        lambda desk: [
            *(peer, "configure", "populate", "--sso-start-url", desk.session.start_url),
            *("--sso-region", desk.session.region, "--region", desk.session.region),
        ],
    )


def _ours(_: SignedInHome) -> list[str | Path]:
    return [sys.executable, "-m", "rolecall", "save", "--all", "--fix", "--yes"]


def _populate(
    report: Report, home: Path, name: str, command: Callable[[SignedInHome], list[str | Path]]
) -> None:
    """Report names, time, calls, and the comments and keys of the user that are kept."""
    with FarServer(accounts=PEER_ACCOUNTS) as server:
        desk = SignedInHome(server, home)
        config = desk.services.locations.config
        config.write_text(config.read_text() + COMMENTS)
        comments = _comments(config)
        server.counts()
        seconds, result = timed(
            lambda: subprocess.run(
                command(desk), env=desk.environ, capture_output=True, check=False
            )
        )
        counts = server.counts()
        everything = {each.key for each in _everything(desk)}
        reached = {
            (each.account_id, each.permission_set)
            for each in desk.services.profiles.profiles()
            if each.account_id
        }
        kept = "max_concurrent_requests = 4" in config.read_text()
        print(f"  {name}: status {result.returncode}")
        report.line(f"{name}: permission sets without a profile", len(everything - reached), "sets")
        report.line(f"{name}: profiles that the AWS CLI lists", _listed(desk), "names")
        report.line(f"{name}: time", seconds, "s")
        report.line(f"{name}: calls", counts.calls, "calls")
        report.line(f"{name}: comments kept", _comments(config), f"of {comments}")
        report.line(f"{name}: keys set by hand that are kept", int(kept), "of 1")


def _everything(desk: SignedInHome) -> list[Assignment]:
    desk.crawl()
    return list(desk.services.inventory.cached(desk.session).catalogue.assignments())


def _listed(desk: SignedInHome) -> int:
    command = [aws_cli(), "configure", "list-profiles"]
    result = completed(command, {**desk.environ, "PATH": "/usr/bin:/bin"}, check=False)
    return result.stdout.count("\n") if result.returncode == 0 else 0


def _comments(config: Path) -> int:
    return len(re.findall("^[#;]", config.read_text(), re.MULTILINE))


measure = in_homes(measure_screen, measure_write, compare_with_peer)

if __name__ == "__main__":
    run(measure, "Workbench")

"""Start-up, and the tables: the widget alone with 50,000 rows, and the program on its demo."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from rolecall.demo.organisation import organisation_of
from tests.bench.measure import (
    BLANK_APP,
    BLANK_APP_CPU,
    CALM,
    COLD_APP,
    DATA_TABLE_KEY,
    FZF_KEY,
    Cost,
    Report,
    blank_app,
    costs_in_turns,
    data_table,
    first_paints,
    forget_files,
    fzf,
    idle,
    is_painted,
    key_costs,
    p95,
    python,
    resident_mb,
    run,
)
from tests.support.screens import table_app
from tests.support.terminal import Terminal

ROWS = 50_000
DEMO_ACCOUNTS = 3_000
COLD_ROUNDS = 5
LISTED = DEMO_ACCOUNTS + 1  # and the account of the tenant
# Twenty keys each, so that one may be an outlier.
TYPED = [*"prod", *["backspace"] * 4, *"4321", *["backspace"] * 4, *"au", *["backspace"] * 2]
ODD = [*"zqzqz", *["backspace"] * 5, *"pdadm", *["backspace"] * 5]


def measure_start(report: Report, home: Path) -> None:
    starts = [blank_app(), (python("-m", "rolecall"), {"HOME": str(home)}, is_painted)]
    blank, signed_out = first_paints(starts)
    report.refer(BLANK_APP, blank.seconds)
    report.refer(BLANK_APP_CPU, blank.cpu)
    name = "rolecall, no cache: spawn to first paint"
    report.line(name, signed_out.seconds * 1000, "ms", of=BLANK_APP)
    report.line(f"{name}, processor time", signed_out.cpu * 1000, "ms", 1.2, BLANK_APP_CPU)
    blank, signed_out = first_paints(starts, COLD_ROUNDS, before=forget_files)
    report.refer(COLD_APP, blank.seconds)
    report.line("rolecall, empty page cache", signed_out.seconds * 1000, "ms", 1.15, COLD_APP)


def measure_table(report: Report, home: Path) -> None:
    command = python(table_app.__file__, str(ROWS))
    env = {"HOME": str(home), "TEXTUAL_FPS": "240"}  # as rolecall does
    with Terminal(command, columns=120, lines=40, env=env) as terminal:
        terminal.wait_for("Account ID")
        terminal.settle(0.5)
        keys = key_costs(terminal, ["down", "up"] * 10)
        report.keys(f"{ROWS:,} rows: cursor key while the search is prepared", keys)
        time.sleep(4)  # until the search is prepared
        measure_cursor(report, terminal, f"{ROWS:,} rows", 2.5)
        rows = [f"{row.name}  {row.id}  {row.email}" for row in table_app.rows(ROWS)]
        # 50 ms, where fzf took 20 with 10,000 rows
        measure_filter(report, terminal, f"{ROWS:,} rows", rows, 2.5)
        report.line(f"{ROWS:,} rows: resident", resident_mb(terminal), "MB")


def measure_cursor(report: Report, terminal: Terminal, name: str, limit: float = 2) -> None:
    """Measure the cursor keys, in turns with a Textual DataTable."""
    with data_table() as other:
        keys, others = costs_in_turns(terminal, other, ["down"] * 20)
    report.refer(DATA_TABLE_KEY, p95(others))
    what = f"{name}: cursor key without scrolling"
    report.keys(what, keys, limit, DATA_TABLE_KEY, bytes_limit=1000)
    terminal.press(*["down"] * 20)
    terminal.settle(0.3)
    keys = key_costs(terminal, ["down"] * 10)
    report.keys(f"{name}: cursor key with scrolling", keys, bytes_limit=10_000)
    report.keys(f"{name}: page key", key_costs(terminal, ["pagedown", "pageup"] * 3))


def measure_filter(
    report: Report, terminal: Terminal, name: str, rows: Sequence[str], limit: float = 1
) -> None:
    """Measure the filter, in turns with fzf, which has the same rows."""
    terminal.press("/")
    terminal.settle(0.3)
    with fzf(rows) as other:
        for what, typed in (("filter key", TYPED), ("filter key, scattered letters", ODD)):
            keys = costs_beside_fzf(report, terminal, other, typed)
            report.keys(f"{name}: {what}", keys, limit, FZF_KEY)


def costs_beside_fzf(
    report: Report, terminal: Terminal, other: Terminal | None, typed: Sequence[str]
) -> list[Cost]:
    """Measure keys, in turns with fzf if it is there, and report the reference `FZF_KEY`."""
    if other is None:
        return key_costs(terminal, typed)
    keys, others = costs_in_turns(terminal, other, typed)
    report.refer(FZF_KEY, p95(others))
    return keys


def rows_of(accounts: int) -> list[str]:
    """Return the accounts of the demo as rows for fzf."""
    return [f"{each.name}  {each.id}  {each.email}" for each in organisation_of(accounts).accounts]


def measure_program(report: Report, home: Path) -> None:
    name = f"demo, {DEMO_ACCOUNTS:,} accounts"
    command = python("-m", "rolecall", "--demo", "--demo-accounts", str(DEMO_ACCOUNTS))
    with Terminal(command, columns=120, lines=40, env={"HOME": str(home)}) as terminal:
        terminal.wait_for("user_code=")
        terminal.press("enter")
        terminal.wait_for("Signed in", 30)
        terminal.wait_for(rf"{LISTED:,} accounts", 120)
        terminal.press("down", "up")
        report.keys(f"{name}: cursor key during the crawl", key_costs(terminal, ["down"] * 20))
        terminal.wait_until(lambda: "/" not in terminal.screen_lines()[-2], 600)
        terminal.press("home")
        terminal.settle(0.5)
        measure_cursor(report, terminal, name, 2.5)
        measure_filter(report, terminal, name, rows_of(DEMO_ACCOUNTS))
        terminal.press("escape")
        terminal.settle(0.5)
        report.line(f"{name}: resident", resident_mb(terminal), "MB")
        for key, place in [("1", "Accounts"), ("4", "Tokens")]:
            terminal.press(key)
            cost = idle(terminal, CALM)
            report.line(f"the pause after a key on {place}", cost.cpu * CALM * 1000, "ms CPU")
            cost = idle(terminal, 5)
            report.line(f"idle on {place}", cost.bytes_a_second, "B/s", 200)
            report.line(f"idle on {place}", cost.cpu * 100, "% CPU", 1)


def measure(report: Report) -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        measure_start(report, home)
        measure_table(report, home)
        measure_program(report, home)


if __name__ == "__main__":
    run(measure, "Tables")

"""Start-up, and the tables: the widget alone with 50,000 rows, and the program on its demo."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from tests.bench.measure import (
    CALM,
    Report,
    first_paints,
    idle,
    is_painted,
    key_costs,
    python,
    resident_mb,
    run,
)
from tests.support import table_app
from tests.support.terminal import Terminal

BLANK = """
from textual.app import App
from textual.widgets import Static
class Blank(App):
    def compose(self):
        yield Static("blank")
Blank().run(mouse=False)
"""
ROWS = 50_000
DEMO_ACCOUNTS = 10_000
LISTED = DEMO_ACCOUNTS + 1  # and the account of the tenant
TYPED = [*"prod", *["backspace"] * 4, *"4321", *["backspace"] * 4, *"audit 7", *["backspace"] * 7]
ODD = [*"zqzq", *["backspace"] * 4, *"pdadm", *["backspace"] * 5, *"ntwrk", *["backspace"] * 5]


def measure_start(report: Report, home: Path) -> None:
    environ = {"HOME": str(home)}
    blank, signed_out = first_paints(
        [
            (command, environ, is_painted)
            for command in (python("-c", BLANK), python("-m", "rolecall"))
        ]
    )
    report.line("blank Textual app: spawn to first paint", blank.seconds * 1000, "ms")
    report.line("rolecall, no cache: spawn to first paint", signed_out.seconds * 1000, "ms")
    report.line("rolecall / blank app", signed_out.seconds / blank.seconds, "×")
    report.line("rolecall / blank app, processor time", signed_out.cpu / blank.cpu, "×", 1.2)


def measure_table(report: Report, home: Path) -> None:
    command = python(table_app.__file__, str(ROWS))
    env = {"HOME": str(home), "TEXTUAL_FPS": "240"}  # as rolecall does
    with Terminal(command, columns=120, lines=40, env=env) as terminal:
        terminal.wait_for("Account ID")
        terminal.settle(0.5)
        keys = key_costs(terminal, ["down", "up"] * 15)
        report.keys(f"{ROWS:,} rows: cursor key while the search is prepared", keys)
        time.sleep(4)  # until the search is prepared
        measure_cursor(report, terminal, f"{ROWS:,} rows")
        measure_filter(report, terminal, f"{ROWS:,} rows", 50)
        report.line(f"{ROWS:,} rows: resident", resident_mb(terminal), "MB")


def measure_cursor(report: Report, terminal: Terminal, name: str, at_most_ms: float = 10) -> None:
    keys = key_costs(terminal, ["down"] * 30)
    report.keys(f"{name}: cursor key without scrolling", keys, at_most_ms, 1000)
    key_costs(terminal, ["down"] * 10)
    keys = key_costs(terminal, ["down"] * 30)
    report.keys(f"{name}: cursor key with scrolling", keys, None, 10_000)
    report.keys(f"{name}: page key", key_costs(terminal, ["pagedown", "pageup"] * 10))


def measure_filter(report: Report, terminal: Terminal, name: str, at_most_ms: float) -> None:
    terminal.press("/")
    terminal.settle(0.3)
    report.keys(f"{name}: filter key", key_costs(terminal, TYPED), at_most_ms)
    report.keys(f"{name}: filter key, scattered letters", key_costs(terminal, ODD), at_most_ms)


def measure_program(report: Report, home: Path) -> None:
    name = f"demo, {DEMO_ACCOUNTS:,} accounts"
    command = python("-m", "rolecall", "--demo", "--demo-accounts", str(DEMO_ACCOUNTS))
    with Terminal(command, columns=120, lines=40, env={"HOME": str(home)}) as terminal:
        terminal.wait_for("user_code=")
        terminal.press("a")
        terminal.wait_for("Signed in", 30)
        terminal.wait_for(rf"{LISTED:,} accounts", 120)
        terminal.press("down", "up")
        report.keys(f"{name}: cursor key during the crawl", key_costs(terminal, ["down"] * 20))
        terminal.wait_until(lambda: "/" not in terminal.screen_lines()[-2], 600)
        terminal.press("home")
        terminal.settle(0.5)
        measure_cursor(report, terminal, name)
        measure_filter(report, terminal, name, 30)
        terminal.press("escape")
        terminal.settle(0.5)
        report.line(f"{name}: resident", resident_mb(terminal), "MB")
        for key, place in [("1", "Accounts"), ("4", "Tokens")]:
            terminal.press(key)
            cost = idle(terminal, CALM)
            report.line(f"the pause after a key on {place}", cost.cpu * CALM * 1000, "ms CPU")
            cost = idle(terminal)
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

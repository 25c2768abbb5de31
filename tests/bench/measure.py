"""Measures a program in a real terminal: keys, bytes, idle cost, start-up.

Times differ between machines, so the limit of a time is a multiple of a reference that is measured
in the same run. What is counted, such as bytes, calls and files, has a limit by itself. A share of
the processor while nothing happens counts as such.
"""

from __future__ import annotations

import json
import os
import resource
import shlex
import statistics
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, TypedDict

import pytest

from tests.bench import peers
from tests.support.terminal import Terminal

RESULTS = "ROLECALL_BENCH_RESULTS"  # the variable with the path of the results
CALM = 6  # seconds without a key, in which garbage is collected
ROOT = Path(__file__).resolve().parents[2]
_TICKS = os.sysconf("SC_CLK_TCK")
_QUIET = 0.08  # seconds without output after which a key is painted

Command = Sequence[str | Path]


@dataclass(frozen=True)
class Reference:
    """What limits are multiples of: `limit=2.5, of=PYTHON` is 2.5 times a bare Python."""

    name: str


# A limit that was in milliseconds is divided by what the reference took where it was set, a machine
# with two cores and Python 3.11: the numbers behind some references.
PYTHON: Final = Reference("python -c pass")  # 10 ms
PYTHON_CPU: Final = Reference("python -c pass, processor time")  # 10 ms
CLICK_CPU: Final = Reference("python -c 'import click', processor time")
BLANK_APP: Final = Reference("blank Textual app")  # 204 ms, from spawn to first paint
BLANK_APP_CPU: Final = Reference("blank Textual app, processor time")
COLD_APP: Final = Reference("blank Textual app, empty page cache")
INLINE_APP: Final = Reference("blank inline Textual app")
INLINE_APP_CPU: Final = Reference("blank inline Textual app, processor time")
DATA_TABLE_KEY: Final = Reference("cursor key in a Textual DataTable, p95")  # 4 ms
FZF_KEY: Final = Reference("the same keys in fzf with the same rows, p95")  # 20 ms
TRIP: Final = Reference("round trip")  # 40 ms to the demo, 80 ms on the slow line

_NO_HOME: Final = {"HOME": "/nonexistent"}
_BLANK: Final = """
from textual.app import App
from textual.widgets import Static
class Blank(App):
    def compose(self):
        yield Static("blank")
Blank().run({how}mouse=False)
"""
_DATA_TABLE: Final = """
from textual.app import App
from textual.widgets import DataTable
class Rows(App):
    def compose(self):
        yield DataTable(cursor_type="row")
    def on_mount(self):
        table = self.query_one(DataTable)
        table.add_columns("Account", "Account ID", "E-mail", "Sets", "Profile")
        for i in range(1000):
            table.add_row(f"name-{i}", f"{i:012}", f"aws+{i}@example.com", i, "")
Rows().run(mouse=False)
"""
# Prints the files of the modules that it has imported.
_FILES: Final = """
import sys, textual.app, textual.widgets._static, rolecall.start.launch, rolecall.cli.full_screen
import rolecall.ui.app.app, rolecall.ui.app.wiring
for module in list(sys.modules.values()):
    print(getattr(module, "__cached__", None) or getattr(module, "__file__", None) or "")
"""


@dataclass(frozen=True)
class Cost:
    """The cost of a key: seconds until its last output, and bytes of output."""

    seconds: float
    bytes: int


def python(*arguments: str | Path) -> Command:
    return [sys.executable, *arguments]


def wall_times(commands: Sequence[Command], environ: Mapping[str, str], rounds: int) -> list[float]:
    """Run the commands in turns. Returns the median of each in seconds."""
    return _medians(commands, environ, rounds, time.perf_counter)


def cpu_times(commands: Sequence[Command], environ: Mapping[str, str], rounds: int) -> list[float]:
    """Return the median processor seconds of each, which depend little on what else runs."""
    return _medians(commands, environ, rounds, _cpu_of_children)


def _cpu_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _medians(
    commands: Sequence[Command], environ: Mapping[str, str], rounds: int, clock: Callable[[], float]
) -> list[float]:
    times: list[list[float]] = [[] for _ in commands]
    for _ in range(rounds):
        for command, taken in zip(commands, times, strict=True):
            start = clock()
            subprocess.run(command, env=environ, capture_output=True, check=True)
            taken.append(clock() - start)
    return [statistics.median(taken) for taken in times]


def percentile(values: Iterable[float], percent: float) -> float:
    """Return the percentile by the nearest rank."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * percent // 100).__int__() - 1)]


@dataclass(frozen=True)
class Pace:
    """Seconds: until the first output of a key at most, without output after which a key is
    painted, and from then to the next key. What a screen shows once the cursor rests is not of a
    key.
    """

    answer: float = _QUIET
    quiet: float = _QUIET
    rest: float = 0.0


_LOCAL = Pace(rest=0.12)  # details come 0.15 s after a move


def key_cost(terminal: Terminal, key: str, pace: Pace = _LOCAL) -> Cost:
    terminal.settle(0)  # what came after the key before it
    before = terminal.bytes_received
    start = time.monotonic()
    terminal.press(key)
    terminal.read(pace.answer)
    terminal.settle(pace.quiet)
    cost = Cost(max(0.0, terminal.last_output - start), terminal.bytes_received - before)
    if pace.rest:
        terminal.settle(pace.rest)
    return cost


def key_costs(terminal: Terminal, keys: Iterable[str], pace: Pace = _LOCAL) -> list[Cost]:
    """Measure keys one by one."""
    return [key_cost(terminal, key, pace) for key in keys]


def costs_in_turns(
    terminal: Terminal, other: Terminal, keys: Iterable[str]
) -> tuple[list[Cost], list[Cost]]:
    """Press each key in both terminals, so that what else the machine does slows down both."""
    pace = Pace(rest=_LOCAL.rest / 3)  # while one terminal gets a key, the other one rests
    pairs = [(key_cost(terminal, key, pace), key_cost(other, key, pace)) for key in keys]
    return [ours for ours, _ in pairs], [theirs for _, theirs in pairs]


def p95(costs: Sequence[Cost]) -> float:
    """Return the seconds that 95 % of the keys need at most."""
    return percentile((cost.seconds for cost in costs), 95)


@dataclass(frozen=True)
class Paint:
    """The seconds from the start of a program to its first screen, and the processor's of them."""

    seconds: float
    cpu: float


Start = tuple[Command, Mapping[str, str], Callable[[Terminal], bool]]  # and whether it is painted


def blank_app() -> Start:
    """Return how to start a blank Textual app, the reference `BLANK_APP`."""
    return python("-c", _BLANK.format(how="")), _NO_HOME, is_painted


def blank_inline_app() -> Start:
    """Return how to start the reference `INLINE_APP`."""
    return python("-c", _BLANK.format(how="inline=True, ")), _NO_HOME, shows("blank")


@contextmanager
def data_table() -> Iterator[Terminal]:
    """Open a Textual DataTable with 1,000 rows, whose keys are the reference `DATA_TABLE_KEY`."""
    with Terminal(python("-c", _DATA_TABLE), columns=120, lines=40, env=_NO_HOME) as terminal:
        terminal.wait_for("name-20")
        terminal.settle(0.5)
        yield terminal


def data_table_key() -> float:
    """Return the reference `DATA_TABLE_KEY`, in seconds, where keys are not pressed in turns."""
    with data_table() as terminal:
        return p95(key_costs(terminal, ["down"] * 20))


@contextmanager
def fzf(rows: Sequence[str]) -> Iterator[Terminal | None]:
    """Open fzf with these rows, whose keys are the reference `FZF_KEY`. Yields None without fzf."""
    program = peers.find("fzf")
    if program is None:
        yield None
        return
    with tempfile.NamedTemporaryFile("w", encoding="utf-8") as file:
        file.write("\n".join(rows))
        file.flush()
        command = ["sh", "-c", f"exec {shlex.quote(str(program))} < {file.name}"]
        with Terminal(command, columns=120, lines=40, env=_NO_HOME) as terminal:
            terminal.wait_for(f"{len(rows)}/{len(rows)}")
            terminal.settle(0.5)
            yield terminal


@cache
def _files_of_starts() -> list[Path]:
    said = subprocess.run(
        python("-c", _FILES), capture_output=True, text=True, check=True, env=_NO_HOME
    ).stdout
    styles = ROOT.glob("styles/**/*.tcss")
    return [*filter(Path.is_file, map(Path, said.splitlines())), *styles]


def forget_files() -> None:
    """Remove from the page cache what a start imports, as after the start of the machine."""
    for path in _files_of_starts():
        with path.open("rb") as file:
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def is_painted(terminal: Terminal) -> bool:
    return terminal.on_alternate_screen and bool(terminal.screen_text().strip())


def shows(text: str) -> Callable[[Terminal], bool]:
    return lambda terminal: text in terminal.screen_text()


def first_paint(
    command: Command, environ: Mapping[str, str], done: Callable[[Terminal], bool]
) -> Paint:
    spent = 0.0
    with Terminal(command, columns=120, lines=40, env=environ) as terminal:

        def is_done() -> bool:
            nonlocal spent
            spent = _exact_cpu_seconds(terminal)
            return done(terminal)

        terminal.wait_until(is_done)
        return Paint(terminal.last_output - terminal.started, spent)


def first_paints(
    starts: Sequence[Start], rounds: int = 9, before: Callable[[], None] | None = None
) -> list[Paint]:
    """Start the programs in turns, each after `before`. Returns the least of each."""
    paints: list[list[Paint]] = [[] for _ in starts]
    for _ in range(rounds):
        for start, found in zip(starts, paints, strict=True):
            if before is not None:
                before()
            found.append(first_paint(*start))
    return [
        Paint(min(each.seconds for each in found), min(each.cpu for each in found))
        for found in paints
    ]


@dataclass(frozen=True)
class Idle:
    bytes_a_second: float
    cpu: float  # of one core, 0 to 1


def idle(terminal: Terminal, seconds: float = 10) -> Idle:
    terminal.settle(0.5)
    received, used, start = terminal.bytes_received, cpu_seconds(terminal), time.monotonic()
    while (left := start + seconds - time.monotonic()) > 0:
        terminal.read(left)
    spent = time.monotonic() - start
    return Idle(
        (terminal.bytes_received - received) / spent, (cpu_seconds(terminal) - used) / spent
    )


def cpu_seconds(terminal: Terminal) -> float:
    stat = Path(f"/proc/{terminal.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(stat[11]) + int(stat[12])) / _TICKS


def _exact_cpu_seconds(terminal: Terminal) -> float:
    """Return the processor time of the threads that run, which `cpu_seconds` knows in ticks."""
    threads = Path(f"/proc/{terminal.process.pid}/task").glob("*/schedstat")
    return sum(int(each.read_text().split()[0]) for each in threads) / 1e9


def resident_mb(terminal: Terminal) -> float:
    status = Path(f"/proc/{terminal.process.pid}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


class Figure(TypedDict):
    """A line of the report. `ratio` is the value in multiples of the reference `of`."""

    name: str
    value: float
    unit: str
    ratio: float | None
    of: str
    limit: float | None


_BASE: Final = {"ms": 0.001}  # units in those that references have


def is_missed(figure: Figure) -> bool:
    value, limit = figure["ratio"] if figure["of"] else figure["value"], figure["limit"]
    return value is not None and limit is not None and value > limit


def shown(figure: Figure) -> str:
    """Return a line of the table: value, ratio, limit, and whether it is missed."""
    value = f"{figure['value']:,.2f} {figure['unit']}"
    ratio = "" if figure["ratio"] is None else f"{figure['ratio']:,.2f} ×"
    limit = ""
    if figure["limit"] is not None:
        limit = f"{figure['limit']:g} {'×' if figure['of'] else figure['unit']}"
    verdict = "MISSED" if is_missed(figure) else ""
    text = f"  {figure['name']:<60}{value:>16}{ratio:>11}  {limit:<11}{verdict:<7} {figure['of']}"
    return text.rstrip()


class Report:
    """Prints figures next to their limits, and keeps them. `lacks` says what was not measured."""

    def __init__(self, title: str) -> None:
        print(f"\n{title}")
        self.title = title
        self.figures: list[Figure] = []
        self.lacks: list[str] = []
        self.problem = ""
        self._references: dict[Reference, float] = {}

    @property
    def missed(self) -> int:
        return sum(map(is_missed, self.figures))

    def refer(self, reference: Reference, value: float, unit: str = "s") -> None:
        """Print what a reference needs. It is that of the lines from here on."""
        self._references[reference] = value * _BASE.get(unit, 1)
        value, unit = (value * 1000, "ms") if unit == "s" and value < 1 else (value, unit)
        self.line(reference.name, value, unit)

    def line(
        self,
        name: str,
        value: float,
        unit: str,
        limit: float | None = None,
        of: Reference | None = None,
    ) -> None:
        """Print a figure. With `of`, the limit is a multiple of a reference, if it has a value."""
        base = self._references.get(of) if of else None
        ratio = value * _BASE.get(unit, 1) / base if base else None
        if of and not base and of.name not in self.lacks:
            self.lack(of.name)
        figure: Figure = {
            "name": name,
            "value": value,
            "unit": unit,
            "ratio": ratio,
            "of": of.name if of else "",
            "limit": limit,
        }
        self.figures.append(figure)
        print(shown(figure), flush=True)

    def lack(self, what: str) -> None:
        """Say what is not measured, and why."""
        self.lacks.append(what)
        print(f"  not measured: {what}", flush=True)

    def keys(
        self,
        name: str,
        costs: Sequence[Cost],
        limit: float | None = None,
        of: Reference | None = None,
        *,
        bytes_limit: float | None = None,
    ) -> None:
        self.line(f"{name}: painted, p95", p95(costs) * 1000, "ms", limit, of)
        size = percentile((cost.bytes for cost in costs), 95)
        self.line(f"{name}: on the wire, p95", size, "bytes", bytes_limit)


def in_homes(*measures: Callable[[Report, Path], None]) -> Callable[[Report], None]:
    """Return a benchmark that measures each in a separate home."""

    def measure(report: Report) -> None:
        for each in measures:
            with tempfile.TemporaryDirectory() as folder:
                each(report, Path(folder) / "home")

    return measure


def run(measure: Callable[[Report], None], title: str) -> None:
    """Run a benchmark, write its figures to `RESULTS`, and exit: with 1 if a figure was missed."""
    report = Report(title)
    try:
        measure(report)
    except pytest.skip.Exception as missing:
        report.lack(str(missing))
    except Exception as error:
        report.problem = f"{type(error).__name__}: {str(error).partition(chr(10))[0]}"
        traceback.print_exc()
    if path := os.environ.get(RESULTS):
        kept = {name: getattr(report, name) for name in ("title", "figures", "lacks", "problem")}
        Path(path).write_text(json.dumps(kept), encoding="utf-8")
    sys.exit(1 if report.missed or report.problem else 0)

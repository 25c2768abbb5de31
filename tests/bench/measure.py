"""Measures a program in a real terminal: keys, bytes, idle cost, start-up.

Single figures vary with the load of the machine, so benchmarks compare figures of one run.
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.terminal import Terminal

RESULTS = "ROLECALL_BENCH_RESULTS"  # the variable with the path of the results
CALM = 6  # seconds without a key, in which garbage is collected
_TICKS = os.sysconf("SC_CLK_TCK")
_QUIET = 0.08  # seconds without output after which a key is painted

Command = Sequence[str | Path]


@dataclass(frozen=True)
class Cost:
    """The cost of a key: seconds until its last output, and bytes of output."""

    seconds: float
    bytes: int


def python(*arguments: str | Path) -> Command:
    return [sys.executable, *arguments]


def wall_times(commands: Sequence[Command], environ: Mapping[str, str], rounds: int) -> list[float]:
    """Run the commands in turns. Returns the median of each in seconds."""
    times: list[list[float]] = [[] for _ in commands]
    for _ in range(rounds):
        for command, taken in zip(commands, times, strict=True):
            start = time.perf_counter()
            subprocess.run(command, env=environ, capture_output=True, check=True)
            taken.append(time.perf_counter() - start)
    return [statistics.median(taken) for taken in times]


def cpu_times(commands: Sequence[Command], environ: Mapping[str, str], rounds: int) -> list[float]:
    """Run the commands in turns. Returns the median of the processor time of each in seconds.

    Unlike the time until they end, it hardly depends on what else the machine does.
    """
    times: list[list[float]] = [[] for _ in commands]
    for _ in range(rounds):
        for command, taken in zip(commands, times, strict=True):
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            subprocess.run(command, env=environ, capture_output=True, check=True)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            taken.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
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


@dataclass(frozen=True)
class Paint:
    """The seconds from the start of a program to its first screen, and the processor's of them."""

    seconds: float
    cpu: float


Start = tuple[Command, Mapping[str, str], Callable[[Terminal], bool]]  # and whether it is painted


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


def first_paints(starts: Sequence[Start], rounds: int = 11) -> list[Paint]:
    """Start the programs in turns. Returns the least of each: other programs only add to it."""
    paints: list[list[Paint]] = [[] for _ in starts]
    for _ in range(rounds):
        for start, found in zip(starts, paints, strict=True):
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


@dataclass(frozen=True)
class Peer:
    """What another program needs for the same."""

    name: str
    value: float

    def ratio(self, value: float) -> str:
        return f"{self.name} {self.value:,.2f}, {value / self.value:.2f} ×" if self.value else ""


class Report:
    """Prints figures next to their limits, and keeps them. `lacks` says what was not measured."""

    def __init__(self, title: str) -> None:
        print(f"\n{title}")
        self.title = title
        self.figures: list[dict[str, str | float | None]] = []
        self.missed = 0
        self.lacks: list[str] = []
        self.problem = ""

    def line(
        self,
        name: str,
        value: float,
        unit: str,
        at_most: float | None = None,
        peer: Peer | None = None,
    ) -> None:
        other = peer.ratio(value) if peer else ""
        self.figures.append(
            {"name": name, "value": value, "unit": unit, "at_most": at_most, "peer": other}
        )
        verdict = ""
        if at_most is not None:
            kept = value <= at_most
            self.missed += not kept
            verdict = f"at most {at_most:g} {unit}{'' if kept else '   MISSED'}"
        text = f"  {name:<52}{value:>10,.2f} {unit:<6} {verdict}  {other}"
        print(text.rstrip(), flush=True)

    def lack(self, what: str) -> None:
        """Say what is not measured, and why."""
        self.lacks.append(what)
        print(f"  not measured: {what}", flush=True)

    def keys(
        self,
        name: str,
        costs: Sequence[Cost],
        at_most_ms: float | None = None,
        at_most_bytes: float | None = None,
    ) -> None:
        milliseconds = percentile((cost.seconds * 1000 for cost in costs), 95)
        self.line(f"{name}: painted, p95", milliseconds, "ms", at_most_ms)
        size = percentile((cost.bytes for cost in costs), 95)
        self.line(f"{name}: on the wire, p95", size, "bytes", at_most_bytes)


def run(measure: Callable[[Report], None], title: str) -> None:
    """Run a benchmark and exit: with status 1 if a figure was missed.

    A benchmark whose program is missing says so, and counts as passed. The figures are written to
    the file that the variable `RESULTS` names.
    """
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

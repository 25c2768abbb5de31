"""The launch image: how early the first screen is there, and what Textual sends after it.

The list of 10,000 accounts is in the cache. The programs are started in turns.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

from rolecall.services.base.launch_images import OFF
from tests.bench.bench_crawl import SignedInHome
from tests.bench.measure import (
    BLANK_APP,
    BLANK_APP_CPU,
    PYTHON_CPU,
    Reference,
    Report,
    blank_app,
    cpu_times,
    first_paints,
    percentile,
    python,
    run,
)
from tests.support.network.far_server import FarServer
from tests.support.terminal import Terminal

ACCOUNTS = 10_000
ROUNDS = 7
WITHOUT = Reference("the same without an image")
WITHOUT_CPU = Reference("the same without an image, processor time")
FULL = f"{ACCOUNTS:,} accounts"  # once the table is there
_LAST_ROW = "IoT gateways"  # of a full table
_TEXTUAL = b"\x1b[>25u"  # the first that Textual sends and the image does not
_FRAME_END = b"\x1b[?2026l"
_IMAGES = ".cache/rolecall"


def has_rows(terminal: Terminal) -> bool:
    return _LAST_ROW in terminal.screen_text()


def leave_image(environ: Mapping[str, str], home: Path) -> None:
    """Start and quit, until there is an image."""
    with _open(environ) as terminal:
        terminal.wait_for(FULL)
        images = home / _IMAGES
        terminal.wait_until(lambda: bool(list(images.glob("launch-*.image"))), what="an image")
        terminal.press("q")
        terminal.wait_exit()


def _open(environ: Mapping[str, str]) -> Terminal:
    return Terminal(python("-m", "rolecall"), columns=120, lines=40, env=environ)


def first_screens(report: Report, environ: Mapping[str, str], without: Mapping[str, str]) -> None:
    blank, image, table = first_paints(
        [
            blank_app(),
            (python("-m", "rolecall"), environ, has_rows),
            (python("-m", "rolecall"), without, has_rows),
        ],
        ROUNDS,
    )
    (bare,) = cpu_times([python("-c", "pass")], environ, ROUNDS)
    report.refer(BLANK_APP, blank.seconds)
    report.refer(BLANK_APP_CPU, blank.cpu)
    report.refer(PYTHON_CPU, bare)
    name = "spawn to first screen from an image"
    report.line(name, image.seconds * 1000, "ms", 0.5, BLANK_APP)
    report.line(f"{name}, processor time", image.cpu * 1000, "ms", 0.5, BLANK_APP_CPU)
    report.line(f"{name}, processor time", image.cpu * 1000, "ms", 5, PYTHON_CPU)
    report.line("spawn to first screen without", table.seconds * 1000, "ms", of=BLANK_APP)


def first_frames(report: Report, environ: Mapping[str, str]) -> None:
    """Measure what is sent from the image to the end of the first frame; nothing has changed."""
    sizes = []
    for _ in range(5):
        with _open(environ) as terminal:
            terminal.wait_for(FULL)
            sent = bytes(terminal.received).partition(_TEXTUAL)[2]
            sizes.append(len(sent.partition(_FRAME_END)[0]))
    report.line("after an unchanged image: first frame", percentile(sizes, 50), "bytes", 600)


def first_keys(report: Report, environ: Mapping[str, str], without: Mapping[str, str]) -> None:
    """Measure from the start to the effect of a key that is pressed at once."""
    pressed: set[Terminal] = set()

    def has_moved(terminal: Terminal) -> bool:
        if terminal not in pressed:
            pressed.add(terminal)
            terminal.press("down")
        return "▌" in "".join(terminal.screen_lines()[4:5])

    command = python("-m", "rolecall")
    image, table = first_paints([(command, each, has_moved) for each in (environ, without)], ROUNDS)
    report.refer(WITHOUT, table.seconds)
    report.refer(WITHOUT_CPU, table.cpu)
    name = "spawn to the effect of the first key, with an image"
    report.line(name, image.seconds * 1000, "ms", 0.75, WITHOUT)
    report.line(f"{name}, processor time", image.cpu * 1000, "ms", 1.1, WITHOUT_CPU)


def measure(report: Report) -> None:
    with tempfile.TemporaryDirectory() as folder, FarServer(accounts=ACCOUNTS) as server:
        home = Path(folder) / "home"
        desk = SignedInHome(server, home)
        desk.fill(ACCOUNTS)
        desk.services.inventory.cache.close()
        without = {**desk.environ, OFF: "1"}
        leave_image(desk.environ, home)
        first_screens(report, desk.environ, without)
        first_keys(report, desk.environ, without)
        first_frames(report, desk.environ)


if __name__ == "__main__":
    run(measure, "Launch image")

"""The launch image: how early the first screen is there, and what Textual sends after it.

The list of 10,000 accounts is in the cache. The programs are started in turns.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

from rolecall.services.base.launch_images import OFF
from tests.bench.bench_crawl import SignedInHome
from tests.bench.bench_table import BLANK
from tests.bench.measure import (
    Peer,
    Report,
    cpu_times,
    first_paints,
    is_painted,
    percentile,
    python,
    run,
)
from tests.support.far_server import FarServer
from tests.support.terminal import Terminal

ACCOUNTS = 10_000
ROUNDS = 11
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
            (python("-c", BLANK), {"HOME": environ["HOME"]}, is_painted),
            (python("-m", "rolecall"), environ, has_rows),
            (python("-m", "rolecall"), without, has_rows),
        ],
        ROUNDS,
    )
    (bare,) = cpu_times([python("-c", "pass")], environ, ROUNDS)
    peer = Peer("blank Textual app", blank.seconds * 1000)
    report.line("spawn to first screen from an image", image.seconds * 1000, "ms", peer=peer)
    report.line("image / blank app", image.seconds / blank.seconds, "×", 0.5)
    report.line("image / blank app, processor time", image.cpu / blank.cpu, "×", 0.5)
    report.line("image / python -c pass, processor time", image.cpu / bare, "×", 5)
    report.line("spawn to first screen without", table.seconds * 1000, "ms", peer=peer)


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
    report.line("spawn to the effect of the first key", image.seconds * 1000, "ms")
    report.line("first key with an image / without", image.seconds / table.seconds, "×")
    report.line("first key with / without, processor time", image.cpu / table.cpu, "×", 1.1)


def measure(report: Report) -> None:
    with tempfile.TemporaryDirectory() as folder, FarServer(accounts=ACCOUNTS) as server:
        home = Path(folder) / "home"
        desk = SignedInHome(server, home)
        desk.crawl()
        desk.services.inventory.close()
        without = {**desk.environ, OFF: "1"}
        leave_image(desk.environ, home)
        first_screens(report, desk.environ, without)
        first_keys(report, desk.environ, without)
        first_frames(report, desk.environ)


if __name__ == "__main__":
    run(measure, "Launch image")

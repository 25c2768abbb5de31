"""The Lent place: what runs with a role of the user, and taking it back."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from rolecall.domain.lending.lent import Lent, Use
from rolecall.domain.timestamps import write_time
from rolecall.files.own.lends import LendRecord
from rolecall.files.own.processes import started
from rolecall.ui.screens.base.confirm import ConfirmScreen
from rolecall.ui.screens.lending.lent import LentScreen
from rolecall.ui.widgets.diff_view import DiffView
from tests.support.screens.full_screen import FullScreen, open_full_screen

SIZE = (160, 30)


@pytest.fixture
def program() -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-c", "input()"]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as process:
        yield process
        process.kill()


def lend(it: FullScreen, pid: int) -> tuple[LendRecord, Lent]:
    until = write_time(it.desk.clock() + timedelta(minutes=30))
    lent = Lent(
        "0123abcd", pid, started(pid), "claude", "/src/pay", "pay-ro", "123456789012", "payments",
        rights="allow s3", minutes=30, until=until, reason="find it",
    )  # fmt: skip
    return LendRecord(it.desk.services.locations.state, lent.id), lent


async def open_place(it: FullScreen) -> LentScreen:
    screen = await it.open_screen(LentScreen, "colon", *"lent", "enter")
    await it.until(screen.has_read_rows)
    return screen


def cells(screen: LentScreen) -> list[list[str]]:
    columns = [each for each in screen.table.columns if each.title][:5]
    return [[column.text(row) for column in columns] for row in screen.table.shown]


async def test_what_is_lent_is_shown_while_it_runs(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path, size=SIZE) as it:
        screen = await open_place(it)
        assert screen.table.shown == ()
        record, lent = lend(it, os.getpid())
        with record.open(lent):
            await it.until(lambda: bool(screen.table.shown))
            assert cells(screen) == [["claude", "lend", "pay-ro", "30 min", "allow s3"]]
            record.note(lent.id, Use(12, "", ""))
            await it.until(lambda: screen.table.shown[0].loan.use.calls == 12)
        await it.until(lambda: not screen.table.shown)


async def test_x_takes_a_lend_back_and_says_what_stays_valid(
    tmp_path: Path, program: subprocess.Popen[bytes]
) -> None:
    async with open_full_screen(tmp_path, size=SIZE) as it:
        screen = await open_place(it)
        record, lent = lend(it, program.pid)
        with record.open(lent):
            record.note(lent.id, Use(1, lent.until, ""))
            await it.until(lambda: bool(screen.table.shown))
            box = await it.open_screen(ConfirmScreen, "x")
            (_, intro) = box.query_one(DiffView).words[1]
            assert "Keys that it has already are valid until" in intro
            await it.open_screen(LentScreen, "escape")
            assert not record.loan(lent).is_taken_back
            await it.open_screen(ConfirmScreen, "x")
            await it.press_until(lambda: program.poll() is not None, "enter")
            assert program.returncode == -signal.SIGTERM
            assert record.loan(lent).is_taken_back
            await it.until(lambda: bool(cells(screen)) and cells(screen)[0][1] == "taken back")

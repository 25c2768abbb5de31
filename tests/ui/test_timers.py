"""Timers on a machine that is busy elsewhere whenever somebody looks at the clock."""

from __future__ import annotations

import asyncio
from itertools import count

import pytest
from textual.app import App

from rolecall.ui import app
from rolecall.ui.picker import inline_app
from rolecall.ui.rendering.timers import ReliableTimers
from rolecall.ui.widgets.table.virtual_table import VirtualTable


class SomeApp(ReliableTimers, App[None]):
    pass


async def test_a_timer_that_is_late_fires_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    fired = []
    async with SomeApp().run_test() as pilot:
        seconds = count()
        monkeypatch.setattr("textual._time.get_time", lambda: next(seconds))
        timer = pilot.app.set_timer(0.005, lambda: fired.append(True))
        assert timer._task is not None
        await asyncio.wait_for(timer._task, 10)
        monkeypatch.undo()
        await pilot.pause()
    assert fired == [True]


def test_what_would_wait_for_ever_is_punctual() -> None:
    """A resize, which comes after a timer, and what makes a table's rows fit to be searched."""
    for each in (app.RolecallApp, inline_app.InlineApp, VirtualTable):
        assert issubclass(each, ReliableTimers)

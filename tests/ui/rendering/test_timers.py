"""Timers on a machine that is always busy when the clock is read."""

from __future__ import annotations

import asyncio
from itertools import count

import pytest
from textual.app import App

from rolecall.ui.app import app
from rolecall.ui.picker import inline_app
from rolecall.ui.rendering.textual_private import set_timer
from rolecall.ui.screens.base.command import CommandScreen
from rolecall.ui.widgets.status_line import StatusLine
from rolecall.ui.widgets.table.virtual_table import VirtualTable


class SomeApp(App[None]):
    set_timer = set_timer


async def test_a_late_timer_still_fires(monkeypatch: pytest.MonkeyPatch) -> None:
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


def test_all_that_sets_a_timer_has_reliable_ones() -> None:
    """A resize waits for a timer, and so do the search of a table and a message."""
    classes = (app.RolecallApp, inline_app.InlineApp, CommandScreen, VirtualTable, StatusLine)
    for each in classes:
        assert each.set_timer is set_timer

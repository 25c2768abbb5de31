"""The app closes while a screen opens."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from rolecall.ui.screens.new_session import NewSessionScreen
from tests.support.full_screen import open_full_screen


@pytest.mark.parametrize("steps", range(8))
async def test_the_app_closes_while_a_form_opens(tmp_path: Path, steps: int) -> None:
    async with open_full_screen(tmp_path, ["one"]) as it:
        it.app.push_screen(NewSessionScreen([], "", is_first=False))
        for _ in range(steps):
            await asyncio.sleep(0)
        it.app.exit()

"""The two sign-in screens, in the test process."""

from __future__ import annotations

from pathlib import Path

from rolecall.ui.screens.accounts import AccountsScreen
from rolecall.ui.screens.device_code import DeviceCodeScreen
from tests.support.full_screen import FullScreen, open_full_screen


async def code_screen(it: FullScreen) -> DeviceCodeScreen:
    """Wait for the screen with a code, and return it."""
    await it.until(lambda: isinstance(it.app.screen, DeviceCodeScreen))
    screen = it.app.screen
    assert isinstance(screen, DeviceCodeScreen)
    await it.until(lambda: screen._attempt is not None)
    return screen


async def test_a_demo_code_can_be_approved_twice(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path, signed_in=False) as it:
        it.app.demo = it.desk.server
        await code_screen(it)
        await it.pilot.press("a", "a")
        await it.until(lambda: isinstance(it.app.screen, AccountsScreen))

"""The credentials screen as time goes by: counted down, and asked for anew in time."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from rolecall.ui.screens.credentials import CredentialsScreen
from tests.ui.test_catalogue_screens import Open, opened


async def show(rolecall: Open) -> CredentialsScreen:
    await rolecall.pilot.press("2")
    await rolecall.until(lambda: bool(rolecall.app.screen.query("VirtualTable")))
    await rolecall.until(lambda: rolecall.screen.current is not None)
    await rolecall.pilot.press("c")
    await rolecall.until(lambda: isinstance(rolecall.app.screen, CredentialsScreen))
    screen = rolecall.app.screen
    assert isinstance(screen, CredentialsScreen)
    await rolecall.until(lambda: "left" in screen.clock.text)
    return screen


def asked(rolecall: Open) -> int:
    return rolecall.desk.server.calls.count("GetRoleCredentials")


async def test_new_ones_are_asked_for_where_they_end_soon(tmp_path: Path) -> None:
    async with opened(tmp_path) as rolecall:
        screen, clock = await show(rolecall), rolecall.desk.clock
        end = clock.now + timedelta(hours=1)
        assert f"{end:%H:%M:%S} UTC" in screen.clock.text
        clock.forward(44 * 60)
        screen.tick()
        assert screen.clock.text.startswith("● 16 min left")
        assert asked(rolecall) == 1
        clock.forward(2 * 60)
        screen.tick()
        await rolecall.until(lambda: "1 h 0 min left" in screen.clock.text)
        assert asked(rolecall) == 2


async def test_what_cannot_be_had_anew_counts_on_and_is_tried_once_a_minute(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path) as rolecall:
        screen, clock = await show(rolecall), rolecall.desk.clock
        rolecall.desk.server.faults.add("GetRoleCredentials", 500)
        clock.forward(56 * 60)
        screen.tick()
        await rolecall.until(lambda: asked(rolecall) == 2)
        await rolecall.pilot.pause()
        screen.tick()
        assert screen.clock.text.startswith("◔ 4:00 left")
        clock.forward(60)
        rolecall.desk.server.faults.clear()
        screen.tick()
        await rolecall.until(lambda: "1 h 0 min left" in screen.clock.text)
        assert asked(rolecall) == 3

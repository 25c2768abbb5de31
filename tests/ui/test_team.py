"""The team's file in the full screen: found in the palette, shown first, taken over."""

from __future__ import annotations

from pathlib import Path

from textual.widgets import Input

from rolecall.ui.screens.base.command import CommandScreen
from rolecall.ui.screens.confirm import ConfirmScreen
from rolecall.ui.screens.team import TeamScreen
from tests.support.full_screen import FullScreen, open_full_screen


async def open_form(it: FullScreen) -> TeamScreen:
    await it.pilot.press("colon", *"team", "enter")
    await it.until(lambda: isinstance(it.app.screen, TeamScreen))
    form = it.app.screen
    assert isinstance(form, TeamScreen)
    await it.until(lambda: bool(form.query("#location")))
    return form


async def confirm(it: FullScreen) -> None:
    await it.until(lambda: isinstance(it.app.screen, ConfirmScreen))
    await it.pilot.press("enter")


async def test_a_file_is_taken_over_and_removed_with_the_palette(tmp_path: Path) -> None:
    file = tmp_path / "rolecall-team.toml"
    async with open_full_screen(tmp_path, size=(120, 30)) as it:
        file.write_text(f'production = "alpha"\n[accounts.{it.ids[1]}]\nalias = "pay"\n')
        form = await open_form(it)
        form.query_one("#location", Input).value = str(tmp_path)
        await it.pilot.press("enter")
        await confirm(it)
        await it.until(lambda: it.app.state.has_aliases)
        assert it.app.settings.is_production("alpha")
        await it.filter("pay")
        assert it.shown == ["beta"]
        await it.pilot.press("escape")
        form = await open_form(it)
        assert form.query_one("#location", Input).value == str(tmp_path)
        form.query_one("#location", Input).value = ""
        await it.pilot.press("enter")
        await confirm(it)
        await it.until(lambda: not it.app.state.annotations)
        assert not it.app.settings.is_production("alpha")


async def test_a_file_that_is_wrong_stays_in_the_form_with_the_reason(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path, size=(120, 30)) as it:
        (tmp_path / "rolecall-team.toml").write_text("command = 'rm'\n")
        form = await open_form(it)
        form.query_one("#location", Input).value = str(tmp_path)
        await it.pilot.press("enter")
        await it.until(lambda: "command is refused" in str(form.status.flashed))
        await it.pilot.press("escape")
        await it.until(lambda: not isinstance(it.app.screen, TeamScreen))
        assert isinstance(it.app.screen, CommandScreen)
        assert not it.desk.services.locations.team.exists()

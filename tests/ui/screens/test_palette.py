"""The palette: the commands of the screen below it."""

from __future__ import annotations

from pathlib import Path

from rolecall.ui.screens.base.help import PaletteScreen
from tests.support.full_screen import open_full_screen


async def test_a_command_is_found_by_its_id_in_every_language(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path) as it:
        await it.pilot.press("colon")
        palette = await it.until_shown(PaletteScreen)
        await it.pilot.press(*"toggle", "underscore", *"theme")
        await it.until(lambda: palette.table.query_text == "toggle_theme")
        found = [row.command.id for row in palette.table.shown if row.command]
        assert found == ["toggle_theme"]

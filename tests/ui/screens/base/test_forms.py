"""Fields that follow another field until the user types in them."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.events import Key
from textual.widgets import Input

from rolecall.presentation.texts import profile_strings
from rolecall.ui.screens.base.search import SearchScreen
from rolecall.ui.screens.inventory.permission_sets import PermissionSetsScreen
from rolecall.ui.screens.profiles.edit_profiles import EditProfilesScreen
from rolecall.ui.screens.profiles.profiles import ProfilesScreen
from rolecall.ui.screens.sign_in.new_session import NewSessionScreen
from tests.support.screens.full_screen import FullScreen, open_full_screen


async def open_form(full_screen: FullScreen) -> tuple[Input, Input]:
    """Open the form for a new session; its start URL and name."""
    await full_screen.press_until(lambda: full_screen.app.current_mode == "sign_in", "S")
    form = await full_screen.open_screen(NewSessionScreen, "n")
    return form.query_one("#start_url", Input), form.query_one("#name", Input)


async def test_a_field_follows_with_its_cursor_at_the_end(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path) as full_screen:
        url, name = await open_form(full_screen)
        await full_screen.pilot.press(*"https://a.awsapps.com/start")
        assert (name.value, name.cursor_position) == ("a", 1)
        url.value = "https://acme.awsapps.com/start"
        await full_screen.until(lambda: name.value == "acme")
        assert name.cursor_position == len("acme")


@pytest.mark.quick
async def test_a_field_that_was_typed_in_follows_again_once_it_is_emptied(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path) as full_screen:
        url, name = await open_form(full_screen)
        name.value = "mine"
        await full_screen.pilot.pause()
        url.value = "https://acme.awsapps.com/start"
        await full_screen.pilot.pause()
        assert name.value == "mine"
        name.value = ""
        await full_screen.pilot.pause()
        assert name.value == ""
        url.value = "https://other.awsapps.com/start"
        await full_screen.until(lambda: name.value == "other")


async def test_esc_right_after_enter_closes_a_form_that_is_tried(tmp_path: Path) -> None:
    """It arrived before the form knows about Enter."""
    async with open_full_screen(tmp_path) as full_screen:
        await open_form(full_screen)
        await full_screen.pilot.press(*"nonsense")
        form = full_screen.app.screen
        full_screen.app.post_message(Key("enter", "\r"))
        full_screen.app.post_message(Key("escape", None))
        await full_screen.until(lambda: not form.is_attached)
        await full_screen.open_screen(PermissionSetsScreen, "escape", "2")


async def test_a_profile_with_keys_in_the_credentials_file_has_no_other_name_in_another_case(
    tmp_path: Path,
) -> None:
    """The name that differs only in case is its own there."""
    async with open_full_screen(tmp_path) as it:
        it.desk.add("[profile dev]\nregion = eu-west-1\n[profile dev2]\nregion = eu-west-1")
        (it.desk.config.parent / "credentials").write_text("[dev]\naws_access_key_id = AKIA\n")
        profiles = await it.open_screen(ProfilesScreen, "3", "R")
        await it.until(lambda: len(profiles.table.shown) == 2)
        for keys, typed in (
            (("home", "e"), {"name": "DEV"}),
            (("a", "e"), {"find": "d", "put": "D"}),
        ):
            form = await it.open_screen(EditProfilesScreen, *keys)
            notes = form.notes({"region": "eu-west-1", "output": "", **typed})
            assert profile_strings.KEYS_STAY in notes["name" if "name" in typed else "put"].text
            await it.press_until(lambda: it.app.screen is profiles, "escape")


async def test_a_command_is_found_by_its_id_in_every_language(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path) as it:
        palette = await it.open_screen(SearchScreen, "colon")
        await it.pilot.press(*"toggle", "underscore", *"theme")
        await it.until(lambda: palette.table.query_text == "toggle_theme")
        found = [row.target.id for row in palette.table.shown if row.kind == "command"]
        assert found == ["toggle_theme"]

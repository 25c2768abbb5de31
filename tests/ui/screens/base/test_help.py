"""`?` is one list of all keys, at every size: it is searched, and Enter runs the row."""

from __future__ import annotations

from pathlib import Path

import pytest

from rolecall.presentation.commands import MOVED, Place, key_of
from rolecall.presentation.texts import command_strings
from rolecall.ui.screens.base.help import HelpScreen
from rolecall.ui.screens.base.search import RowCommandsScreen
from rolecall.ui.screens.credentials.credentials import CredentialsScreen
from rolecall.ui.screens.inventory.accounts import AccountsScreen
from rolecall.ui.screens.inventory.annotate import AnnotateScreen
from rolecall.ui.screens.inventory.permission_sets import PermissionSetsScreen
from rolecall.ui.screens.profiles.profiles import ProfilesScreen
from tests.support.screens.full_screen import open_full_screen


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (60, 16)])
async def test_it_begins_with_this_screen_and_says_everything(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    async with open_full_screen(tmp_path, size=size) as it:
        screen = await it.open_screen(HelpScreen, "question_mark")
        first, *rest = screen.rows()
        assert (first.where, first.keys, first.name) == ("Accounts", "Enter", "open")
        assert {"Movement", "Tables", "Everywhere", "Sign-in"} <= {row.where for row in rest}
        assert screen.table.width_of("text") > 30
        row = next(row for row in rest if row.command and row.command.id == "prune")
        screen.table.move_to(row.number)
        cut = len(row.text) > screen.table.width_of("text")
        await it.until(lambda: screen.status.text == (row.text if cut else ""))


async def test_enter_runs_the_row_here_or_leads_to_it(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path, size=(100, 30)) as it:
        screen = await it.open_screen(HelpScreen, "question_mark")
        await it.pilot.press("slash", *"annotate", "enter")
        await it.until(lambda: len(screen.table.shown) == 0 or screen.table.query_text != "")
        await it.pilot.press("escape", "escape")
        await it.until_shown(AccountsScreen)
        screen = await it.open_screen(HelpScreen, "question_mark", "slash", *"alias", "enter")
        await it.open_screen(AnnotateScreen, "enter")
        await it.open_screen(AccountsScreen, "escape")
        await it.open_screen(HelpScreen, "question_mark", "slash", *"editor", "enter")
        profiles = await it.open_screen(ProfilesScreen, "enter")
        await it.until(lambda: profiles.status.text == "Choose a row, then E editor.")


async def test_it_opens_in_a_form_and_lists_no_key_that_is_typed_there(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path, size=(80, 24)) as it:
        form = await it.open_screen(AnnotateScreen, "e")
        await it.pilot.press("question_mark")
        assert "?" in form.query("Input").first().value  # type: ignore[attr-defined]
        assert [hint.key for hint in form.last_key_hints()] == ["Ctrl+G"]
        screen = await it.open_screen(HelpScreen, "ctrl+g")
        keys = {row.keys for row in screen.rows() if row.where == "Forms"}
        assert "Ctrl+G F1" in keys
        await it.open_screen(AnnotateScreen, "escape")


async def test_a_row_has_a_menu_of_all_its_commands(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path, size=(100, 30)) as it:
        await it.open_screen(PermissionSetsScreen, "2")
        menu = await it.open_screen(RowCommandsScreen, "m")
        assert menu.heading().endswith("› alpha")
        menu.table.move_to(next(each for each in menu.rows() if each.id == "credentials"))
        await it.open_screen(CredentialsScreen, "enter")


async def test_an_old_key_says_the_new_one(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path, size=(100, 30)) as it:
        screen = await it.open_screen(CredentialsScreen, "2", "c")
        said = command_strings.MOVED.format(name="show", key=key_of("show_values"))
        assert MOVED[Place.CREDENTIALS]["v"] == "show_values"
        await it.press_until(lambda: screen.status.text == said, "v")

"""`:` finds accounts, permission sets, profiles, commands, settings, help and the log."""

from __future__ import annotations

from pathlib import Path

import pytest

from rolecall.domain.log.hand_out import HandOutKind
from rolecall.domain.switching.variables import SwitchTarget
from rolecall.presentation.commands import COMMANDS, GROUPS, OPENED_BY, OPENED_BY_MARKED, WAYS
from rolecall.presentation.texts import command_strings, run_strings
from rolecall.ui.screens.base import search
from rolecall.ui.screens.base.leads import can_lead_to
from rolecall.ui.screens.base.search import RowCommandsScreen, SearchScreen
from rolecall.ui.screens.config.doctor import DoctorScreen
from rolecall.ui.screens.credentials.console import ConsoleScreen
from rolecall.ui.screens.credentials.credentials import CredentialsScreen
from rolecall.ui.screens.inventory.accounts import AccountsScreen
from rolecall.ui.screens.inventory.annotate import AnnotateScreen
from rolecall.ui.screens.inventory.permission_sets import PermissionSetsScreen
from rolecall.ui.screens.log.log import LogScreen
from rolecall.ui.screens.profiles.drift import DriftScreen
from rolecall.ui.screens.profiles.profiles import ProfilesScreen
from rolecall.ui.screens.profiles.save_profile import SaveProfileScreen
from rolecall.ui.screens.settings.settings import SettingsScreen
from tests.support.desk import Desk
from tests.support.screens.full_screen import FullScreen, open_full_screen

_SIZE = (100, 30)


async def found(it: FullScreen, words: str) -> SearchScreen:
    """Search for the words; they are typed, not pasted."""
    screen = await it.open_screen(SearchScreen, "colon")
    await it.pilot.press(*("space" if each == " " else each for each in words))
    await it.until(lambda: screen.table.query_text == words and screen.has_all_rows)
    return screen


def names(screen: SearchScreen, kind: str) -> list[str]:
    return [row.name for row in screen.table.shown if row.kind == kind]


async def test_a_command_of_another_place_is_found_and_led_to(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path, size=_SIZE) as it:
        screen = await found(it, "console")
        assert screen.current is not None
        assert screen.current.target.id == "console"
        sets = await it.open_screen(PermissionSetsScreen, "enter")
        assert sets.goes_back  # the account is open
        await it.until(lambda: sets.status.text == "Choose a row, then o console.")
        await it.open_screen(ConsoleScreen, "o")


async def test_a_command_of_another_place_runs_on_the_row_that_is_meant(tmp_path: Path) -> None:
    """An account with one permission set, and the account of a permission set."""

    async with open_full_screen(tmp_path, ["alpha", "beta"], size=_SIZE) as it:
        await it.open_screen(PermissionSetsScreen, "2")
        await found(it, "annotate")
        form = await it.open_screen(AnnotateScreen, "enter")
        assert "alpha" in form.title_text
        await it.open_screen(AccountsScreen, "escape")


async def test_an_account_opens_and_a_permission_set_is_saved(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path, size=_SIZE) as it:
        screen = await found(it, "gamma")
        assert names(screen, "account") == ["gamma"]
        assert names(screen, "set") == ["gamma", "gamma"]
        sets = await it.open_screen(PermissionSetsScreen, "enter")
        assert sets.trail() == ("corp", "gamma")
        await found(it, "delta b")
        form = await it.open_screen(SaveProfileScreen, "enter")
        assert "delta" in form.title_text


async def test_a_profile_is_shown_among_the_others(tmp_path: Path) -> None:
    def save_two(desk: Desk) -> None:
        desk.add("[profile one]\nregion = eu-west-1\n[profile two]\nregion = eu-west-1")

    async with open_full_screen(tmp_path, before=save_two, size=_SIZE) as it:
        await it.until(lambda: len(it.app.state.profiles) == 2)
        await found(it, "two")
        profiles = await it.open_screen(ProfilesScreen, "enter")
        await it.until(lambda: profiles.current is not None and profiles.current.name == "two")


async def test_a_setting_opens_in_the_settings(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path, size=(100, 40)) as it:
        await found(it, "role_duration")
        form = await it.open_screen(SettingsScreen, "enter")
        await it.until(lambda: form.focused is not None and form.focused.id == "role_duration")
        await it.until(lambda: "Enter save" in form.painted_lines()[-1])


async def test_the_row_shows_its_other_commands(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path, size=_SIZE) as it:
        it.save_profile()
        await it.pilot.press("3", "R")
        await it.until(lambda: len(it.app.state.profiles) == 1)
        screen = await found(it, "mine")
        assert names(screen, "profile") == ["mine"]
        commands = await it.open_screen(RowCommandsScreen, "right")
        await it.until(lambda: "? help" in commands.painted_lines()[-1])
        ids = [each.id for each in commands.table.shown]
        assert ids[:2] == ["exec", "use"]
        assert {"verify", "delete", "credentials", "annotate", "save"} <= set(ids)
        await it.pilot.press("slash", *"credentials")
        await it.until(lambda: len(commands.table.shown) < len(ids))
        await it.pilot.press("enter")
        keys = await it.open_screen(CredentialsScreen, "enter")
        assert isinstance(it.app.screen_stack[0], ProfilesScreen)
        assert keys.is_current


async def test_the_log_and_its_entries_are_found(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path, size=_SIZE) as it:
        log = it.desk.services.hand_outs
        log.note(HandOutKind.EXPORT, SwitchTarget("old"), "AKIAOLD")
        log.note(HandOutKind.EXEC, SwitchTarget("newer"), "AKIANEW")
        screen = await found(it, "akiaold")
        await it.until(lambda: names(screen, "log") == ["old"])
        shown = await it.open_screen(LogScreen, "enter")
        await it.until(lambda: shown.current is not None and shown.current.profile == "old")
        assert [row.profile for row in shown.table.shown] == ["newer", "old"]


async def test_places_without_a_key_can_be_reached(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path, size=_SIZE) as it:
        await found(it, "doctor")
        doctor = await it.open_screen(DoctorScreen, "enter")
        await it.until(doctor.has_read_rows)
        await it.open_screen(AccountsScreen, "escape")
        await found(it, "drift")
        await it.open_screen(DriftScreen, "enter")
        await it.open_screen(LogScreen, "5")
        accounts = await it.open_screen(AccountsScreen, "1", "1")
        await found(it, "runs")
        await it.pilot.press("enter")
        await it.until(lambda: accounts.status.text.startswith(run_strings.NO_RUN[:20]))


async def test_without_words_the_recent_come_first_and_then_this_screen(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path, size=_SIZE) as it:
        screen = await found(it, "")
        assert screen.table.shown[0].key == "open_permission_sets"
        await it.open_screen(AccountsScreen, "escape")
        await found(it, "epsilon")
        await it.open_screen(PermissionSetsScreen, "enter")
        await it.open_screen(AccountsScreen, "escape")
        screen = await found(it, "")
        assert [row.name for row in screen.table.shown[:2]] == ["epsilon", "open"]
        assert len({row.id for row in screen.table.shown}) == len(screen.table.shown)


async def test_the_count_is_right_and_not_covered(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path, size=(80, 24)) as it:
        screen = await found(it, "ff")
        shown = len(screen.table.shown)
        assert f"{shown} of" in screen.count_text()
        field, table = screen.filter_bar.region, screen.table.region
        assert field.right <= table.right - len(screen.count_text()) - 3


async def test_there_is_no_column_of_keys_without_a_key(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path, size=_SIZE) as it:
        screen = await found(it, "gamma")
        assert "keys" not in [column.key for column in screen.table.shown_columns]
        await it.pilot.press("ctrl+u", *"quit")
        await it.until(lambda: screen.table.width_of("keys") > 0)


async def test_enter_waits_until_everything_can_be_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "_AT_ONCE", 5)
    async with open_full_screen(tmp_path, [f"a{n}" for n in range(30)], size=_SIZE) as it:
        await it.pilot.press("colon", *"a29", "space", "b", "enter")
        form = await it.until_shown(SaveProfileScreen)
        assert "a29" in form.title_text


def test_every_command_has_a_way_or_is_a_key_of_a_box() -> None:
    """Those of forms, questions and choices work only there, and those of tables in every table."""
    keys_of_boxes = {
        *("confirm", "run_command", "row_commands", "choose", "submit", "next_field"),
        *("page_down", "page_up", "cancel", "back", "filter", "mark", "mark_all", "mark_none"),
        *("sort_next", "sort_previous", "sort_reverse"),
        *("copy_line", "next_tab", "previous_tab", "leave_pane"),
    }
    assert {each.id for each in COMMANDS if not can_lead_to(each)} <= keys_of_boxes
    assert {*WAYS, *OPENED_BY, *OPENED_BY_MARKED} <= set(GROUPS)
    assert set(command_strings.KINDS) == {
        *("account", "set", "profile", "place", "command", "setting", "help", "log")
    }

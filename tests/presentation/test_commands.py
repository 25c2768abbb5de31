"""Every command has a text, a handler and keys."""

from __future__ import annotations

from collections import Counter, defaultdict

from rolecall.presentation.commands import (
    BY_ID,
    COMMANDS,
    GROUPS,
    MOVED,
    MOVES,
    Command,
    Place,
    commands_of,
    footer_of,
)
from rolecall.presentation.key_names import show_key
from rolecall.presentation.texts import command_strings
from rolecall.ui.app.watch import WatchScreen
from rolecall.ui.app.wiring import APP_COMMANDS
from rolecall.ui.screens.base.choices import ChoicesScreen
from rolecall.ui.screens.base.command import CommandScreen
from rolecall.ui.screens.base.confirm import ConfirmScreen
from rolecall.ui.screens.base.detail import DetailScreen
from rolecall.ui.screens.base.form import FormScreen
from rolecall.ui.screens.base.help import HelpScreen
from rolecall.ui.screens.base.search import RowCommandsScreen, SearchScreen
from rolecall.ui.screens.config.doctor import DoctorScreen
from rolecall.ui.screens.credentials.console import ConsoleScreen
from rolecall.ui.screens.credentials.credentials import CredentialsScreen
from rolecall.ui.screens.inventory.accounts import AccountsScreen
from rolecall.ui.screens.inventory.listing_changes import ListingChangesScreen
from rolecall.ui.screens.inventory.permission_sets import PermissionSetsScreen
from rolecall.ui.screens.lending.lent import LentScreen
from rolecall.ui.screens.lending.request import RequestScreen
from rolecall.ui.screens.log.log import LogScreen
from rolecall.ui.screens.profiles.drift import DriftScreen
from rolecall.ui.screens.profiles.profiles import ProfilesScreen
from rolecall.ui.screens.profiles.saved import SavedScreen
from rolecall.ui.screens.profiles.verified import VerifiedScreen
from rolecall.ui.screens.profiles.workbench import WorkbenchScreen
from rolecall.ui.screens.runs.run_output import RunOutputScreen
from rolecall.ui.screens.runs.runs import RunsScreen
from rolecall.ui.screens.sign_in.sessions import SessionsScreen
from rolecall.ui.screens.sign_in.sign_in import SignInScreen
from rolecall.ui.screens.team.team import TeamScreen
from rolecall.ui.screens.tokens.tokens import TokensScreen
from tests.support.for_each import for_each

SCREENS: tuple[type[CommandScreen[object]], ...] = (
    AccountsScreen,
    PermissionSetsScreen,
    ProfilesScreen,
    TokensScreen,
    SessionsScreen,
    ConsoleScreen,
    CredentialsScreen,
    SignInScreen,
    FormScreen,
    SavedScreen,
    HelpScreen,
    SearchScreen,
    RowCommandsScreen,
    LogScreen,
    DoctorScreen,
    LentScreen,
    RequestScreen,
    ChoicesScreen,
    ConfirmScreen,
    ListingChangesScreen,
    WorkbenchScreen,
    VerifiedScreen,
    DriftScreen,
    TeamScreen,
    WatchScreen,
    RunsScreen,
    RunOutputScreen,
)  # type: ignore[assignment]


def test_every_group_of_commands_has_a_screen() -> None:
    assert {screen.place for screen in SCREENS} | {Place.PANE} == set(GROUPS)


def test_every_command_of_the_pane_has_a_handler_on_every_screen_that_has_one() -> None:
    assert not [c.id for c in commands_of(Place.PANE) if not hasattr(DetailScreen, f"do_{c.id}")]


@for_each("screen", SCREENS)
def test_every_command_has_a_handler_on_every_screen_that_offers_it(
    screen: type[CommandScreen[object]],
) -> None:
    handled = [name for name in dir(screen) if name.startswith("do_")]
    handled += [f"do_{command_id}" for command_id in APP_COMMANDS]
    missing = [c.id for c in commands_of(screen.place) if f"do_{c.id}" not in handled]
    # Textual moves between the fields.
    assert set(missing) <= {"next_field"}


@for_each("screen", SCREENS)
def test_every_handler_belongs_to_a_command(screen: type[object]) -> None:
    handlers = {name.removeprefix("do_") for name in dir(screen) if name.startswith("do_")}
    assert handlers | set(APP_COMMANDS) <= {command.id for command in COMMANDS}


@for_each("screen", SCREENS)
def test_no_key_has_two_commands_on_a_screen(screen: type[CommandScreen[object]]) -> None:
    keys = Counter(key for command in commands_of(screen.place) for key in command.keys)
    assert [key for key, count in keys.items() if count > 1] == []


def test_every_command_can_be_reached_from_some_screen() -> None:
    reached = {command.id for place in GROUPS for command in commands_of(place)}
    assert reached == {command.id for command in COMMANDS}


def test_every_command_has_a_text_and_every_text_a_command() -> None:
    assert set(command_strings.COMMAND_TEXTS) == {command.id for command in COMMANDS}


def test_a_command_of_a_screen_takes_the_key_of_a_common_one() -> None:
    for_r = [c.id for c in commands_of(Place.TOKENS) if "r" in c.keys]
    assert for_r == ["renew"]


def test_the_footer_begins_with_the_most_important_commands() -> None:
    assert [command.id for command in footer_of(Place.PERMISSION_SETS)][:2] == ["save", "use"]


def test_the_footer_of_a_screen_above_another_has_the_back_key() -> None:
    assert "back" not in [command.id for command in footer_of(Place.ACCOUNTS)]
    over = [command.id for command in footer_of(Place.CHANGES, goes_back=True)]
    assert over == ["filter", "back", "palette", "pane", "menu", "help", "quit"]


@for_each(
    ("key", "shown"),
    [
        ("slash", "/"),
        ("ctrl+p", "Ctrl+P"),
        ("greater_than_sign", ">"),
        ("S", "S"),
        ("enter", "Enter"),
    ],
)
def test_keys_are_shown_as_on_a_keyboard(key: str, shown: str) -> None:
    assert show_key(key) == shown


def test_no_command_has_only_keys_that_terminals_intercept() -> None:
    intercepted = {"ctrl+s", "ctrl+q", "ctrl+b", "ctrl+a", *(f"f{n}" for n in range(1, 13))}

    def safe(command: Command) -> bool:
        return bool(set(command.keys) - intercepted)

    assert all(safe(command) for command in COMMANDS if command.keys)


def test_each_letter_has_one_meaning_on_all_screens() -> None:
    """Commands share a letter only if it means the same; no command has a letter that moves."""
    commands: defaultdict[str, set[str]] = defaultdict(set)
    for command in COMMANDS:
        for key in command.default_keys:
            if len(key) == 1 and key.isalpha():
                commands[key].add(command.id)
    for key, ids in commands.items():
        _meaning, shared = command_strings.LETTERS.get(key, ("", ()))
        assert ids <= set(shared) or len(ids) == 1, (key, ids)
    moving = {key for keys in MOVES.values() for key in keys}
    assert not moving & commands.keys()
    assert command_strings.LETTERS.keys() <= commands.keys()


def test_an_old_key_has_no_other_command_there() -> None:
    for place, groups in GROUPS.items():
        keys = {key for command in commands_of(place) for key in command.keys}
        for moved in filter(None, map(MOVED.get, groups)):
            assert not keys & moved.keys()
            assert all(BY_ID[each] in commands_of(place) for each in moved.values())

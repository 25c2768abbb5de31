"""Nothing blocks the event loop: files are opened in threads, and no thread touches a widget."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from threading import Event
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Input

from rolecall.demo.home import create_home
from rolecall.demo.server import DemoServer
from rolecall.domain.lending.lent import Lent
from rolecall.domain.model import Assignment, PermissionSet
from rolecall.domain.sign_in.progress import State
from rolecall.files.own.lends import LendRecord
from rolecall.files.own.settings import SettingsRead
from rolecall.presentation import keymap
from rolecall.presentation.commands import ACTIONS, Command
from rolecall.services.services import Services
from rolecall.services.switching.switching import Switching
from rolecall.ui import screens
from rolecall.ui.picker.inline_sign_in import InlineSignIn, SignInApp
from rolecall.ui.picker.picker_app import Picker
from rolecall.ui.screens.base.choices import ChoicesScreen, ListingScreen
from rolecall.ui.screens.base.command import CommandScreen
from rolecall.ui.screens.base.confirm import ConfirmScreen
from rolecall.ui.screens.base.form import FormScreen
from rolecall.ui.screens.base.help import HelpScreen
from rolecall.ui.screens.base.search import RowCommandsScreen, SearchScreen
from rolecall.ui.screens.config.doctor import DoctorScreen
from rolecall.ui.screens.credentials.console import ConsoleScreen
from rolecall.ui.screens.credentials.credentials import CredentialsScreen
from rolecall.ui.screens.inventory.accounts import AccountsScreen
from rolecall.ui.screens.inventory.annotate import AnnotateScreen
from rolecall.ui.screens.inventory.listing_changes import ListingChangesScreen
from rolecall.ui.screens.inventory.permission_sets import PermissionSetsScreen
from rolecall.ui.screens.lending.lent import LentScreen
from rolecall.ui.screens.lending.request import RequestScreen
from rolecall.ui.screens.log.log import LogScreen
from rolecall.ui.screens.profiles.chain_profile import ChainProfileScreen
from rolecall.ui.screens.profiles.drift import DriftScreen
from rolecall.ui.screens.profiles.duplicate_profiles import DuplicateProfilesScreen
from rolecall.ui.screens.profiles.edit_profiles import EditProfilesScreen
from rolecall.ui.screens.profiles.profiles import ProfilesScreen
from rolecall.ui.screens.profiles.save_profile import SaveProfileScreen
from rolecall.ui.screens.profiles.saved import SavedScreen
from rolecall.ui.screens.profiles.verified import VerifiedRow, VerifiedScreen
from rolecall.ui.screens.profiles.workbench import WorkbenchScreen
from rolecall.ui.screens.runs.run_command import RunCommandScreen
from rolecall.ui.screens.runs.run_output import RunOutputScreen
from rolecall.ui.screens.runs.runs import RunsScreen
from rolecall.ui.screens.settings.settings import SettingsScreen
from rolecall.ui.screens.sign_in.edit_session import EditSessionScreen
from rolecall.ui.screens.sign_in.new_session import NewSessionScreen
from rolecall.ui.screens.sign_in.sessions import SessionsScreen
from rolecall.ui.screens.sign_in.sign_in import SignInScreen
from rolecall.ui.screens.team.team import TeamScreen
from rolecall.ui.screens.team.team_location import TeamLocationScreen
from rolecall.ui.screens.tokens.tokens import TokensScreen
from rolecall.ui.work import in_thread
from tests.support.desk import Desk, save
from tests.support.login_files import PROFILE
from tests.support.screens.full_screen import FullScreen, open_full_screen
from tests.support.screens.loop_watch import loop_watch
from tests.support.settings import write_settings
from tests.support.waiting import pause_until


class Drive:
    """Opens screens by their keys, and types into their forms."""

    def __init__(self, rolecall: FullScreen) -> None:
        self._it = rolecall
        self.visited: set[type[CommandScreen[Any]]] = set()

    async def open(self, key: str, screen: type[CommandScreen[Any]], *then: str) -> None:
        """Press the key that opens the screen, and `then` others."""
        await self.press(key)
        await self.until_on(screen)
        if then:
            await self.press(*then)

    async def until_on(self, screen: type[CommandScreen[Any]]) -> None:
        await self._it.until(lambda: type(self._it.app.screen) is screen)
        await self._it.until(lambda: self._it.app.screen.is_mounted)
        self.visited.add(screen)

    async def press(self, *keys: str) -> None:
        await self._it.pilot.press(*keys)

    async def fill_in(self, key: str, screen: type[FormScreen[Any]]) -> None:
        """Open a form, type into every field, and close it."""
        await self.open(key, screen)
        form = self._it.app.screen
        assert isinstance(form, FormScreen)
        for field in form.query(Input):
            field.focus()
            await self._it.until(lambda field=field: form.focused is field)  # type: ignore[misc]
            await self.press("ctrl+u", *(("x",) if field.id != "start_url" else _URL))
        await self._it.until(lambda: not form._is_checking)
        await self.press("escape")
        await self._it.until(lambda: self._it.app.screen is not form)


_URL = tuple("https://acme.awsapps.com/start")


async def drive_a_request(drive: Drive, state: Path) -> None:
    """Let a program ask, and go through what can be answered."""
    lent = Lent("0123abcd", rights="allow s3", minutes=5)
    request = lent._replace(id="0123abcd.1")
    record = LendRecord(state, lent.id)
    with ExitStack() as stack:
        await asyncio.to_thread(stack.enter_context, record.open(lent))
        await asyncio.to_thread(record.add, request)
        await drive.until_on(RequestScreen)
        await drive.press("e", "escape", "x", "escape", "ctrl+y")
        await drive.press("escape")
        await drive.until_on(AccountsScreen)
        await asyncio.to_thread(stack.close)


async def drive(rolecall: FullScreen) -> set[type[CommandScreen[Any]]]:
    """Go through every screen; the classes of those that were seen."""
    drive = Drive(rolecall)
    await drive.open("1", AccountsScreen, "j", "f", "slash", "p", "escape")
    await drive.open("w", ListingChangesScreen, "escape")
    await drive.open("question_mark", HelpScreen, "escape")
    await drive.open("m", RowCommandsScreen, "escape")
    await drive.open("ctrl+p", SearchScreen, "escape")
    await drive.until_on(AccountsScreen)
    await drive.open("ctrl+p", SearchScreen, *"alpha")
    await drive.open("right", RowCommandsScreen, "escape", "escape")
    await drive.until_on(AccountsScreen)
    await drive.open("5", LogScreen)
    await drive.open("1", AccountsScreen)
    await drive.open("ctrl+p", SearchScreen, *"doctor")
    await drive.open("enter", DoctorScreen, "escape")
    await drive.open("ctrl+p", SearchScreen, *"lent")
    await drive.open("enter", LentScreen, "escape")
    await drive.until_on(AccountsScreen)
    await drive_a_request(drive, rolecall.desk.services.locations.state)
    await drive.open("ctrl+p", SearchScreen, *"team")
    await drive.open("enter", TeamScreen)
    await drive.fill_in("n", TeamLocationScreen)
    await drive.press("escape")
    await drive.until_on(AccountsScreen)
    await drive.fill_in("e", AnnotateScreen)
    await drive.fill_in("comma", SettingsScreen)

    await drive.open("2", PermissionSetsScreen)
    await rolecall.until(lambda: rolecall.screen.current is not None)
    await drive.fill_in("s", SaveProfileScreen)
    await drive.open("s", SaveProfileScreen)
    await drive.open("enter", SavedScreen, "v", "enter")
    await drive.until_on(PermissionSetsScreen)
    await drive.open("c", CredentialsScreen, "d")
    await rolecall.until(lambda: "left" in str(rolecall.app.screen.clock.text))  # type: ignore[attr-defined]
    await drive.open("s", ConfirmScreen, "escape", "escape")
    await drive.until_on(PermissionSetsScreen)
    await drive.open("o", ConsoleScreen, "escape")
    await drive.open("f5", ListingScreen, "escape")
    await drive.until_on(PermissionSetsScreen)
    await drive.open("f6", ChoicesScreen, "enter")
    await drive.until_on(PermissionSetsScreen)
    await drive.open("exclamation_mark", RunCommandScreen, *"true")
    await drive.open("enter", RunsScreen)
    await drive.open("enter", RunOutputScreen, "slash", "x", "escape", "escape")
    await drive.until_on(RunsScreen)
    await drive.press("escape")
    await drive.until_on(PermissionSetsScreen)
    await drive.press("space", "space")
    await drive.open("s", WorkbenchScreen)
    await drive.press("x", "backspace", "tab", "e", "escape", "enter", "x", "enter", "s")
    await drive.until_on(ConfirmScreen)
    await drive.press("escape")
    await drive.until_on(WorkbenchScreen)
    await drive.press("escape", "A")

    await drive.open("3", ProfilesScreen)
    await drive.fill_in("e", EditProfilesScreen)
    await drive.open("ctrl+p", SearchScreen, *"duplicate")
    await drive.fill_in("enter", DuplicateProfilesScreen)
    await drive.fill_in("n", ChainProfileScreen)

    def answers() -> Sequence[VerifiedRow]:
        assert isinstance(rolecall.app.screen, VerifiedScreen)
        return rolecall.app.screen.rows()

    await drive.press("a")
    await drive.fill_in("e", EditProfilesScreen)
    await drive.open("ctrl+p", SearchScreen, *"duplicate")
    await drive.fill_in("enter", DuplicateProfilesScreen)
    await drive.open("v", VerifiedScreen)
    await rolecall.until(lambda: None not in [row.answer for row in answers()])
    await drive.press("escape", "A")
    await drive.open("w", DriftScreen, "escape")
    await drive.open("x", ConfirmScreen, "enter")
    await drive.until_on(ProfilesScreen)
    await drive.open("z", ConfirmScreen, "enter")
    await drive.until_on(ProfilesScreen)

    await drive.open("4", TokensScreen, "r")
    await drive.open("S", SessionsScreen)
    await drive.fill_in("n", NewSessionScreen)
    await drive.fill_in("e", EditSessionScreen)
    await drive.open("4", TokensScreen)
    await drive.open("enter", SignInScreen)
    await rolecall.until(lambda: is_waiting(rolecall, "device-code"))
    await drive.press("p")
    await rolecall.until(lambda: is_waiting(rolecall, "browser"))
    await drive.press("p")
    await rolecall.until(lambda: is_waiting(rolecall, "device-code"))
    await drive.press("escape")
    await drive.until_on(SessionsScreen)
    await drive.open("4", TokensScreen, "slash", *"console", "enter")

    def is_found() -> bool:
        screen = rolecall.app.screen
        assert isinstance(screen, TokensScreen)
        return [row.name for row in screen.table.visible_rows] == ["console"]

    await rolecall.until(is_found)
    await drive.open("enter", SignInScreen, "escape")
    return drive.visited


def is_waiting(it: FullScreen, kind: str) -> bool:
    """Whether a sign-in of this kind waits for the user."""
    screen = it.app.screen
    assert isinstance(screen, SignInScreen)
    return (screen.progress.kind, screen.progress.state) == (kind, State.WAITING)


def all_screens() -> Iterator[type[Any]]:
    """Every screen of rolecall's full screen."""
    for module in iter_modules(screens.__path__, f"{screens.__name__}."):
        import_module(module.name)
    return screens_of(CommandScreen)


def screens_of(base: type[CommandScreen[Any]]) -> Iterator[type[Any]]:
    for screen in base.__subclasses__():
        yield from screens_of(screen)
        if not screen.__subclasses__() and ".screens." in screen.__module__:
            yield screen


@pytest.fixture
def actions() -> Iterator[dict[str, Command]]:
    """The commands of actions, which all apps of a process share."""
    yield ACTIONS
    ACTIONS.clear()


async def test_no_screen_opens_a_file_on_the_loop_and_no_thread_touches_a_widget(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, actions: dict[str, Command]
) -> None:
    monkeypatch.setenv("BROWSER", "true")
    monkeypatch.setenv("DISPLAY", ":0")
    async with open_full_screen(tmp_path, before=save_two, watched=True) as rolecall:

        def is_listed() -> bool:
            state = rolecall.session_state
            return state.loaded and state.complete and not state.crawling

        await rolecall.until(is_listed)
        keymap.use_actions(rolecall.app.settings_service.settings, SettingsRead().line_of)
        assert set(actions) == {"actions.slow", "actions.quick"}
        visited = await drive(rolecall)
    assert {HelpScreen, *all_screens()} <= visited
    assert rolecall.watch.opened == []
    assert "\n".join(rolecall.watch.touched) == ""


# An action whose choices are listed until Esc, and one that has a choice.
_ACTIONS = """
[actions.slow]
key = "F5"
name = "Slow"
command = "true"
choose = "sleep 1000"
in = "background"

[actions.quick]
key = "F6"
name = "Quick"
command = "true"
choose = ["echo", '["x"]']
in = "background"
"""


def save_two(desk: Desk) -> None:
    """Save two profiles for the first account, and two actions."""
    write_settings(desk.home, _ACTIONS)
    account = desk.server.organisation.accounts[0]
    save(desk, "first", Assignment(account, PermissionSet("A")))
    save(desk, "second", Assignment(account, PermissionSet("B")))
    with desk.config.open("a") as config:
        config.write(PROFILE)


@pytest.fixture
def demo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[DemoServer]:
    """A demo whose home and environment are those of the test, and everything is listed."""
    with DemoServer() as server:
        create_home(tmp_path, server.start_url, server.region, server.organisation)
        for name, value in server.environment(tmp_path).items():
            monkeypatch.setenv(name, value)
        services = Services(os.environ)
        (session,) = services.sign_in.sessions()
        services.inventory.crawl(session, server.sign_in()).run(lambda event: None)
        yield server


@pytest.mark.parametrize("query", ["log-archive-readonly", "audit"])
async def test_the_picker_opens_no_file_on_the_loop_and_no_thread_touches_a_widget(
    query: str, demo: DemoServer
) -> None:
    switching = Switching(os.environ)
    targets = switching.targets()
    app = Picker(switching, targets, "")
    with loop_watch() as watch:
        async with app.run_test(size=(80, 24)) as pilot:
            await pause_until(lambda: app.field is not None and app.focused is app.field)
            await pause_until(lambda: app.table.total > len(targets))
            await pilot.press("down", "up", *query)
            await pause_until(lambda: app.table.current is not None)
            await pilot.press("enter")
            if query == "audit":  # without a profile: it is shown before it is saved
                await pause_until(lambda: "Enter writes this" in str(app.hint.render()))
                await pilot.press("enter")
            await pause_until(lambda: isinstance(app.screen, InlineSignIn))
            await approve(demo, pilot, app.screen)
            await pause_until(lambda: app.return_value is not None)
    assert app.return_value is not None
    assert app.return_value.saved == (query == "audit")
    assert watch.opened == []
    assert watch.touched == []


@pytest.mark.quick
async def test_the_sign_in_under_the_prompt_opens_no_file_on_the_loop(demo: DemoServer) -> None:
    switching = Switching(os.environ)
    target = switching.target("log-archive-readonly")
    assert target is not None
    app = SignInApp(switching, target)
    with loop_watch() as watch:
        async with app.run_test(size=(80, 24)) as pilot:
            await pause_until(lambda: isinstance(app.screen, InlineSignIn))
            await approve(demo, pilot, app.screen)
            await pause_until(lambda: app.return_value is not None)
    assert app.return_value is True
    assert watch.opened == []
    assert watch.touched == []


async def approve(demo: DemoServer, pilot: Pilot[Any], screen: Screen[Any]) -> None:
    """Copy the link and the code, ask for another code, and approve it."""
    assert isinstance(screen, InlineSignIn)
    await pause_until(lambda: screen.progress.state is State.WAITING)
    first = screen.progress.user_code
    await pilot.press("y", "Y", "o", "n")
    await pause_until(lambda: screen.progress.user_code not in {"", first})
    demo.approve(screen.progress.user_code)


@pytest.mark.quick
async def test_a_worker_whose_screen_was_closed_stops_quietly(tmp_path: Path) -> None:
    release = Event()
    async with open_full_screen(tmp_path) as rolecall:
        screen = await rolecall.open_screen(HelpScreen, "question_mark")
        worker = asyncio.create_task(screen.in_thread(release.wait))
        await rolecall.press_until(lambda: not (screen.is_attached and screen.display), "escape")
        release.set()
        with pytest.raises(asyncio.CancelledError):
            await worker


@pytest.mark.quick
async def test_the_watch_finds_a_file_opened_on_the_loop_only(tmp_path: Path) -> None:
    path = tmp_path / "config"
    path.write_text("")
    with loop_watch() as watch:
        await in_thread(path.read_text)
        assert watch.opened == []
        path.read_text()
    (found,) = watch.opened
    assert found.startswith(str(path))


@pytest.mark.quick
async def test_the_watch_finds_a_thread_that_touches_a_widget(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path) as rolecall:
        field = Input()
        with loop_watch() as watch:
            assert field.value == ""
            assert watch.touched == []
            await in_thread(lambda: field.value)
            await in_thread(lambda: rolecall.screen.query(Input))
            await asyncio.sleep(0)
    reactive, *_, query = watch.touched
    assert reactive.startswith("a reactive of Input by ")
    assert query.startswith("query of ")

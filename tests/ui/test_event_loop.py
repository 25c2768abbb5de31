"""Nothing blocks the event loop: files are opened in threads, and no thread touches a widget."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from textual.widgets import Input

from rolecall.domain.model import Assignment, PermissionSet
from rolecall.ui.screens.accounts import AccountsScreen
from rolecall.ui.screens.base.command import CommandScreen
from rolecall.ui.screens.base.form import FormScreen
from rolecall.ui.screens.browser_sign_in import BrowserSignInScreen
from rolecall.ui.screens.chain_profile import ChainProfileScreen
from rolecall.ui.screens.confirm import ConfirmScreen
from rolecall.ui.screens.console import ConsoleScreen
from rolecall.ui.screens.credentials import CredentialsScreen
from rolecall.ui.screens.device_code import DeviceCodeScreen
from rolecall.ui.screens.drift import DriftScreen
from rolecall.ui.screens.duplicate_profiles import DuplicateProfilesScreen
from rolecall.ui.screens.edit_profiles import EditProfilesScreen
from rolecall.ui.screens.help import AllKeysScreen, HelpScreen, PaletteScreen
from rolecall.ui.screens.listing_changes import ListingChangesScreen
from rolecall.ui.screens.new_session import NewSessionScreen
from rolecall.ui.screens.permission_sets import PermissionSetsScreen
from rolecall.ui.screens.profiles import ProfilesScreen
from rolecall.ui.screens.save_profile import SaveProfileScreen
from rolecall.ui.screens.saved import SavedScreen
from rolecall.ui.screens.sessions import SessionsScreen
from rolecall.ui.screens.settings import SettingsScreen
from rolecall.ui.screens.tokens import TokensScreen
from rolecall.ui.screens.verified import VerifiedRow, VerifiedScreen
from rolecall.ui.screens.workbench import WorkbenchScreen
from rolecall.ui.threads import in_thread
from tests.support.desk import save
from tests.support.full_screen import FullScreen, open_full_screen
from tests.support.loop_watch import loop_watch


class Drive:
    """Opens screens by their keys, and types into their forms."""

    def __init__(self, rolecall: FullScreen) -> None:
        self._it = rolecall
        self.visited: set[type[CommandScreen[Any]]] = set()

    async def open(self, key: str, screen: type[CommandScreen[Any]]) -> None:
        await self._it.pilot.press(key)
        await self.until_on(screen)

    async def until_on(self, screen: type[CommandScreen[Any]]) -> None:
        await self._it.until(lambda: type(self._it.app.screen) is screen)
        await self._it.until(lambda: self._it.app.screen.is_mounted)
        self.visited.add(screen)

    async def press(self, *keys: str) -> None:
        await self._it.pilot.press(*keys)

    async def fill_in(self) -> None:
        """Type into every field of the form, and close it."""
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


async def drive(rolecall: FullScreen) -> set[type[CommandScreen[Any]]]:
    """Go through every screen; the classes of those that were seen."""
    drive = Drive(rolecall)
    await drive.open("1", AccountsScreen)
    await drive.press("j", "f", "slash", "p", "escape")
    await drive.open("w", ListingChangesScreen)
    await drive.press("escape")
    await drive.open("question_mark", HelpScreen)
    await drive.press("escape")
    await drive.open("question_mark", HelpScreen)
    await drive.open("tab", AllKeysScreen)
    await drive.press("escape")
    await drive.open("ctrl+p", PaletteScreen)
    await drive.press("escape")
    await drive.until_on(AccountsScreen)
    await drive.open("comma", SettingsScreen)
    await drive.fill_in()

    await drive.open("2", PermissionSetsScreen)
    await rolecall.until(lambda: rolecall.screen.current is not None)
    await drive.open("s", SaveProfileScreen)
    await drive.fill_in()
    await drive.open("s", SaveProfileScreen)
    await drive.open("enter", SavedScreen)
    await drive.press("v", "enter")
    await drive.until_on(PermissionSetsScreen)
    await drive.open("c", CredentialsScreen)
    await drive.press("v")
    await rolecall.until(lambda: "left" in str(rolecall.app.screen.clock.text))  # type: ignore[attr-defined]
    await drive.open("w", ConfirmScreen)
    await drive.press("escape", "escape")
    await drive.until_on(PermissionSetsScreen)
    await drive.open("o", ConsoleScreen)
    await drive.press("escape")
    await drive.press("space", "space")
    await drive.open("s", WorkbenchScreen)
    await drive.press("x", "backspace", "tab", "e", "escape", "enter", "x", "enter", "s")
    await drive.until_on(ConfirmScreen)
    await drive.press("escape")
    await drive.until_on(WorkbenchScreen)
    await drive.press("escape", "A")

    await drive.open("3", ProfilesScreen)
    for key, form in (
        ("e", EditProfilesScreen),
        ("D", DuplicateProfilesScreen),
        ("n", ChainProfileScreen),
    ):
        await drive.open(key, form)
        await drive.fill_in()

    def answers() -> Sequence[VerifiedRow]:
        assert isinstance(rolecall.app.screen, VerifiedScreen)
        return rolecall.app.screen.rows()

    await drive.press("a")
    for key, form in (("e", EditProfilesScreen), ("D", DuplicateProfilesScreen)):
        await drive.open(key, form)
        await drive.fill_in()
    await drive.open("v", VerifiedScreen)
    await rolecall.until(lambda: None not in [row.answer for row in answers()])
    await drive.press("escape", "A")
    await drive.open("w", DriftScreen)
    await drive.press("escape")
    await drive.open("x", ConfirmScreen)
    await drive.press("enter")
    await drive.until_on(ProfilesScreen)
    await drive.open("z", ConfirmScreen)
    await drive.press("enter")
    await drive.until_on(ProfilesScreen)

    await drive.open("4", TokensScreen)
    await drive.press("r")
    await drive.open("S", SessionsScreen)
    await drive.open("n", NewSessionScreen)
    await drive.fill_in()
    await drive.open("4", TokensScreen)
    await drive.open("enter", DeviceCodeScreen)
    await drive.open("p", BrowserSignInScreen)
    await drive.open("p", DeviceCodeScreen)
    await drive.press("escape")
    return drive.visited


def all_screens(base: type[CommandScreen[Any]] = CommandScreen) -> Iterator[type[Any]]:
    """Every screen of rolecall's full screen."""
    for screen in base.__subclasses__():
        yield from all_screens(screen)
        if not screen.__subclasses__() and ".screens." in screen.__module__:
            yield screen


async def test_no_screen_opens_a_file_on_the_loop_and_no_thread_touches_a_widget(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BROWSER", "true")
    monkeypatch.setenv("DISPLAY", ":0")
    async with open_full_screen(tmp_path) as rolecall:
        account = rolecall.desk.server.organisation.accounts[0]
        save(rolecall.desk, "first", Assignment(account, PermissionSet("A")))
        save(rolecall.desk, "second", Assignment(account, PermissionSet("B")))
        with loop_watch() as watch:
            visited = await drive(rolecall)
    assert {HelpScreen, *all_screens()} <= visited
    assert watch.opened == []
    assert watch.touched == []


async def test_a_worker_whose_screen_was_closed_stops_quietly(tmp_path: Path) -> None:
    release = Event()
    async with open_full_screen(tmp_path) as rolecall:
        await rolecall.pilot.press("question_mark")
        screen = rolecall.app.screen
        assert isinstance(screen, HelpScreen)
        worker = asyncio.create_task(screen.in_thread(release.wait))
        await rolecall.pilot.press("escape")
        await rolecall.until(lambda: not (screen.is_attached and screen.display))
        release.set()
        with pytest.raises(asyncio.CancelledError):
            await worker


async def test_the_watch_finds_a_file_opened_on_the_loop_only(tmp_path: Path) -> None:
    path = tmp_path / "config"
    path.write_text("")
    with loop_watch() as watch:
        await in_thread(path.read_text)
        assert watch.opened == []
        path.read_text()
    (found,) = watch.opened
    assert found.startswith(str(path))


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

"""Keys that come while rolecall starts: the rows of the cache are shown, and the services are not
open yet.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

import pytest
from textual import events
from textual.widgets import Input

from rolecall.demo.options import DemoOptions
from rolecall.demo.server import DemoServer
from rolecall.presentation import labels
from rolecall.presentation.commands import MAIN, Place, commands_of
from rolecall.services.base.settings import SettingsService
from rolecall.services.services import Services
from rolecall.ui.app.app import RolecallApp
from rolecall.ui.screens.inventory.accounts import AccountsScreen
from rolecall.ui.screens.inventory.permission_sets import PermissionSetsScreen
from rolecall.ui.screens.profiles.save_profile import SaveProfileScreen
from rolecall.ui.screens.profiles.workbench import WorkbenchScreen
from rolecall.ui.screens.sign_in.new_session import NewSessionScreen
from rolecall.ui.screens.tokens.tokens import TokensScreen
from tests.support.desk import FakeClock
from tests.support.screens.full_screen import FullScreen, open_full_screen
from tests.support.waiting import pause_until

SIZE = 120, 36  # it has the pane
# The keys that lead to a place, and the place.
PLACES = {
    **{place.value: (str(number), place) for number, place in enumerate(MAIN, 1)},
    "account": ("enter", Place.PERMISSION_SETS),
}


def keys_of(place: Place) -> list[str]:
    """Return the first key of each command, those that work everywhere only in one place."""
    found = [each for each in commands_of(place) if each.keys]
    if place is not MAIN[0]:
        found = [each for each in found if Place.EVERYWHERE not in each.places]
    return [each.keys[0] for each in found]


async def lead_to(it: FullScreen, key: str) -> None:
    await it.until(lambda: it.screen.table.total == 2)
    await it.pilot.press(key)
    await it.pilot.pause()


@pytest.mark.parametrize(
    ("place", "key"), [(name, key) for name, (_, place) in PLACES.items() for key in keys_of(place)]
)
async def test_a_key_before_the_services_are_open_does_not_end_rolecall(
    tmp_path: Path, place: str, key: str
) -> None:
    """A worker that fails ends the app, and the test with its error."""
    held = Event()
    async with open_full_screen(tmp_path, ["one", "two"], size=SIZE, held=held) as it:
        await lead_to(it, PLACES[place][0])
        await it.pilot.press(key)
        await it.pilot.pause()
        held.set()
        await it.until(lambda: not it.app.is_running or not it.app.state.looking_for_token)


@pytest.mark.quick
@pytest.mark.parametrize("key", ["2", "enter"])
async def test_the_pane_says_that_rolecall_is_starting(tmp_path: Path, key: str) -> None:
    held = Event()
    async with open_full_screen(tmp_path, ["one", "two"], size=SIZE, held=held) as it:
        await lead_to(it, key)
        screen = await it.until_shown(PermissionSetsScreen)
        await it.pilot.press("tab", "right")  # the tab with what would be saved
        await it.until(lambda: labels.STARTING in str(screen.detail.shown))
        held.set()
        await it.until(lambda: "sso_role_name = A" in str(screen.detail.shown))


@pytest.mark.quick
async def test_what_comes_before_the_welcome_reaches_its_form(tmp_path: Path) -> None:
    """Typed and pasted after the first paint, while the services are not open."""
    held, clock = Event(), FakeClock()
    with DemoServer(DemoOptions(clock=clock)) as server:
        environ = server.environment(tmp_path)
        settings = SettingsService.from_environment(environ)

        def services() -> Services:
            held.wait(20)
            return Services(environ, clock, clock.monotonic, settings=settings)

        app = RolecallApp(services, clock, settings, is_first_visit=True)
        async with app.run_test(size=SIZE) as pilot:
            await pilot.press(*"https:")
            app.post_message(events.Paste("//d-1.awsapps.com"))
            await pilot.press(*"/start")
            await pilot.pause()
            assert isinstance(app.screen, AccountsScreen)
            held.set()
            await pause_until(lambda: bool(app.screen.query("#start_url")))
            assert isinstance(app.screen, NewSessionScreen)
            address = app.screen.query_one("#start_url", Input)
            await pause_until(lambda: address.value == "https://d-1.awsapps.com/start")
            await pilot.press("escape", "4")
            await pause_until(lambda: isinstance(app.screen, TokensScreen))
            app.exit()


@pytest.mark.parametrize(
    ("keys", "is_done"),
    [
        ("2s", lambda it: isinstance(it.app.screen, SaveProfileScreen)),
        ("1s", lambda it: isinstance(it.app.screen, WorkbenchScreen)),
        ("1f", lambda it: it.session_state.is_favourite(it.screen.current.key)),
        ("3R", lambda it: it.app.state.config is not None),
    ],
)
async def test_a_key_before_the_services_are_open_is_kept(
    tmp_path: Path, keys: str, is_done: Callable[[FullScreen], bool]
) -> None:
    held = Event()
    async with open_full_screen(tmp_path, ["one", "two"], size=SIZE, held=held) as it:
        await lead_to(it, keys[0])
        await it.pilot.press(*keys[1:])
        await it.pilot.pause()
        assert not is_done(it)
        held.set()
        await it.until(lambda: is_done(it))


async def test_a_slow_start_says_so_once_a_key_waits_for_it(tmp_path: Path) -> None:
    held = Event()
    async with open_full_screen(tmp_path, ["one", "two"], size=SIZE, held=held) as it:
        await lead_to(it, "1")
        await it.press_until(lambda: it.screen.status.text == labels.STARTING, "s")
        assert isinstance(it.screen, AccountsScreen)
        await it.pilot.press("x")
        held.set()
        screen = await it.until_shown(WorkbenchScreen)
        assert screen.status.text != labels.STARTING


@pytest.mark.parametrize("steps", range(0, 60, 4))
async def test_a_signal_before_the_first_screen_is_there_is_no_crash(
    tmp_path: Path, steps: int
) -> None:
    environ = {"HOME": str(tmp_path)}
    settings = SettingsService.from_environment(environ)
    app = RolecallApp(lambda: Services(environ), lambda: datetime.now(UTC), settings)
    running = asyncio.create_task(app.run_async(headless=True))
    for _ in range(steps):
        await asyncio.sleep(0)
    app.exit(return_code=143)
    await running
    assert (app.failure, app.return_code) == (None, 143)

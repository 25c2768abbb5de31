"""A tour of the screens on the demo. The clock stands still, and codes, tokens and links are the
same on every run, so a screen changes only when rolecall does.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Any, cast
from unittest.mock import patch

from textual.pilot import Pilot

from rolecall.demo.home import create_home
from rolecall.demo.http import HOST
from rolecall.demo.options import SHOWN
from rolecall.demo.server import DemoServer
from rolecall.domain.records import replace
from rolecall.services.base.settings import SettingsService
from rolecall.services.services import Services
from rolecall.services.switching.switching import Switching
from rolecall.ui.app.app import RolecallApp
from rolecall.ui.app.watch import WatchApp
from rolecall.ui.picker import rows as picker_rows
from rolecall.ui.picker.picker_app import Picker
from rolecall.ui.screens.base.command import CommandScreen
from rolecall.ui.screens.runs.runs import RunsScreen
from rolecall.ui.screens.sign_in.sign_in import SignInScreen
from rolecall.ui.widgets.diff_view import DiffView
from rolecall.ui.widgets.status_line import StatusLine
from tests.support.waiting import pause_until

# In the future: boto3 uses the real clock, and must take the tokens as valid.
NOON = datetime(2030, 3, 14, 12, 0, tzinfo=UTC)
_PORT = 42042  # of the links that are shown
_MODE_VARIABLES = ("COLORTERM", "NO_COLOR", "TERM", "TEXTUAL_COLOR_SYSTEM", "TMUX", "STY")


class _ServerWithFixedLinks(DemoServer):
    """Its links have always the same port. Clients reach it on the port that it has."""

    def start(self) -> None:
        super().start()
        self._reached = self._center.url
        self._center.url = f"http://{HOST}:{_PORT}"

    @property
    def endpoints(self) -> dict[str, str]:
        changed = {name: self._reached for name in super().endpoints if "ENDPOINT" in name}
        return super().endpoints | changed


def _now() -> datetime:
    return NOON


@contextmanager
def _environment(variables: Mapping[str, str]) -> Iterator[None]:
    with patch.dict(os.environ, {**variables, "TZ": "CET-1"}):
        for name in set(_MODE_VARIABLES) - variables.keys():
            os.environ.pop(name, None)
        time.tzset()
        yield
    time.tzset()


class _StoppedClock(datetime):
    @classmethod
    def now(cls, tz: tzinfo | None = None) -> _StoppedClock:
        return cls.fromtimestamp(NOON.timestamp(), tz)


class Guide:
    """Leads through a running app."""

    def __init__(self, app: RolecallApp | Picker, pilot: Pilot[Any]) -> None:
        self.app = app
        self.pilot = pilot

    @property
    def screen(self) -> CommandScreen[Any]:
        return cast("CommandScreen[Any]", self.app.screen)

    async def until(self, ready: Callable[[Any], object]) -> None:
        """Wait until this is true of the screen."""
        await pause_until(lambda: ready(self.screen))

    async def press(self, *keys: str, then: str = "") -> None:
        """Press keys, and wait for the screen class named `then`."""
        await self.pilot.press(*keys)
        if then:
            await self.until(lambda screen: type(screen).__name__ == then)

    def clear_message(self) -> None:
        for line in self.screen.query(StatusLine):
            while line.flashed:
                line.clear()


Visit = Callable[[Guide, str], Awaitable[None]]  # gets the name of the screen


@asynccontextmanager
async def _app(
    size: tuple[int, int],
    environ: Mapping[str, str],
    make: type[RolecallApp] = RolecallApp,
    *,
    with_home: bool = True,
    signed_in: bool = False,
) -> AsyncIterator[Guide]:
    options = replace(SHOWN, clock=_now, interval=0, seed=14)
    with (
        _ServerWithFixedLinks(options) as server,
        tempfile.TemporaryDirectory() as folder,
        _environment({**server.environment(home := Path(folder)), **environ}),
    ):
        if with_home:
            start_url, tenant = server.start_url, server.tenant
            create_home(
                home, start_url, server.region, server.organisation, now=NOON, tenant=tenant
            )
        settings = SettingsService.from_environment(os.environ)
        services = Services(os.environ, _now, settings=settings)
        if signed_in:
            waiting = services.sign_in.begin(services.sign_in.sessions()[0])
            server.approve(waiting.code.user_code)
            waiting.poll()
        app = make(lambda: services, _now, settings, server)
        async with app.run_test(size=size) as pilot:
            yield Guide(app, pilot)
            app.exit()


async def tour(size: tuple[int, int], environ: Mapping[str, str], visit: Visit) -> None:
    """Go through the screens of the demo, from the sign-in on, and visit each."""
    async with _app(size, environ) as guide:
        await _sign_in(guide, visit)
        await _save_many(guide, visit)
        await _save_one(guide, visit)
        await _run_many(guide, visit)
        await _look_around(guide, visit)


async def places(size: tuple[int, int], environ: Mapping[str, str], visit: Visit) -> None:
    """Visit the four main places only, signed in."""
    async with _app(size, environ, signed_in=True) as guide:
        await pause_until(lambda: _is_listed(guide.app))
        await visit(guide, "accounts")
        await guide.press("2", then="PermissionSetsScreen")
        await guide.press("slash", *"prod read")
        await visit(guide, "permission-sets")
        await guide.press("enter", "3", then="ProfilesScreen")
        await guide.until(lambda screen: screen.table.total > 3)
        await visit(guide, "profiles")
        await guide.press("4", then="TokensScreen")
        await guide.until(lambda screen: screen.table.total > 2)
        await visit(guide, "tokens")


async def first_visit(size: tuple[int, int], environ: Mapping[str, str], visit: Visit) -> None:
    """Visit what a user without any file sees."""
    async with _app(size, environ, with_home=False) as guide:
        await guide.until(lambda screen: type(screen).__name__ == "NewSessionScreen")
        await visit(guide, "welcome")


async def watch(size: tuple[int, int], environ: Mapping[str, str], visit: Visit) -> None:
    """Visit the screen of `rolecall watch`."""
    async with _app(size, environ, WatchApp, signed_in=True) as guide:
        await guide.until(lambda screen: screen.table.total > 2)
        await visit(guide, "watch")


async def film(size: tuple[int, int], environ: Mapping[str, str], visit: Visit) -> None:
    """Visit the frames of the film: from the sign-in to a profile that a shell uses."""
    async with _app(size, environ) as guide:
        await _sign_in(guide, lambda guide, name: visit(guide, f"film-{name}"))
        await guide.press("slash")
        for at, letter in enumerate("audi", start=1):
            await guide.press(letter)
            await visit(guide, f"film-filter-{at}")
        await guide.press("enter", "enter", then="PermissionSetsScreen")
        await visit(guide, "film-permission-sets")
        await guide.press("enter", then="SaveProfileScreen")
        await guide.until(lambda screen: "audit-admin" in screen.query_one(DiffView).text)
        await visit(guide, "film-save")
        await guide.press("enter", then="SavedScreen")
        await guide.until(_is_tried)
        await visit(guide, "film-saved")
        await guide.press("enter", "2", then="PermissionSetsScreen")
        await guide.press("a", "s", then="WorkbenchScreen")
        await visit(guide, "film-workbench")
        await guide.press("backspace", *"|st")
        await visit(guide, "film-workbench-typed")
        await guide.press("escape", "escape", "escape", "4", then="TokensScreen")
        await guide.until(lambda screen: screen.table.total > 2)
        await visit(guide, "film-tokens")
        await _pick(size, visit)


async def _pick(size: tuple[int, int], visit: Visit) -> None:
    """Visit the picker of `awsp`, which runs below the prompt."""
    switching = Switching(os.environ)
    app = Picker(switching, switching.targets(), "")
    with patch.object(picker_rows, "datetime", _StoppedClock):
        async with app.run_test(size=(size[0], 14)) as pilot:
            guide = Guide(app, pilot)
            await visit(guide, "film-picker")
            for at, letter in enumerate("aud", start=1):
                await guide.press(letter)
                await visit(guide, f"film-picker-{at}")


async def _sign_in(guide: Guide, visit: Visit) -> None:
    await guide.until(lambda screen: isinstance(screen, SignInScreen) and screen.link.link.url)
    await visit(guide, "sign-in")
    await guide.press("enter", then="AccountsScreen")
    await pause_until(lambda: _is_listed(guide.app))
    await visit(guide, "accounts")


def _is_listed(app: RolecallApp | Picker) -> bool:
    assert isinstance(app, RolecallApp)
    session_state = app.state.session_state
    return session_state is not None and session_state.complete and not session_state.crawling


async def _save_many(guide: Guide, visit: Visit) -> None:
    await guide.press("2", then="PermissionSetsScreen")
    await guide.press("slash", *"prod read")
    await visit(guide, "permission-sets")
    await guide.press("escape", "escape", "2", then="PermissionSetsScreen")
    await guide.press("a", "s", then="WorkbenchScreen")
    await guide.press("backspace", *"|st")
    await guide.press("escape", *["down"] * 4, "tab")
    await visit(guide, "workbench")
    await guide.press("escape", "escape", then="PermissionSetsScreen")
    await guide.press("A")


async def _save_one(guide: Guide, visit: Visit) -> None:
    await guide.press("1", then="AccountsScreen")
    await guide.press("enter", then="PermissionSetsScreen")
    await guide.press("c", then="CredentialsScreen")
    await visit(guide, "credentials")
    await guide.press("escape", then="PermissionSetsScreen")
    await guide.press("o", then="ConsoleScreen")
    await visit(guide, "console")
    await guide.press("escape", then="PermissionSetsScreen")
    await guide.press("enter", then="SaveProfileScreen")
    await guide.until(lambda screen: "audit-admin" in screen.query_one(DiffView).text)
    await visit(guide, "save")
    await guide.press("enter", then="SavedScreen")
    await guide.press("v")
    await guide.until(_is_tried)
    await visit(guide, "saved")
    await guide.press("enter", then="PermissionSetsScreen")


def _is_tried(screen: CommandScreen[Any]) -> bool:
    return "arn:" in str(screen.query_one("#arn").render())


async def _run_many(guide: Guide, visit: Visit) -> None:
    """Run a command with the permission sets of the account. Each takes two seconds."""
    script = "echo From $ROLECALL_PROFILE; echo careful >&2; test $ROLECALL_PROFILE"
    await guide.press("a", "exclamation_mark", then="RunCommandScreen")
    await guide.until(lambda screen: screen.is_typing)
    await guide.press(*f"sh -c '{script}'")
    await visit(guide, "run-command")
    await guide.press("enter", then="RunsScreen")
    await guide.until(lambda screen: not screen.board.is_under_way)
    assert isinstance(guide.screen, RunsScreen)
    for state in guide.screen.board.states:
        assert state.ended is not None
        state.ended = replace(state.ended, duration=2.0)
    guide.screen.show_state()
    await visit(guide, "run")
    await guide.press("enter", then="RunOutputScreen")
    await guide.until(lambda screen: screen._count == 2)
    await visit(guide, "output")
    await guide.press("escape", then="RunsScreen")
    await guide.press("escape", then="PermissionSetsScreen")
    await guide.press("A")


async def _look_around(guide: Guide, visit: Visit) -> None:
    await guide.press("3", then="ProfilesScreen")
    await guide.until(lambda screen: screen.table.total > 4)
    await visit(guide, "profiles")
    await guide.press("x", then="ConfirmScreen")
    await visit(guide, "delete")
    await guide.press("escape", then="ProfilesScreen")
    await guide.press("a", "v", then="VerifiedScreen")
    await guide.until(lambda screen: not screen.names)
    await visit(guide, "verified")
    await guide.press("escape", then="ProfilesScreen")
    await guide.press("A", "w", then="DriftScreen")
    await visit(guide, "drift")
    await guide.press("escape", then="ProfilesScreen")
    await guide.press("4", then="TokensScreen")
    await guide.until(lambda screen: screen.table.total > 2)
    await visit(guide, "tokens")
    await guide.press("question_mark", then="HelpScreen")
    await visit(guide, "help")
    await guide.press("escape", then="TokensScreen")
    await guide.press("colon", then="SearchScreen")
    await visit(guide, "commands")
    await guide.press("escape", then="TokensScreen")
    await guide.press("comma", then="SettingsScreen")
    await guide.press("tab", "tab")
    await visit(guide, "settings")
    await guide.press("escape", then="TokensScreen")
    await guide.press("S", then="SessionsScreen")
    await visit(guide, "sessions")

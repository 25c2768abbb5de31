"""The full screen in a test, without a terminal: signed in to a demo, with everything listed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, nullcontext
from pathlib import Path
from threading import Event
from typing import Any, TypeVar

from textual.pilot import Pilot
from textual.screen import Screen

from rolecall.demo.faults import AnyFault
from rolecall.demo.options import TENANT, DemoOptions
from rolecall.demo.organisation import Organisation, Role
from rolecall.demo.server import DemoServer
from rolecall.domain.access_role import Tenant
from rolecall.domain.model import Account, Assignment, PermissionSet, SsoSession
from rolecall.services.base.settings import SettingsService
from rolecall.services.inventory.startup_snapshot import startup_snapshot
from rolecall.services.services import Services
from rolecall.ui.app.app import RolecallApp
from rolecall.ui.screens.base.catalogue import CatalogueScreen
from rolecall.ui.state.session_state import SessionState
from tests.support.desk import Desk, FakeClock, save
from tests.support.screens.loop_watch import LoopWatch, loop_watch
from tests.support.waiting import pause_until

S = TypeVar("S", bound=Screen[Any])

NAMES = ["alpha", "beta", "delta", "epsilon", "gamma", "pro dig", "prod one", "prod two"]


def failing(operation: str, fault: AnyFault | int, **options: Any) -> Callable[[Desk], None]:
    """Return a `before` with which an operation fails, with the options of `Faults.add`."""
    return lambda desk: desk.server.faults.add(operation, fault, **options)


class FullScreen:
    """The app, the pilot that presses its keys, and the machine that it runs on."""

    def __init__(self, app: RolecallApp, pilot: Pilot[str], desk: Desk, watch: LoopWatch) -> None:
        self.app = app
        self.pilot = pilot
        self.desk = desk
        self.watch = watch
        self.ids = [account.id for account in desk.server.organisation.accounts]

    async def until(self, condition: Callable[[], bool]) -> None:
        await pause_until(condition)

    async def until_work_is_done(self) -> None:
        """Wait until no work is under way. Work that other work has replaced is done, too."""
        await self.until(lambda: all(each.is_finished for each in self.app.workers))

    async def until_shown(self, kind: type[S]) -> S:
        """Return the visible screen once it is of this kind, and takes the keys of the user."""

        def takes_keys() -> bool:
            screen = self.app.screen
            is_there = isinstance(screen, kind) and screen.is_mounted
            return is_there and not self.app.type_ahead.is_holding

        await self.until(takes_keys)
        screen = self.app.screen
        assert isinstance(screen, kind)
        return screen

    async def open_screen(self, kind: type[S], *keys: str) -> S:
        """Press keys, and wait for the screen that they open."""
        await self.pilot.press(*keys)
        return await self.until_shown(kind)

    async def press_until(self, condition: Callable[[], bool], *keys: str) -> None:
        """Press keys, and wait until they have done this."""
        await self.pilot.press(*keys)
        await self.until(condition)

    async def filter(self, words: str) -> None:
        if self.screen.table.query_text:
            await self.pilot.press("escape")
        await self.pilot.press("slash", *words)
        await self.until(lambda: self.screen.table.query_text == words)
        await self.pilot.press("enter")

    @property
    def screen(self) -> CatalogueScreen[Any]:
        assert isinstance(self.app.screen, CatalogueScreen)
        return self.app.screen

    @property
    def session_state(self) -> SessionState:
        return self.app.state.state_of(self.desk.session)

    @property
    def wanted(self) -> list[str]:
        """The IDs of the accounts to list first."""
        return [account_id for _, account_id in self.screen.wanted()]

    @property
    def shown(self) -> list[str]:
        return [row.account.name for row in self.screen.table.shown]

    @property
    def position_text(self) -> str:
        return self.screen.position_text()

    def save_profile(self, name: str = "mine", permission_set: str = "A") -> None:
        """Save a profile for the first account."""
        account = self.desk.server.organisation.accounts[0]
        save(self.desk, name, Assignment(account, PermissionSet(permission_set)))

    def count_listed(self) -> int:
        """Return how many accounts were listed since the last call."""
        count = self.desk.server.calls.count("ListAccountRoles", status=200)
        self.desk.server.calls.clear()
        return count


@asynccontextmanager
async def open_full_screen(
    home: Path,
    names: Sequence[str] = NAMES,
    before: Callable[[Desk], None] | None = None,
    size: tuple[int, int] = (100, 8),
    *,
    signed_in: bool = True,
    with_roles: bool = False,
    watched: bool = False,
    held: Event | None = None,
) -> AsyncIterator[FullScreen]:
    """Open the full screen with accounts of these names.

    `before` is called before it opens, and then this waits for no rows. Nor does it without a
    sign-in. `with_roles`: the session has an account access manager, with a role in each account.
    If
    `watched`, `FullScreen.watch` finds what blocks the event loop from the start to the end. If the
    start is `held`, the accounts are in the cache, and the services open when the event is set.
    """
    clock = FakeClock()
    accounts = [(Account(f"{n:012}", name, ""), ("A", "B")) for n, name in enumerate(names)]
    week = 7 * 24 * 3600
    options = DemoOptions(
        organisation=Organisation(accounts, [Role(each, "role/Ops") for each, _ in accounts]),
        tenant=TENANT,
        clock=clock,
        access_token_lifetime=week,
        interval=0,  # the clock stands still, so that every poll would be too early
    )
    with DemoServer(options) as server:
        session = SsoSession("corp", server.start_url, server.region)
        desk = Desk(server, home, clock, session)
        tenant = Tenant(TENANT, server.region) if with_roles else None
        add = desk.services.session_edits.add_session
        desk.session = add("corp", server.start_url, server.region, tenant)
        if signed_in:
            desk.sign_in()
        if before:
            before(desk)
        settings = SettingsService.from_environment(desk.environ)

        snapshot = None
        if held is not None:
            token = desk.services.sign_in.valid_token(desk.session)
            assert token is not None
            desk.services.inventory.crawl(desk.session, token).run(lambda event: None)
            snapshot = startup_snapshot(desk.environ, clock)
            assert snapshot is not None

        def services() -> Services:
            if held is not None:
                held.wait(20)
            return Services(
                desk.environ, clock, clock.monotonic, uptime=clock.uptime, settings=settings
            )

        app = RolecallApp(services, clock, settings, startup_snapshot=snapshot)
        watching = loop_watch() if watched else nullcontext(LoopWatch())
        with watching as watch:
            async with app.run_test(size=size) as pilot:
                full_screen = FullScreen(app, pilot, desk, watch)
                if signed_in and not before and held is None:

                    def is_listed() -> bool:
                        session_state = full_screen.session_state
                        is_whole = session_state.catalogue.listed == len(names)
                        return is_whole and not session_state.crawling

                    await full_screen.until(is_listed)
                yield full_screen
                app.exit()  # as every way to leave does: it cancels the work first

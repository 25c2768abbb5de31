"""Filling the tables: one crawl at a time, its answers shown a few times a second."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Final

from textual.timer import Timer

from rolecall.domain.errors import RolecallError, SignInNeeded
from rolecall.ui import strings
from rolecall.ui.explain import explain
from rolecall.ui.screens.permission_sets import PermissionSetsScreen
from rolecall.ui.threads import in_thread

if TYPE_CHECKING:
    from rolecall.domain.catalogue import Changes
    from rolecall.domain.model import Account, SsoSession
    from rolecall.services.inventory import CachedInventory, Crawl, Marks
    from rolecall.ui.app import RolecallApp
    from rolecall.ui.inventory_feed import InventoryFeed

_SHOW_EVERY: Final = 0.15
_LOOK_EVERY: Final = timedelta(minutes=1)
_AFTER_TROUBLE: Final = timedelta(minutes=15)


class InventoryFlow:
    def __init__(self, app: RolecallApp) -> None:
        self._app = app
        self._feed: InventoryFeed | None = None
        self._timer: Timer | None = None
        self._is_unasked = False
        self._look_again = datetime.min.replace(tzinfo=UTC)

    async def load(self, session: SsoSession) -> None:
        """What the cache knows of the session comes into view at once, signed in or not."""
        state, service = self._app.state, self._app.workplace.inventory

        def read() -> tuple[CachedInventory, Marks, Changes]:
            return service.cached(session), service.marks(session), service.changes(session)

        cached, marks, changes = await in_thread(read)
        if session != state.session:
            return
        if not len(state.catalogue):
            state.catalogue, state.seen_at = cached.catalogue, cached.seen_at
            state.complete = cached.complete_at is not None
        state.marks, state.changes, state.loaded = marks, changes, True
        self._app.show_state()

    async def start(self, *, refresh: bool = False) -> None:
        """Lists what is not known yet of the session in view; with `refresh`, all of it anew."""
        self.stop()
        state, service = self._app.state, self._app.workplace.inventory
        session, token = state.session, state.token
        if session is None or token is None:
            return
        from rolecall.ui.inventory_feed import InventoryFeed

        if not refresh and not await in_thread(partial(service.is_due, session)):
            return

        def begin() -> Crawl:
            return service.crawl(session, token, refresh=refresh)

        try:
            crawl = await in_thread(begin)
        except RolecallError as error:
            state.problem = explain(error)
            self._app.show_state()
            return
        self._feed, self._is_unasked = InventoryFeed(crawl), False
        state.crawling, state.problem = True, ""
        self._feed.start()
        self._timer = self._app.set_interval(_SHOW_EVERY, self._take)
        self._app.show_state()

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        if self._feed is not None:
            self._feed.cancel()
            self._feed = None
        self._app.state.crawling = False

    def refresh_all(self) -> None:
        """Everything again; what is known stays on the screen until the new answer comes."""
        state = self._app.state
        if state.token is None:
            self._app.flash(strings.SIGN_IN_FIRST)
            return
        self._app.spawn(partial(self.start, refresh=True), "crawl")

    def toggle_favourite(self, account_id: str, permission_set: str = "") -> None:
        """Favourites stand first."""
        state = self._app.state
        if state.session is not None:
            key = (account_id, permission_set)
            self._app.spawn(partial(self._mark, state.session, key), "mark")

    async def note_use(self, session: SsoSession, account_id: str, permission_set: str) -> None:
        """What was used last stands behind the favourites."""
        state, service = self._app.state, self._app.workplace.inventory

        def note() -> Marks:
            service.note_use(session, account_id, permission_set)
            return service.marks(session)

        marks = await in_thread(note)
        if session == state.session:
            state.marks = marks

    def keep_up(self) -> None:
        """Once a second: what has grown too old is listed again, without a word."""
        state, now = self._app.state, self._app.now()
        if state.crawling or state.token is None or now < self._look_again:
            return
        self._look_again = now + _LOOK_EVERY
        self._app.spawn(self._keep_up, "keep-up-inventory")

    def prefer(self, account_ids: list[str]) -> None:
        """What the user looks at is asked for first."""
        if self._feed is not None:
            self._feed.prefer(account_ids)

    def list_again(self, account_id: str) -> None:
        """One account's permission sets anew."""
        self._app.spawn(partial(self._list_again, account_id), f"list-{account_id}")

    def open_account(self, account: Account) -> None:
        self.prefer([account.id])
        screen = PermissionSetsScreen(account)
        # Before it is seen, for the next key may be here already.
        screen.table.set_rows(screen.rows())
        self._app.push_screen(screen)

    def show_row(self, account_id: str, permission_set: str) -> None:
        """The row of the flat table, if this session lists it."""
        self._app.spawn(partial(self._show_row, account_id, permission_set), "show-row")

    # --- how

    def _take(self) -> None:
        feed, state = self._feed, self._app.state
        if feed is None:
            return
        done = feed.done
        before = (state.catalogue, state.progress)
        state.catalogue = feed.take(state.catalogue)
        state.progress = feed.progress
        state.complete = state.complete or feed.complete
        if done:
            self.stop()
            self._ended(feed.error)
        if done or before != (state.catalogue, state.progress):
            self._app.show_state()

    def _ended(self, error: RolecallError | None) -> None:
        state = self._app.state
        if state.session is None:
            return
        if error is None:
            state.seen_at = self._app.now()
            self._app.spawn(partial(self.load, state.session), "load")
        elif isinstance(error, SignInNeeded):
            self._app.sign_in.ended(state.session)
        else:
            self._look_again = self._app.now() + _AFTER_TROUBLE
            if self._is_unasked:
                return
            state.problem = explain(error)
            if len(state.catalogue):  # else it stands where the rows would
                self._app.flash_error(error)

    async def _keep_up(self) -> None:
        state, service = self._app.state, self._app.workplace.inventory
        session = state.session
        if session is None or not await in_thread(partial(service.is_old, session)):
            return
        if session == state.session and not state.crawling:
            await self.start()
            self._is_unasked = state.crawling

    async def _mark(self, session: SsoSession, key: tuple[str, str]) -> None:
        state, service = self._app.state, self._app.workplace.inventory
        on = key not in state.marks.favourites

        def mark() -> Marks:
            service.set_favourite(session, *key, on=on)
            return service.marks(session)

        state.marks = await in_thread(mark)
        self._app.refresh_texts()
        self._app.show_state()

    async def _list_again(self, account_id: str) -> None:
        state = self._app.state
        if state.session is None or state.token is None:
            self._app.flash(strings.SIGN_IN_FIRST)
            return
        ask = partial(
            self._app.workplace.inventory.permission_sets, state.session, state.token, account_id
        )
        try:
            found = await in_thread(ask)
        except SignInNeeded:
            self._app.sign_in.ended(state.session)
            return
        except RolecallError as error:
            state.catalogue = state.catalogue.with_error(account_id, error)
            self._app.flash_error(error)
        else:
            state.catalogue = state.catalogue.with_permission_sets(account_id, found)
            self._app.flash(strings.LISTED_AGAIN)
        self._app.show_state()

    async def _show_row(self, account_id: str, permission_set: str) -> None:
        await self._app.switch_mode("permission_sets")
        screen = self._app.screen
        if isinstance(screen, PermissionSetsScreen):
            screen.show_state()
            if not screen.move_to(account_id, permission_set):
                screen.flash(
                    strings.NO_SUCH_ROW.format(account=account_id, permission_set=permission_set)
                )

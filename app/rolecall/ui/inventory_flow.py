"""Filling the tables: one crawl at a time, its answers shown a few times a second."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from textual.timer import Timer

from rolecall.domain.catalogue import Catalogue
from rolecall.domain.errors import RolecallError, SignInNeeded
from rolecall.ui import strings
from rolecall.ui.explain import explain
from rolecall.ui.screens.permission_sets import PermissionSetsScreen
from rolecall.ui.threads import in_thread

if TYPE_CHECKING:
    from rolecall.domain.model import Account
    from rolecall.ui.app import RolecallApp
    from rolecall.ui.inventory_feed import InventoryFeed

_SHOW_EVERY: Final = 0.15


class InventoryFlow:
    def __init__(self, app: RolecallApp) -> None:
        self._app = app
        self._feed: InventoryFeed | None = None
        self._timer: Timer | None = None

    def start(self) -> None:
        """Lists what is not known yet of the session in view."""
        self.stop()
        state = self._app.state
        if state.session is None or state.token is None:
            return
        from rolecall.ui.inventory_feed import InventoryFeed

        service = self._app.workplace.inventory
        try:
            crawl = service.crawl(state.session, state.token, state.catalogue.known_ids)
        except RolecallError as error:
            state.problem = explain(error)
            self._app.show_state()
            return
        self._feed = InventoryFeed(crawl)
        state.crawling, state.complete, state.problem = True, False, ""
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
        state.catalogue = Catalogue().with_accounts(state.catalogue.accounts)
        self.start()

    def prefer(self, account_ids: list[str]) -> None:
        """What the user looks at is asked for first."""
        if self._feed is not None:
            self._feed.prefer(account_ids)

    def list_again(self, account_id: str) -> None:
        """One account's permission sets anew."""
        self._app.spawn(partial(self._list_again, account_id), f"list-{account_id}")

    def open_account(self, account: Account) -> None:
        self.prefer([account.id])
        self._app.push_screen(PermissionSetsScreen(account))

    def show_row(self, account_id: str, permission_set: str) -> None:
        """The row of the flat table, if this session lists it."""
        self._app.spawn(partial(self._show_row, account_id, permission_set), "show-row")

    # --- how

    def _take(self) -> None:
        feed, state = self._feed, self._app.state
        if feed is None:
            return
        done = feed.done
        before = (state.catalogue, state.complete, state.waiting)
        state.catalogue = feed.take(state.catalogue)
        state.complete, state.waiting = feed.complete, feed.waiting
        if done:
            self.stop()
            if isinstance(feed.error, SignInNeeded) and state.session is not None:
                self._app.sign_in.ended(state.session)
            elif feed.error is not None:
                state.problem = explain(feed.error)
                if len(state.catalogue):  # else it stands where the rows would
                    self._app.flash(state.problem)
        if done or before != (state.catalogue, state.complete, state.waiting):
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

"""Listing the accounts: one crawl for each session, shown a few times a second."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Final

from textual.timer import Timer

from rolecall.domain.backoff import LONGEST_PAUSE, has_come, retry_pause
from rolecall.domain.config.findings import FindingKind
from rolecall.domain.errors import RolecallError, SignInNeeded, Throttled
from rolecall.presentation.commands import with_keys
from rolecall.presentation.errors import describe, explain
from rolecall.presentation.texts import inventory_strings, profile_strings
from rolecall.ui.flows.dialogs import Flow, asked, in_background, unflash
from rolecall.ui.screens.inventory.permission_sets import PermissionSetsScreen
from rolecall.ui.state.events import SessionListed, SessionRequested, TokenRejected
from rolecall.ui.work import WorkGroup, in_thread

if TYPE_CHECKING:
    from rolecall.domain.inventory.catalogue import ListingChanges
    from rolecall.domain.inventory.favourites import Favourites
    from rolecall.domain.model import Profile, SsoSession
    from rolecall.services.inventory.inventory import CachedInventory
    from rolecall.ui.flows.crawl_feed import CrawlFeed
    from rolecall.ui.state.host import Host
    from rolecall.ui.state.rows import AccountRow, Key, Wanted
    from rolecall.ui.state.session_state import SessionState

_SHOW_EVERY: Final = 0.15  # seconds
_CHECK_EVERY: Final = timedelta(minutes=1)
_LONGEST_RETRY: Final = timedelta(hours=1)  # even if AWS asks for a longer pause


class InventoryFlow(Flow):
    """Lists accounts and permission sets, and keeps favourites."""

    def __init__(self, host: Host) -> None:
        super().__init__(host)
        self._feeds: dict[SsoSession, CrawlFeed] = {}
        self._timer: Timer | None = None
        self._in_background: set[SsoSession] = set()  # crawls that the user did not ask for
        self._next_check = datetime.min.replace(tzinfo=UTC)
        self._listed_at_refusal: dict[SsoSession, int] = {}
        self._failures: dict[SsoSession, int] = {}  # crawls in a row that left something out
        self._favourites_lock = asyncio.Lock()  # changes keep the order of the keys

    # --- the cache

    async def load(self, session: SsoSession, *, replace: bool = False) -> None:
        """Show what the cache has of the session, signed in or not.

        `replace`: even if rows are shown already, or a complete listing without accounts.
        """
        session_state, service = self._host.state.state_of(session), self._host.services.inventory

        def read() -> tuple[CachedInventory, Favourites, ListingChanges]:
            return service.cached(session), service.favourites(session), service.changes(session)

        before = session_state.catalogue
        cached, favourites, changes = await in_thread(read)
        replace = replace and session_state.catalogue is before  # a crawl knows more
        has_nothing = not len(session_state.catalogue) and not session_state.complete
        if replace or session_state.is_partial or has_nothing:
            is_complete = cached.complete_at is not None
            catalogue = cached.catalogue.with_errors_of(session_state.catalogue)
            session_state.set_catalogue(catalogue, complete=is_complete)
            session_state.seen_at = cached.seen_at
            session_state.unkept_at = None
        session_state.set_favourites(favourites)
        is_new = session_state.complete_at != cached.complete_at is not None
        session_state.complete_at, session_state.changes = cached.complete_at, changes
        session_state.loaded = True
        self._host.collector.wait_for_calm()
        self._host.show_state()
        if isinstance(screen := self._host.screen, PermissionSetsScreen):
            screen.report_absence()
        if is_new:
            await self._host.announce(SessionListed(session))

    async def load_all(self) -> None:
        """Load all sessions: any of them may know the name of an account that a profile uses."""
        for each in list(self._host.state.session_states.values()):
            if not each.loaded:
                await self.load(each.session)

    # --- starting and stopping

    async def list_ready(self, session: SsoSession, refresh: bool) -> None:
        """List the session if it is not being listed, and load the other sessions."""
        if refresh or not self._host.state.state_of(session).crawling:
            await self.start(session, refresh=refresh)
        else:
            self._in_background.discard(session)
        self._host.spawn(self.load_all, WorkGroup.ALL_CACHES)

    async def start(
        self, session: SsoSession, *, refresh: bool = False, in_background: bool = False
    ) -> None:
        """List what is not known yet of the session. `refresh`: list everything again.

        It replaces a crawl in the background.
        """
        self._stop(session)
        if refresh:  # the next crawl counts from 0 again
            self._listed_at_refusal.pop(session, None)
        session_state, service = self._host.state.state_of(session), self._host.services.inventory
        token = session_state.token
        if token is None:
            return
        from rolecall.ui.flows.crawl_feed import CrawlFeed

        if not refresh and not await in_thread(partial(service.is_due, session)):
            return

        try:
            crawl = await in_thread(partial(service.crawl, session, token, refresh=refresh))
        except RolecallError as error:
            self._retry_later(session_state, error)
            self._host.show_state()
            return
        if session_state.token != token:  # the user has signed out, or in again, in the meantime
            await self.start(session, refresh=refresh, in_background=in_background)
            return
        if session in self._feeds and not refresh:  # another has started in the meantime
            if not in_background:
                self._in_background.discard(session)
            return
        self._stop(session)
        feed = CrawlFeed(crawl, partial(self._host.call_later, self._take_all))
        self._feeds[session] = feed
        (self._in_background.add if in_background else self._in_background.discard)(session)
        session_state.crawling, session_state.crawl_problem = True, ""
        session_state.roles_error = None
        session_state.retry_at = None
        feed.start()
        if self._timer is None:
            self._timer = self._host.set_interval(_SHOW_EVERY, self._take_all)
        self._host.show_state()

    async def stop_listing(self, session: SsoSession) -> None:
        """Stop the crawl of the session. What was listed stays on the screen."""
        self._stop(session)

    def refresh_all(self) -> None:
        """List everything again. What is known stays on the screen until the answers come."""
        signed_in = [each.session for each in self._host.state.shown if each.token is not None]
        if not signed_in:
            self._host.flash_warning(with_keys(inventory_strings.SIGN_IN_FIRST), asked=True)
        for session in signed_in:
            self._start_soon(session, refresh=True)

    def report_missing_cache(self) -> None:
        """Warn if this Python cannot keep a cache."""
        if not self._host.services.inventory.cache.is_available:
            self._host.flash_warning(inventory_strings.NO_CACHE)

    def tick(self) -> None:
        """List again what failed, when that is due. Once a minute show what another rolecall has
        listed, and list again what is too old.
        """
        now, service = self._host.now(), self._host.services.inventory
        for each in self._host.state.shown:
            if each.retry_at is not None and has_come(each.retry_at, now, _LONGEST_RETRY):
                each.retry_at = None
                self._start_soon(each.session, in_background=True)
        if not has_come(self._next_check, now, _CHECK_EVERY) or not service.cache.is_available:
            return  # without a cache, the age of a list is unknown
        self._next_check = now + _CHECK_EVERY
        self._host.spawn(self._check_age, WorkGroup.AGE_CHECK)

    def _start_soon(self, session: SsoSession, **how: bool) -> None:
        self._host.spawn(partial(self.start, session, **how), WorkGroup.CRAWL, session.cache_key)

    def _stop(self, session: SsoSession) -> None:
        if feed := self._feeds.pop(session, None):
            feed.cancel()
        if not self._feeds and self._timer is not None:
            self._timer.stop()
            self._timer = None
        self._host.state.state_of(session).crawling = False

    async def _check_age(self) -> None:
        service = self._host.services.inventory
        for each in list(self._host.state.shown):
            session = each.session
            complete_at = await in_thread(partial(service.complete_at, session))
            is_stale = await in_thread(partial(service.is_stale, session))
            if complete_at != each.complete_at and session not in self._feeds:
                await self.load(session, replace=True)
            if each.token is None:
                continue
            is_waiting = session in self._feeds or each.retry_at is not None
            if is_stale and service.is_old(each.unkept_at) and not is_waiting:
                await self.start(session, in_background=True)

    # --- taking the answers

    def _take_all(self) -> None:
        changed = [self._take(session, feed) for session, feed in list(self._feeds.items())]
        if any(changed):
            self._host.show_state()

    def _take(self, session: SsoSession, feed: CrawlFeed) -> bool:
        """Take the answers since the last call, and return whether anything is new."""
        session_state = self._host.state.state_of(session)
        done = feed.done
        catalogue, progress = session_state.catalogue, session_state.progress
        new, complete = feed.take(catalogue), session_state.complete or feed.builder.complete
        session_state.set_catalogue(new, complete=complete)
        session_state.progress = feed.crawl.progress()
        session_state.roles_error = feed.builder.roles_error
        if done:
            self._stop(session)
            self._finish(session_state, feed)
        return (
            done or session_state.catalogue is not catalogue or session_state.progress != progress
        )

    def _finish(self, session_state: SessionState, feed: CrawlFeed) -> None:
        """Handle the end of a crawl. Raises an error that is not a RolecallError."""
        error = feed.error
        if error is not None and not isinstance(error, RolecallError):
            raise error
        session = session_state.session
        is_awaited = session not in self._in_background
        if error is None:
            session_state.seen_at = self._host.now()
            self._listed_at_refusal.pop(session, None)
            if session_state.catalogue.failed:
                self._retry_later(session_state)
            else:
                self._failures.pop(session, None)
            work = partial(self._load_listed, session_state, feed.crawl.is_stored)
            self._host.spawn(work, WorkGroup.CACHE, session.cache_key)
        elif isinstance(error, SignInNeeded):
            listed = session_state.progress.listed if session_state.progress else 0
            if listed > self._listed_at_refusal.get(session, -1):
                self._reject_token(session, is_awaited)
            else:  # with another token nothing more was listed: renewing does not help
                self._retry_later(session_state, error)
            self._listed_at_refusal[session] = listed
        else:
            if not is_awaited and session_state.complete:  # the listing shown is only a bit old
                session_state.retry_at = self._host.now() + LONGEST_PAUSE
                return
            self._retry_later(session_state, error)
            # Without rows the table itself shows the problem.
            if is_awaited and len(session_state.catalogue):
                self._host.flash_error(error)

    async def _load_listed(self, session_state: SessionState, was_stored: bool) -> None:
        """Load what a complete crawl has stored. If the cache lost it, list again once."""
        session, was_lost = session_state.session, session_state.is_lost
        listed_at = session_state.seen_at
        await self.load(session)
        is_stale = partial(self._host.services.inventory.is_stale, session)
        session_state.unkept_at = listed_at if await in_thread(is_stale) else None
        session_state.is_lost = session_state.complete_at is None
        if session_state.is_lost and was_stored and not was_lost:
            await self.start(session, in_background=True)
        self._host.show_state()

    def _retry_later(self, session_state: SessionState, error: RolecallError | None = None) -> None:
        """List again what is missing, after a pause that grows with each failure."""
        session = session_state.session
        failures = self._failures[session] = self._failures.get(session, 0) + 1
        asked = error.retry_after or 0.0 if isinstance(error, Throttled) else 0.0
        pause = max(retry_pause(failures), timedelta(seconds=asked))
        session_state.crawl_problem = explain(error) if error else ""
        session_state.retry_at = self._host.now() + pause

    def _reject_token(self, session: SsoSession, is_awaited: bool) -> None:
        work = partial(self._host.announce, TokenRejected(session, is_awaited))
        self._host.spawn(work, WorkGroup.REJECTION, session.cache_key)

    # --- one account

    def prioritise(self, wanted: Iterable[Wanted]) -> None:
        """List these accounts first."""
        wanted = list(wanted)
        for session, feed in self._feeds.items():
            key = session.cache_key
            feed.prioritise([account_id for of, account_id in wanted if of == key])

    def open_account(self, row: AccountRow, said: str = "") -> None:
        """Show the permission sets of the account, and what to do with them."""
        self.prioritise([row.wanted])
        screen = PermissionSetsScreen(row)
        # Before the screen is seen, because the next key may have been typed already.
        screen.table.set_rows(screen.rows())
        self._host.push_screen(screen)
        if said:
            self._host.call_later(screen.flash, said)

    @in_background(
        WorkGroup.ACCOUNT, lambda session, account_id: f"{session.cache_key} {account_id}"
    )
    async def list_again(self, session: SsoSession, account_id: str) -> None:
        """List the permission sets of one account again."""
        session_state = self._host.state.state_of(session)
        token = session_state.token
        if token is None:
            self._host.flash_warning(with_keys(inventory_strings.SIGN_IN_FIRST), asked=True)
            return
        service = self._host.services.inventory
        self._host.flash(inventory_strings.LISTING_SETS)
        try:
            work = partial(service.permission_sets, session, token, account_id)
            found = await asked(self._host, work)
        except SignInNeeded:
            unflash(self._host, inventory_strings.LISTING_SETS)
            self._reject_token(session, is_awaited=True)
            return
        except RolecallError as error:
            catalogue = session_state.catalogue.with_error(account_id, error)
            self._host.flash_error(error)
        else:
            catalogue = session_state.catalogue.with_permission_sets(account_id, found)
            self._host.flash(inventory_strings.LISTED_AGAIN)
        session_state.set_catalogue(catalogue, complete=session_state.complete)
        self._host.show_state()

    # --- one row

    async def note_use(self, session: SsoSession, key: Key) -> None:
        """Note that the permission set was used. From the next listing on, it follows the
        favourites; until then its row stays where it is.
        """
        await in_thread(partial(self._host.services.inventory.note_use, session, *key))

    @in_background()
    async def toggle_favourite(self, session: SsoSession, key: Key) -> None:
        """Make the row a favourite, which comes first, or undo that."""
        session_state, service = self._host.state.state_of(session), self._host.services.inventory

        def toggle(on: bool) -> Favourites:
            service.set_favourite(session, *key, on=on)
            return service.favourites(session)

        async with self._favourites_lock:
            on = not session_state.is_favourite(key)
            session_state.set_favourites(await in_thread(partial(toggle, on)))
        self._host.refresh_texts()
        self._host.show_state()

    @in_background(WorkGroup.ROW)
    async def show_row(self, profile: Profile) -> None:
        """Show the profile's permission set among all, if its session lists it."""
        state = self._host.state
        if (session := state.session_of(profile)) is None:
            self._host.flash_warning(self._why_no_session(profile), asked=True)
            return
        if not any(session == each.session for each in state.shown):
            await self._host.announce(SessionRequested(session))
        self._host.require_asker()
        await self._host.switch_mode("permission_sets")
        screen = self._host.screen
        if not isinstance(screen, PermissionSetsScreen):
            return
        screen.show_state()
        key = profile.account_id or "", profile.permission_set or ""
        if not screen.move_to((*key, session.cache_key)):
            screen.await_row(key, state.state_of(session))

    def _why_no_session(self, profile: Profile) -> str:
        """Return what the profile or its session lacks, or that the session is not there."""
        for each in self._host.state.findings_of(profile):
            if each.kind is FindingKind.PROFILE_INCOMPLETE:
                return describe(each)
        return profile_strings.DRIFT_MEANINGS["no_session"].format(session=profile.session_name)

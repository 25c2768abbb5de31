"""Filling the tables: one crawl a session, its answers shown a few times a second."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Final

from textual.timer import Timer

from rolecall.domain.errors import RolecallError, SignInNeeded
from rolecall.presentation import save_strings, table_strings
from rolecall.presentation.commands import with_keys
from rolecall.presentation.errors import explain
from rolecall.ui.screens.permission_sets import PermissionSetsScreen
from rolecall.ui.threads import in_thread

if TYPE_CHECKING:
    from rolecall.domain.catalogue import Changes
    from rolecall.domain.favourites import Favourites
    from rolecall.domain.model import Profile, SsoSession
    from rolecall.services.inventory.crawl import Crawl
    from rolecall.services.inventory.service import CachedInventory
    from rolecall.ui.app import RolecallApp
    from rolecall.ui.flows.crawl_feed import InventoryFeed
    from rolecall.ui.state.session_state import AccountRow, Key, SessionState, Wanted

_SHOW_EVERY: Final = 0.15
_LOOK_EVERY: Final = timedelta(minutes=1)
_AFTER_TROUBLE: Final = timedelta(minutes=15)


class InventoryFlow:
    def __init__(self, app: RolecallApp) -> None:
        self._app = app
        self._feeds: dict[SsoSession, InventoryFeed] = {}
        self._timer: Timer | None = None
        self._unasked: set[SsoSession] = set()  # crawls that nobody asked for
        self._look_again = datetime.min.replace(tzinfo=UTC)

    async def load(self, session: SsoSession, *, anew: bool = False) -> None:
        """What the cache knows of the session is shown at once, signed in or not; with `anew`, in
        the place of what is shown.
        """
        session_state, service = self._app.state.state_of(session), self._app.services.inventory

        def read() -> tuple[CachedInventory, Favourites, Changes]:
            return service.cached(session), service.marks(session), service.changes(session)

        cached, marks, changes = await in_thread(read)
        if anew or session_state.is_partial or not len(session_state.catalogue):
            session_state.catalogue, session_state.seen_at = cached.catalogue, cached.seen_at
            session_state.complete = cached.complete_at is not None
        session_state.complete_at = cached.complete_at
        (
            session_state.favourites,
            session_state.changes,
            session_state.loaded,
            session_state.is_partial,
        ) = marks, changes, True, False
        self._app.rest()
        self._app.show_state()

    async def start(
        self, session: SsoSession, *, refresh: bool = False, asked: bool = True
    ) -> None:
        """Lists what is not known yet of the session; with `refresh`, all of it anew. One that
        nobody `asked` for gives way to one that somebody did.
        """
        self.stop(session)
        session_state, service = self._app.state.state_of(session), self._app.services.inventory
        token = session_state.token
        if token is None:
            return
        from rolecall.ui.flows.crawl_feed import InventoryFeed

        if not refresh and not await in_thread(partial(service.is_due, session)):
            return

        def begin() -> Crawl:
            return service.crawl(session, token, refresh=refresh)

        try:
            crawl = await in_thread(begin)
        except RolecallError as error:
            session_state.problem = explain(error)
            self._app.show_state()
            return
        if session in self._feeds:  # another has begun meanwhile
            if not asked:
                return
            self.stop(session)
        feed = self._feeds[session] = InventoryFeed(
            crawl, partial(self._app.call_later, self._take)
        )
        (self._unasked.discard if asked else self._unasked.add)(session)
        session_state.crawling, session_state.problem = True, ""
        feed.start()
        if self._timer is None:
            self._timer = self._app.set_interval(_SHOW_EVERY, self._take)
        self._app.show_state()

    def now_asked(self, session: SsoSession) -> None:
        """Somebody waits for the crawl that began by itself."""
        self._unasked.discard(session)

    def stop(self, session: SsoSession) -> None:
        if feed := self._feeds.pop(session, None):
            feed.cancel()
        if not self._feeds and self._timer is not None:
            self._timer.stop()
            self._timer = None
        self._app.state.state_of(session).crawling = False

    def refresh_all(self) -> None:
        """Everything again; what is known stays on the screen until the new answer comes."""
        signed_in = [
            session_state.session
            for session_state in self._app.state.shown
            if session_state.token is not None
        ]
        if not signed_in:
            self._app.flash(with_keys(table_strings.SIGN_IN_FIRST))
        for session in signed_in:
            work = partial(self.start, session, refresh=True)
            self._app.spawn(work, f"crawl {session.cache_key}")

    def toggle_favourite(self, session: SsoSession, key: Key) -> None:
        """Favourites stand first."""
        self._app.spawn(partial(self._mark, self._app.state.state_of(session), key), "mark")

    async def note_use(self, session: SsoSession, key: Key) -> None:
        """What was used last stands behind the favourites."""
        service = self._app.services.inventory

        def note() -> Favourites:
            service.note_use(session, *key)
            return service.marks(session)

        self._app.state.state_of(session).favourites = await in_thread(note)

    def keep_up(self) -> None:
        """Once a second: what another rolecall has listed meanwhile is shown, and what has grown
        too old is listed again, without a word.
        """
        now = self._app.now()
        if now < self._look_again:
            return
        self._look_again = now + _LOOK_EVERY
        self._app.spawn(self._keep_up, "keep-up-inventory")

    def prioritise(self, wanted: Iterable[Wanted]) -> None:
        """What the user looks at is asked for first."""
        wanted = list(wanted)
        for session, feed in self._feeds.items():
            key = session.cache_key
            feed.prioritise([account_id for of, account_id in wanted if of == key])

    def list_again(self, session: SsoSession, account_id: str) -> None:
        """One account's permission sets anew."""
        work = partial(self._list_again, self._app.state.state_of(session), account_id)
        self._app.spawn(work, f"list-{account_id}")

    def open_account(self, row: AccountRow) -> None:
        self.prioritise([row.wanted])
        screen = PermissionSetsScreen(row)
        # Before it is seen, for the next key may be here already.
        screen.table.set_rows(screen.rows())
        self._app.push_screen(screen)

    def show_row(self, profile: Profile) -> None:
        """The profile's row in the flat table, if its session lists it."""
        self._app.spawn(partial(self._show_row, profile), "show-row")

    # --- how

    def _take(self) -> None:
        changed = [self._take_of(session, feed) for session, feed in list(self._feeds.items())]
        if any(changed):
            self._app.show_state()

    def _take_of(self, session: SsoSession, feed: InventoryFeed) -> bool:
        """What has come since the last time; whether there is anything new."""
        session_state = self._app.state.state_of(session)
        done = feed.done
        before = (session_state.catalogue, session_state.progress)
        session_state.catalogue = feed.take(session_state.catalogue)
        session_state.progress = feed.progress
        session_state.complete = session_state.complete or feed.complete
        if done:
            self.stop(session)
            self._ended(session_state, feed.error)
        catalogue, progress = before
        return (
            done or session_state.catalogue is not catalogue or session_state.progress != progress
        )

    def _ended(self, session_state: SessionState, error: RolecallError | None) -> None:
        session = session_state.session
        if error is None:
            session_state.seen_at = self._app.now()
            self._app.spawn(partial(self.load, session), f"load {session.cache_key}")
        elif isinstance(error, SignInNeeded):
            session_state.token = None  # lest what begins by itself asks with it once more
            self._app.sign_in.ended(session, asks=session not in self._unasked)
        else:
            self._look_again = self._app.now() + _AFTER_TROUBLE
            if session in self._unasked:
                return
            session_state.problem = explain(error)
            if len(session_state.catalogue):  # else it stands where the rows would
                self._app.flash_error(error)

    async def _keep_up(self) -> None:
        service = self._app.services.inventory
        for session_state in list(self._app.state.shown):
            session = session_state.session
            complete_at = await in_thread(partial(service.complete_at, session))
            if complete_at != session_state.complete_at and session not in self._feeds:
                await self.load(session, anew=True)
            if session_state.token is None:
                continue
            if service.is_old(complete_at) and session not in self._feeds:
                await self.start(session, asked=False)

    async def _mark(self, session_state: SessionState, key: Key) -> None:
        service = self._app.services.inventory
        on = not session_state.is_favourite(key)

        def mark() -> Favourites:
            service.set_favourite(session_state.session, *key, on=on)
            return service.marks(session_state.session)

        session_state.favourites = await in_thread(mark)
        self._app.refresh_texts()
        self._app.show_state()

    async def _list_again(self, session_state: SessionState, account_id: str) -> None:
        if session_state.token is None:
            self._app.flash(with_keys(table_strings.SIGN_IN_FIRST))
            return
        ask = partial(
            self._app.services.inventory.permission_sets,
            session_state.session,
            session_state.token,
            account_id,
        )
        try:
            found = await in_thread(ask)
        except SignInNeeded:
            self._app.sign_in.ended(session_state.session)
            return
        except RolecallError as error:
            session_state.catalogue = session_state.catalogue.with_error(account_id, error)
            self._app.flash_error(error)
        else:
            session_state.catalogue = session_state.catalogue.with_permission_sets(
                account_id, found
            )
            self._app.flash(table_strings.LISTED_AGAIN)
        self._app.show_state()

    async def _show_row(self, profile: Profile) -> None:
        state = self._app.state
        account_id, permission_set = profile.account_id or "", profile.permission_set or ""
        session = state.session_of(profile)
        if session is not None and not any(
            session == session_state.session for session_state in state.shown
        ):
            await self._app.sign_in.show(session)
        await self._app.switch_mode("permission_sets")
        screen = self._app.screen
        if not isinstance(screen, PermissionSetsScreen):
            return
        screen.show_state()
        key = session.cache_key if session else ""
        if not screen.move_to((account_id, permission_set, key)):
            words = save_strings.NO_SUCH_ROW
            screen.flash(words.format(account=account_id, permission_set=permission_set))

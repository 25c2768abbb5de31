"""Accounts and permission sets of a sign-in: from the cache at once, from AWS when due."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from rolecall.aws.account_access import AccountAccess
from rolecall.aws.portal import Portal
from rolecall.aws.session import Clients
from rolecall.domain.access_role import Tenant
from rolecall.domain.errors import RolecallError, ServiceError, SignInNeeded, means_no_assignment
from rolecall.domain.inventory.catalogue import Catalogue, Listing, ListingChanges
from rolecall.domain.inventory.favourites import Favourites
from rolecall.domain.model import AccessToken, PermissionSet, SsoSession
from rolecall.domain.records import dataclass, field
from rolecall.domain.text import safe
from rolecall.domain.time_left import is_within
from rolecall.files.inventory.crawls import CrawlState
from rolecall.files.inventory.inventory import InventoryCache
from rolecall.services.base.rate_limit import PRIORITY_DEBT, RequestRate
from rolecall.services.base.retry import RetryPolicy
from rolecall.services.inventory.crawl import Crawl
from rolecall.services.inventory.crawl_events import CatalogueBuilder, CrawlEvent, Progress
from rolecall.services.inventory.reporter import CrawlRecord
from rolecall.services.tokens.renewal import Renewal

_RESUME_WITHIN: Final = timedelta(hours=24)  # an interrupted crawl this old is continued
_AUTOMATIC_AFTER: Final = timedelta(minutes=15)  # the least age, whatever the settings say


@dataclass(frozen=True, slots=True)
class CachedInventory:
    """What the cache knows about a session.

    `seen_at` is the age of its oldest row. `complete_at` is when the last complete crawl finished.
    Both are None if there was no crawl.
    """

    catalogue: Catalogue
    seen_at: datetime | None
    complete_at: datetime | None


@dataclass(frozen=True, slots=True)
class InventoryService:
    """Accounts and permission sets of all sessions.

    `clock` returns an aware UTC datetime, `monotonic` seconds. `refresh_age` returns how old the
    cache may get before everything is listed again. The cache never raises: what it cannot read or
    write is missing.
    """

    clients: Clients
    cache: InventoryCache
    renewal: Renewal
    clock: Callable[[], datetime]
    monotonic: Callable[[], float]
    refresh_age: Callable[[], timedelta]
    _request_rates: dict[SsoSession, RequestRate] = field(default_factory=dict)

    # --- from the cache

    def cached(self, session: SsoSession) -> CachedInventory:
        """Return what the cache has of the session."""
        stored = self.cache.stored(session)
        return CachedInventory(self.cache.catalogue(session), stored.oldest, stored.complete_at)

    def listing(self, session: SsoSession, account_id: str) -> Listing | None:
        """Return what the cache has about one account."""
        return self.cache.catalogue(session, account_id).get(safe(account_id))

    def is_due(self, session: SsoSession) -> bool:
        """Whether to crawl automatically: the last complete crawl is too old, a later one was
        interrupted, or it left out the roles of account access manager or the permission sets of an
        account.
        """
        stored = self.cache.stored(session)
        is_whole = stored.crawl == stored.complete and not stored.missing
        if session.tenant is not None and stored.roles < stored.complete:
            is_whole = False
        return not is_whole or not self._is_within(self.refresh_age(), stored.complete_at)

    def is_old(self, complete_at: datetime | None) -> bool:
        """Whether a crawl that finished at `complete_at` is old enough to start another."""
        return not self._is_within(max(self.refresh_age(), _AUTOMATIC_AFTER), complete_at)

    def is_stale(self, session: SsoSession) -> bool:
        """Whether to start another crawl although nobody asks for one: the last complete one is
        old, or somebody has signed in since.
        """
        stored = self.cache.stored(session)
        return stored.is_outdated or self.is_old(stored.complete_at)

    def complete_at(self, session: SsoSession) -> datetime | None:
        """Return when the last complete crawl ended, here or in another rolecall; None if never."""
        return self.cache.stored(session).complete_at

    def changes(self, session: SsoSession) -> ListingChanges:
        """Return what the last complete crawl added and removed, compared with the one before it.
        Until there were two, it is empty, with `since` None.
        """
        return self.cache.changes(session)

    def favourites(self, session: SsoSession) -> Favourites:
        """Return favourites and recent uses."""
        return self.cache.favourites(session)

    def set_favourite(
        self, session: SsoSession, account_id: str, permission_set: str = "", *, on: bool
    ) -> None:
        """Mark or unmark a favourite: a permission set, or the account if none is given."""
        self.cache.set_favourite(session, (account_id, permission_set), on)

    def note_use(self, session: SsoSession, account_id: str, permission_set: str) -> None:
        """Note that the permission set was saved or used now."""
        self.cache.note_use(session, (account_id, permission_set), self.clock())

    # --- from AWS

    def crawl(self, session: SsoSession, token: AccessToken, *, refresh: bool = False) -> Crawl:
        """Prepare a crawl; call its `run`.

        An interrupted crawl is continued: what it has comes from the cache. If the last crawl is
        complete and recent, only what is missing is listed. With `refresh` everything is listed
        again, except what another rolecall lists from now on.
        """
        record = self._record(session, refresh)
        portal = partial(self._portal, session)
        return Crawl(
            portal,
            token=token,
            noting_refusal=self.renewal.noting_refusal(session, token),
            request_rate=self.request_rate(session),
            monotonic=self.monotonic,
            record=record,
            account_access=partial(self._account_access, session, session.tenant)
            if session.tenant
            else None,
        )

    def permission_sets(
        self,
        session: SsoSession,
        token: AccessToken,
        account_id: str,
        cancelled: threading.Event | None = None,
    ) -> list[PermissionSet]:
        """List the permission sets of one account now.

        Raises ServiceError, SignInNeeded, RegionInvalid, and Cancelled once `cancelled` is set.
        """
        portal = self._portal(session)
        cancelled = cancelled or threading.Event()
        retry_policy = RetryPolicy(
            self.request_rate(session), self.monotonic, cancelled, debt=PRIORITY_DEBT
        )
        save = partial(self.cache.save, session)
        try:
            with self.renewal.noting_refusal(session, token):
                found = portal.permission_sets(token, account_id, retry_policy)
        except ServiceError as error:
            if means_no_assignment(error):
                save(self.cache.stored(session).crawl, self.clock(), refused={account_id})
            raise
        crawl = self.cache.stored(session).crawl
        save(crawl, self.clock(), permission_sets={account_id: found})
        return found

    def list_everything(
        self,
        session: SsoSession,
        on_progress: Callable[[Progress], None],
        *,
        refresh: bool = False,
        on_roles_refused: Callable[[RolecallError], None] = lambda _: None,
        on_cut_short: Callable[[Catalogue], None] = lambda _: None,
    ) -> Catalogue:
        """List and return everything, which may take minutes. A token that expires meanwhile is
        renewed.

        `on_roles_refused` is called if account access manager refuses the token or the tenant.
        `on_cut_short` gets what was listed until a ServiceError, with what the cache has. An
        account that failed has its error. Raises SignInNeeded if there is no valid token, and
        ServiceError.
        """
        listed_at_refusal = -1
        while True:
            token = self.renewal.needed_token(session)
            builder = CatalogueBuilder(self.cache.catalogue(session))
            crawl = self.crawl(session, token, refresh=refresh)

            def on_event(
                event: CrawlEvent, builder: CatalogueBuilder = builder, crawl: Crawl = crawl
            ) -> None:
                builder.add(event)
                on_progress(crawl.progress())

            try:
                crawl.run(on_event)
                if builder.roles_error is not None:
                    on_roles_refused(builder.roles_error)
                return builder.catalogue
            except ServiceError:
                on_cut_short(builder.catalogue)
                raise
            except SignInNeeded:
                # With another token as many accounts were listed: renewing does not help.
                if crawl.progress().listed <= listed_at_refusal:
                    raise
                listed_at_refusal = crawl.progress().listed
                refresh = False  # what was listed with the first token is recent enough

    def request_rate(self, session: SsoSession) -> RequestRate:
        """Return the rate of a session: the service counts all of its calls together."""
        if (rate := self._request_rates.get(session)) is not None:
            return rate
        shared = partial(self.cache.update_request_rate, session)
        return self._request_rates.setdefault(session, RequestRate(self.monotonic, shared))

    def _record(self, session: SsoSession, refresh: bool) -> CrawlRecord:
        def is_continued(stored: CrawlState) -> bool:
            if stored.crawl > stored.complete:
                age, since = _RESUME_WITHIN, stored.began_at
            else:
                age, since = self.refresh_age(), stored.complete_at
            return not refresh and self._is_within(age, since)

        number, is_shared = self.cache.begin(session, self.clock(), is_continued)
        return CrawlRecord(self.cache, session, number, is_shared, self.clock)

    def _is_within(self, age: timedelta, moment: datetime | None) -> bool:
        return is_within(age, moment, self.clock())

    def _portal(self, session: SsoSession) -> Portal:
        return Portal(self.clients.portal(session.region), session)

    def _account_access(self, session: SsoSession, tenant: Tenant) -> AccountAccess:
        client = self.clients.account_access(tenant.region)
        return AccountAccess(client, session.cache_key, tenant)

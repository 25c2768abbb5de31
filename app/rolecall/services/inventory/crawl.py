"""List every account and permission set of a sign-in once.

The portal lists permission sets one account at a time, so an organisation of 10,000 accounts takes
minutes. A crawl therefore reports and saves each answer as it arrives and starts with the accounts
that are on the screen. A 429, an account that fails, an expired token or a kill loses nothing.
"""

from __future__ import annotations

import queue
import random
import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, suppress
from functools import partial
from typing import Final

from rolecall.aws.account_access import AccountAccess
from rolecall.aws.portal import Portal
from rolecall.domain.errors import ServiceError, Throttled
from rolecall.domain.errors.role_errors import TenantUnknown, TokenLacksScopes
from rolecall.domain.model import AccessToken, Account
from rolecall.domain.question import SLOW_AFTER, carried
from rolecall.domain.records import replace
from rolecall.files.inventory.inventory import KnownPermissionSets
from rolecall.services.base.rate_limit import LISTING_DEBT, RequestRate
from rolecall.services.base.retry import Cancelled, RetryPolicy
from rolecall.services.inventory.crawl_events import (
    AccountFailed,
    AccountsListed,
    CrawlEvent,
    PermissionSetsListed,
    Progress,
    RolesListed,
    RolesNotListed,
)
from rolecall.services.inventory.reporter import (
    ROLES,
    AccountsNotListed,
    AccountsOfRoles,
    CallWaits,
    CrawlRecord,
    CrawlSignal,
    Report,
    Reporter,
)
from rolecall.services.inventory.work_queue import WorkQueue

# Enough for 150 calls a second if an answer takes 40 ms; AWS allows 20. More threads would only
# compete for the interpreter with the thread that paints.
WORKERS: Final = 8
_AGE: Final = 600.0  # seconds: accounts seen within this time of each other count as equally old


class Crawl:
    """One pass over all accounts. `run` blocks; the other methods may be called from any thread.

    `noting_refusal` is entered while calls use the token. `monotonic` is in seconds.
    `account_access` is None if the session has no account access manager.
    """

    def __init__(
        self,
        portal: Callable[[], Portal],
        *,
        token: AccessToken,
        noting_refusal: AbstractContextManager[None],
        request_rate: RequestRate,
        monotonic: Callable[[], float],
        record: CrawlRecord,
        account_access: Callable[[], AccountAccess] | None = None,
    ) -> None:
        self._make_portal = portal
        self._make_account_access = account_access
        # ListRoles is an operation of another service, with a separate limit.
        self._role_rate = RequestRate(monotonic)
        self._accounts_listed = threading.Event()
        self._roles_listed = threading.Event()
        self._role_accounts: dict[str, Account] = {}
        self._are_roles_listed = False
        self._token = token
        self._noting_refusal = noting_refusal
        self._request_rate = request_rate
        self._monotonic = monotonic
        self._record = record
        self._stopped = threading.Event()
        self._work_queue = WorkQueue(request_rate, monotonic)
        self._reports: queue.SimpleQueue[Report] = queue.SimpleQueue()
        # A kill loses the answers that are not saved yet: at most one for each worker.
        self._unsaved = threading.Semaphore(WORKERS)
        self._reporter: Reporter | None = None

    @property
    def is_stored(self) -> bool:
        """Whether the cache could be written when the crawl began."""
        return self._record.number > 0

    def run(self, on_event: Callable[[CrawlEvent], None]) -> None:
        """List everything. `on_event` is called on this thread only, after the event is saved.

        Returns when everything is listed, or at once after `cancel`. Raises SignInNeeded if the
        token is no longer valid, ServiceError if the accounts cannot be listed or nothing answers,
        and RegionInvalid. The events until then stay valid, and a new crawl continues from there.
        """
        portal = self._make_portal()
        jobs: list[Callable[[], None]] = [partial(self._list_accounts, portal)]
        jobs += [partial(self._list_permission_sets, portal)] * WORKERS
        if self._make_account_access is not None:
            jobs.append(partial(self._list_roles, self._make_account_access()))
        else:
            self._roles_listed.set()
        self._reporter = Reporter(self._record, self._monotonic, on_event)
        for job in jobs:
            work = partial(self._work, job)
            threading.Thread(target=carried(work), name="crawl", daemon=True).start()
        try:
            with self._noting_refusal:
                self._reporter.run(self._reports, len(jobs), self._stopped, self._unsaved)
        finally:
            self.cancel()

    def cancel(self) -> None:
        """Stop at once. Calls in progress finish on their own; their answers are ignored."""
        self._stopped.set()
        self._work_queue.close()
        self._unsaved.release(WORKERS)
        self._reports.put(CrawlSignal.WAKE_UP)

    def prioritise(self, account_ids: Sequence[str]) -> None:
        """List these accounts first, in this order. Replaces the list of the previous call."""
        self._work_queue.prioritise(account_ids)

    def progress(self) -> Progress:
        """Return how far the crawl has come."""
        if self._reporter is None:
            return Progress()
        is_silent = self._monotonic() - self._reporter.emitted_at > SLOW_AFTER
        return replace(self._reporter.progress, is_silent=is_silent)

    def _work(self, job: Callable[[], None]) -> None:
        try:
            with suppress(Cancelled):
                job()
        except Exception as error:  # `run` raises it
            self._reports.put(error)
        finally:
            self._reports.put(CrawlSignal.JOB_DONE)

    def _list_accounts(self, portal: Portal) -> None:
        known, seen = self._record.known(), set[str]()
        try:
            for page in portal.accounts(self._token, self._retry_policy("", debt=LISTING_DEBT)):
                self._reports.put(AccountsListed(tuple(page), complete=False))
                self._schedule(page, known)
                seen.update(account.id for account in page)
            self._note_accounts_listed()  # the workers need not wait for the roles
            self._add_accounts_of_roles(seen)
        except Throttled:  # no call has an answer: those about the accounts would fail too
            raise
        except ServiceError as error:
            self._reports.put(AccountsNotListed(error))
        else:
            if self._are_roles_listed:
                self._reports.put(RolesListed((), complete=True))
            self._reports.put(AccountsListed((), complete=True))
        finally:
            self._note_accounts_listed()

    def _note_accounts_listed(self) -> None:
        self._work_queue.complete()
        self._accounts_listed.set()

    def _add_accounts_of_roles(self, seen: set[str]) -> None:
        """Report the accounts that only account access manager knows, once it has listed all."""
        self._roles_listed.wait()
        more = tuple(each for id_, each in self._role_accounts.items() if id_ not in seen)
        if more:
            self._reports.put(AccountsOfRoles(more))

    def _list_roles(self, account_access: AccountAccess) -> None:
        """Report the pages after the accounts: those with roles would come to the top before."""
        retry_policy = self._retry_policy(ROLES, rate=self._role_rate)
        held: list[Report] = []
        try:
            for page in account_access.roles(self._token, retry_policy):
                self._role_accounts |= {each.account.id: each.account for each in page}
                held.append(RolesListed(tuple(page), complete=False))
                if self._accounts_listed.is_set():
                    self._release(held)
            self._are_roles_listed = True
        except (TokenLacksScopes, TenantUnknown, ServiceError) as problem:
            held.append(RolesNotListed(problem))
        finally:
            self._accounts_listed.wait()
            self._release(held)
            self._roles_listed.set()

    def _release(self, held: list[Report]) -> None:
        for report in held:
            self._reports.put(report)
        held.clear()

    def _schedule(self, page: list[Account], known: dict[str, KnownPermissionSets]) -> None:
        """Queue the accounts of a page, and report those that this crawl already has."""
        queued = []
        for account in page:
            found = known.get(account.id)
            if found is not None and 0 < self._record.number <= found.crawl:
                event = PermissionSetsListed(account.id, found.permission_sets, from_cache=True)
                self._reports.put(event)
            else:
                age = found.seen_at // _AGE if found else 0.0
                # Two processes that list the same accounts take them in a different order.
                place = random.random() if self._record.is_shared else 0.0
                queued.append(((age, place), account.id))
        self._work_queue.add(queued)

    def _list_permission_sets(self, portal: Portal) -> None:
        while (account_id := self._work_queue.take()) is not None:
            if (seen := self._record.seen(account_id)) is not None:
                self._request_rate.refund()
                self._reports.put(PermissionSetsListed(account_id, seen, from_cache=True))
                continue
            self._unsaved.acquire()
            retry_policy = self._retry_policy(account_id, counted=True)
            try:
                found = portal.permission_sets(self._token, account_id, retry_policy)
            except Throttled:
                raise
            except ServiceError as error:
                self._reports.put(AccountFailed(account_id, error))
            else:
                self._reports.put(PermissionSetsListed(account_id, tuple(found)))

    def _retry_policy(
        self,
        account_id: str,
        *,
        debt: float = 0.0,
        counted: bool = False,
        rate: RequestRate | None = None,
    ) -> RetryPolicy:
        def on_wait(is_throttled: bool) -> None:
            self._reports.put(CallWaits(account_id, is_throttled))

        return RetryPolicy(
            rate or self._request_rate,
            self._monotonic,
            self._stopped,
            on_wait,
            debt=debt,
            counted=counted,
        )

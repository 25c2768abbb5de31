"""One pass over all that a sign-in can reach.

The portal lists permission sets one account at a time, so an organisation of 10,000 takes minutes
whoever asks. A crawl therefore tells and keeps what it has as it comes, asks first for what is
looked at, and loses nothing to a 429, an account that fails, a token that ends, or a kill.
"""

from __future__ import annotations

import queue
import random
import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, suppress
from functools import partial
from typing import Final

from rolecall.aws.portal import Portal
from rolecall.domain.errors import ServiceError
from rolecall.domain.model import AccessToken, Account
from rolecall.files.inventory import KnownPermissionSets
from rolecall.services.inventory.events import (
    AccountFailed,
    AccountsListed,
    Event,
    PermissionSetsListed,
    Progress,
)
from rolecall.services.inventory.rate_limit import LISTING_DEBT, RequestRate
from rolecall.services.inventory.reporter import (
    AccountsNotListed,
    CallThrottled,
    CrawlRecord,
    Report,
    Reporter,
    Signal,
)
from rolecall.services.inventory.retry import Cancelled, RetryPolicy
from rolecall.services.inventory.work_queue import WorkQueue

# Enough for 150 calls a second where an answer takes 40 ms, and AWS allows 20. More would only
# stand in line for Python, before the thread that paints.
WORKERS: Final = 8
_AGE: Final = 600.0  # seconds: what was seen within that time of each other is equally old


class Crawl:
    """One pass over all accounts. `run` blocks; the rest may be called from any thread.

    `trying` is around what is asked with the token.
    """

    def __init__(
        self,
        portal: Callable[[], Portal],
        *,
        token: AccessToken,
        trying: AbstractContextManager[None],
        request_rate: RequestRate,
        monotonic: Callable[[], float],
        record: CrawlRecord,
    ) -> None:
        self._make_portal = portal
        self._token = token
        self._trying = trying
        self._request_rate = request_rate
        self._monotonic = monotonic
        self._record = record
        self._stopped = threading.Event()
        self._work_queue = WorkQueue(request_rate)
        self._reports: queue.SimpleQueue[Report] = queue.SimpleQueue()
        # Of what is asked and not saved yet, which a kill would lose, there is one for each worker.
        self._unsaved = threading.Semaphore(WORKERS)
        self._reporter: Reporter | None = None

    def run(self, on_event: Callable[[Event], None]) -> None:
        """List everything; `on_event` is called on this thread alone, after the event is saved.

        Returns when all is listed, or at once after `cancel`. Raises SignInNeeded where the token
        ended, and ServiceError where the accounts cannot be listed or nothing answers any more;
        what was told by then stays true, and a new crawl goes on from there. Raises RegionInvalid.
        """
        portal = self._make_portal()
        self._reporter = Reporter(self._record, self._monotonic, on_event)
        jobs = [self._list_accounts, *[self._list_permission_sets] * WORKERS]
        for job in jobs:
            work = partial(self._work, job, portal)
            threading.Thread(target=work, name="crawl", daemon=True).start()
        try:
            with self._trying:
                self._reporter.run(self._reports, len(jobs), self._stopped, self._unsaved)
        finally:
            self.cancel()

    def cancel(self) -> None:
        """Stop at once. Calls under way are left to end by themselves, unheard."""
        self._stopped.set()
        self._work_queue.close()
        self._unsaved.release(WORKERS)
        self._reports.put(Signal.WAKE_UP)

    def prioritise(self, account_ids: Sequence[str]) -> None:
        """What is looked at now, the most wanted first; takes the place of the last such list."""
        self._work_queue.prioritise(account_ids)

    def progress(self) -> Progress:
        return self._reporter.progress if self._reporter else Progress()

    def _work(self, job: Callable[[Portal], None], portal: Portal) -> None:
        try:
            with suppress(Cancelled):
                job(portal)
        except Exception as error:  # to be raised where somebody sees it
            self._reports.put(error)
        finally:
            self._reports.put(Signal.JOB_DONE)

    def _list_accounts(self, portal: Portal) -> None:
        known = self._record.known()
        try:
            for page in portal.accounts(self._token, self._retry_policy("", debt=LISTING_DEBT)):
                self._reports.put(AccountsListed(tuple(page), complete=False))
                self._sort_out(page, known)
        except ServiceError as error:
            self._reports.put(AccountsNotListed(error))
        else:
            self._reports.put(AccountsListed((), complete=True))
        finally:
            self._work_queue.complete()

    def _sort_out(self, page: list[Account], known: dict[str, KnownPermissionSets]) -> None:
        """What of a page is to be asked, and what is known already."""
        to_ask = []
        for account in page:
            found = known.get(account.id)
            if found is not None and 0 < self._record.number <= found.crawl:
                event = PermissionSetsListed(account.id, found.permission_sets, from_cache=True)
                self._reports.put(event)
            else:
                age = found.seen_at // _AGE if found else 0.0
                # Two rolecalls that list the same go different ways through it.
                place = random.random() if self._record.is_shared else 0.0
                to_ask.append(((age, place), account.id))
        self._work_queue.add(to_ask)

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
            except ServiceError as error:
                self._reports.put(AccountFailed(account_id, error))
            else:
                self._reports.put(PermissionSetsListed(account_id, tuple(found)))

    def _retry_policy(
        self, account_id: str, *, debt: float = 0.0, counted: bool = False
    ) -> RetryPolicy:
        def on_throttled() -> None:
            self._reports.put(CallThrottled(account_id))

        return RetryPolicy(
            self._request_rate,
            self._monotonic,
            self._stopped,
            on_throttled,
            debt=debt,
            counted=counted,
        )

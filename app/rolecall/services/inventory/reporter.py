"""Turn the reports of a crawl's workers into events, after they are saved and counted."""

from __future__ import annotations

import queue
import threading
from collections import deque
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from enum import Enum
from typing import Final

from rolecall.domain.errors import ServiceError, means_no_assignment
from rolecall.domain.model import Account, Assignment, PermissionSet, SsoSession
from rolecall.domain.records import dataclass
from rolecall.files.inventory.inventory import InventoryCache, KnownPermissionSets
from rolecall.services.base.retry import TRANSIENT_ERRORS
from rolecall.services.inventory.crawl_events import (
    AccountFailed,
    AccountsListed,
    CallsWaiting,
    CrawlDone,
    CrawlEvent,
    PermissionSetsListed,
    Progress,
    RolesListed,
    RolesNotListed,
)

ROLES: Final = "roles"
_OUTAGE: Final = 8  # accounts in a row without a usable answer: the fault is not theirs
_MEASURED: Final = 100  # answers from which the remaining time is estimated
_MEASURED_AT_LEAST: Final = 10


class CrawlSignal(Enum):
    """What the threads of a crawl tell its reporter, in addition to results."""

    JOB_DONE = "job-done"
    WAKE_UP = "wake-up"


@dataclass(frozen=True, slots=True)
class CallWaits:
    """A call has to wait, because AWS limits the rate or after a temporary error.

    `account_id` is empty for the list of accounts, and `ROLES` for that of the roles.
    """

    account_id: str
    is_throttled: bool


@dataclass(frozen=True, slots=True)
class AccountsNotListed:
    """The list of accounts failed; the crawl raises `error` at its end."""

    error: ServiceError


@dataclass(frozen=True, slots=True)
class AccountsOfRoles:
    """The accounts that only account access manager knows: they have no permission sets."""

    accounts: tuple[Account, ...]


_Single = CrawlEvent | CallWaits | AccountsNotListed | CrawlSignal | Exception
Report = _Single | AccountsOfRoles


@dataclass(frozen=True, slots=True)
class CrawlRecord:
    """Saves the answers of one crawl, by its number in the cache.

    `is_shared`: another rolecall may be listing the same accounts. `number` is 0 if the cache
    cannot be written.
    """

    cache: InventoryCache
    session: SsoSession
    number: int
    is_shared: bool
    clock: Callable[[], datetime]

    def known(self) -> dict[str, KnownPermissionSets]:
        """Return what the cache knows about every account, by account ID."""
        return self.cache.known(self.session)

    def seen(self, account_id: str) -> tuple[PermissionSet, ...] | None:
        """Return what another rolecall has listed for this crawl, or None."""
        if not self.number:
            return None
        return self.cache.seen_in(self.session, account_id, self.number)

    def save(self, reports: Sequence[_Single]) -> bool:
        """Save the answers in one transaction. Return whether that worked."""
        pages = [each for each in reports if isinstance(each, AccountsListed)]
        accounts = [account for page in pages for account in page.accounts]
        roles_only = {a.id for page in pages if page.roles_only for a in page.accounts}
        sets = {
            each.account_id: each.permission_sets
            for each in reports
            if isinstance(each, PermissionSetsListed) and not each.from_cache
        }
        failed = [each for each in reports if isinstance(each, AccountFailed)]
        refused = {each.account_id for each in failed if means_no_assignment(each.error)}
        if not accounts and not sets and not refused:
            return True
        return self.cache.save(
            self.session,
            self.number,
            self.clock(),
            accounts,
            sets,
            roles_only=roles_only,
            refused=refused,
        )

    def save_roles(self, roles: Mapping[str, Iterable[PermissionSet]]) -> bool:
        """Save all roles by account ID. Return whether that worked."""
        return self.cache.save_roles(self.session, self.number, roles)

    def keep_roles(self) -> bool:
        """Keep the roles that are saved. Return whether that worked."""
        return self.cache.keep_roles(self.session, self.number, self.clock())

    def complete(self, listed: Collection[str], since: datetime) -> None:
        """Complete the crawl. `listed` are the IDs of the accounts that were listed here, from
        `since` on.
        """
        now = self.clock()
        self.cache.complete(self.session, self.number, now, listed=listed, since=since)


class Reporter:
    """Saves reports and passes them on as events.

    `on_event` is called on the thread that calls `run`; `progress` may be read on any thread.
    """

    def __init__(
        self,
        record: CrawlRecord,
        monotonic: Callable[[], float],
        on_event: Callable[[CrawlEvent], None],
    ) -> None:
        self.progress = Progress()
        self.emitted_at = monotonic()  # the last event; before it, the start
        self._record = record
        self._monotonic = monotonic
        self._on_event = on_event
        self._waiting: dict[str, bool] = {}  # calls, and whether the rate is the reason
        self._began_at = record.clock()
        self._ids: set[str] = set()  # of the accounts
        self._listed = self._total = self._failed = 0
        self._is_complete = False
        self._is_saved = True
        self._lost_in_a_row = 0
        self._accounts_error: ServiceError | None = None
        self._roles: dict[str, list[PermissionSet]] = {}
        self._role_pages = self._role_count = 0
        self._are_roles_complete = False
        self._answered_at: deque[float] = deque(maxlen=_MEASURED)

    def run(
        self,
        reports: queue.SimpleQueue[Report],
        jobs: int,
        stopped: threading.Event,
        unsaved: threading.Semaphore,
    ) -> None:
        """Handle reports until all jobs are done or `stopped` is set.

        `unsaved` is released once for each saved answer. Raises the error of the listing and any
        exception that a worker reports.
        """
        while jobs:
            drained = _drain(reports)
            batch = [each for report in drained for each in _single(report)]
            self._is_saved &= self._record.save(batch)
            if answers := sum(map(_is_answer, drained)):
                unsaved.release(answers)
            for report in batch:
                if stopped.is_set():
                    return
                jobs -= report is CrawlSignal.JOB_DONE
                self._handle(report)
        if self._accounts_error is not None:
            raise self._accounts_error
        if self._is_saved:
            self._record.complete(self._ids, self._began_at)
        self._emit(CrawlDone(self._failed))

    def _handle(self, report: _Single) -> None:
        match report:
            case CrawlSignal():
                pass
            case Exception():
                raise report
            case CallWaits(account_id, is_throttled):
                self._waiting[account_id] = is_throttled
                self._emit_waiting()
            case AccountsNotListed(error):
                self._accounts_error = error
                self._no_longer_waiting("")
            case RolesListed(roles, complete):
                self._take_roles(roles, complete)
                self._emit(report)
            case RolesNotListed(error):
                self._no_longer_waiting(ROLES)
                self._is_saved &= self._record.keep_roles()
                # Without the scopes or the tenant, trying again changes nothing.
                if isinstance(error, ServiceError) and self._accounts_error is None:
                    self._accounts_error = error
                self._emit(report)
            case _:
                self._count(report)
                self._emit(report)

    def _count(self, event: CrawlEvent) -> None:
        match event:
            case AccountsListed(accounts, complete):
                self._total += len(accounts)
                self._ids.update(account.id for account in accounts)
                self._is_complete = complete
                self._no_longer_waiting("")
            case PermissionSetsListed(account_id, _, from_cache):
                self._listed += 1
                self._lost_in_a_row = 0
                if not from_cache:
                    self._answered_at.append(self._monotonic())
                self._no_longer_waiting(account_id)
            case AccountFailed(account_id, error):
                self._no_longer_waiting(account_id)
                # If AWS cannot be reached or fails, marking each account as failed would be wrong.
                is_outage = isinstance(error, TRANSIENT_ERRORS)
                self._lost_in_a_row = self._lost_in_a_row + 1 if is_outage else 0
                if self._lost_in_a_row >= _OUTAGE:
                    raise error
                self._failed += 1

    def _take_roles(self, roles: Sequence[Assignment], complete: bool) -> None:
        """Count a page, and save all once they are there: a listing begins at the first page."""
        self._no_longer_waiting(ROLES)
        self._role_pages += not complete
        self._role_count += len(roles)
        for role in roles:
            self._roles.setdefault(role.account.id, []).append(role.permission_set)
        if complete:
            self._are_roles_complete = True
            self._is_saved &= self._record.save_roles(self._roles)

    def _no_longer_waiting(self, account_id: str) -> None:
        if self._waiting.pop(account_id, None) is not None:
            self._emit_waiting()

    def _emit_waiting(self) -> None:
        self._emit(CallsWaiting(self._throttled, self._repeated))

    @property
    def _throttled(self) -> int:
        return sum(self._waiting.values())

    @property
    def _repeated(self) -> int:
        return len(self._waiting) - self._throttled

    def _emit(self, event: CrawlEvent) -> None:
        self.progress = Progress(
            listed=self._listed,
            total=self._total,
            complete=self._is_complete,
            waiting=self._throttled,
            repeated=self._repeated,
            failed=self._failed,
            seconds_left=self._seconds_left(),
            roles=self._role_count,
            role_pages=self._role_pages,
            roles_complete=self._are_roles_complete,
        )
        self.emitted_at = self._monotonic()
        self._on_event(event)

    def _seconds_left(self) -> float | None:
        answers = len(self._answered_at)
        if not self._is_complete or answers < _MEASURED_AT_LEAST:
            return None
        taken = self._monotonic() - self._answered_at[0]
        return (self._total - self._listed - self._failed) * taken / (answers - 1)


def _is_answer(report: Report) -> bool:
    """Whether the report is the answer to a call about one account."""
    if isinstance(report, PermissionSetsListed):
        return not report.from_cache
    return isinstance(report, AccountFailed)


def _single(report: Report) -> Sequence[_Single]:
    """Return the events that a report stands for. They are saved together: no call made them."""
    if not isinstance(report, AccountsOfRoles):
        return [report]
    none = [PermissionSetsListed(account.id, ()) for account in report.accounts]
    return [AccountsListed(report.accounts, complete=False, roles_only=True), *none]


def _drain(reports: queue.SimpleQueue[Report]) -> list[Report]:
    """Return all waiting reports; if there are none, wait for the next."""
    batch = [reports.get()]
    with suppress(queue.Empty):
        while True:
            batch.append(reports.get_nowait())
    return batch

"""What a sign-in can reach: every account, and every account's permission sets.

The portal lists permission sets one account at a time, so an organisation of 10,000 takes minutes
whoever asks. A crawl therefore tells what it has as it comes, asks first for what is looked at, and
loses nothing to a 429, an account that fails, or a token that ends.
"""

from __future__ import annotations

import queue
import threading
from collections import OrderedDict, deque
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from functools import partial
from typing import Final

from rolecall.aws.portal import Portal
from rolecall.aws.session import Clients
from rolecall.domain.errors import RolecallError, ServiceError, Unreachable
from rolecall.domain.model import AccessToken, Account, PermissionSet, SsoSession
from rolecall.services.pacing import Pace
from rolecall.services.patience import Cancelled, Patience

WORKERS: Final = 8


@dataclass(frozen=True, slots=True)
class AccountsListed:
    """A page of accounts. `complete`: it was the last one."""

    accounts: tuple[Account, ...]
    complete: bool


@dataclass(frozen=True, slots=True)
class PermissionSetsListed:
    account_id: str
    permission_sets: tuple[PermissionSet, ...]


@dataclass(frozen=True, slots=True)
class AccountFailed:
    account_id: str
    error: RolecallError


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many calls wait on AWS's rate limit."""

    count: int


@dataclass(frozen=True, slots=True)
class CrawlDone:
    """The last event of a crawl that ran to its end."""

    failed: int


Event = AccountsListed | PermissionSetsListed | AccountFailed | Waiting | CrawlDone


class InventoryService:
    """`monotonic` is in seconds."""

    def __init__(self, clients: Clients, monotonic: Callable[[], float]) -> None:
        self._clients = clients
        self._monotonic = monotonic
        self._paces: dict[str, Pace] = {}

    def crawl(self, session: SsoSession, token: AccessToken, known: Collection[str] = ()) -> Crawl:
        """A crawl to `run`. Accounts in `known` are listed, their permission sets not asked for."""
        portal = partial(self._portal, session)
        return Crawl(portal, token, self._pace(session), self._monotonic, frozenset(known))

    def permission_sets(
        self,
        session: SsoSession,
        token: AccessToken,
        account_id: str,
        cancelled: threading.Event | None = None,
    ) -> list[PermissionSet]:
        """One account's, as after a failure. Raises ServiceError, SignInNeeded, RegionInvalid.

        Raises Cancelled once `cancelled` is set.
        """
        portal = self._portal(session)
        patience = Patience(self._pace(session), self._monotonic, cancelled or threading.Event())
        return portal.permission_sets(token, account_id, patience)

    def _portal(self, session: SsoSession) -> Portal:
        return Portal(self._clients.portal(session.region), session)

    def _pace(self, session: SsoSession) -> Pace:
        """One a session: the service counts all of its calls together."""
        return self._paces.setdefault(session.cache_key, Pace(self._monotonic))


class Crawl:
    """One pass over all accounts. `run` blocks; the rest may be called from any thread."""

    def __init__(
        self,
        portal: Callable[[], Portal],
        token: AccessToken,
        pace: Pace,
        monotonic: Callable[[], float],
        known: frozenset[str],
    ) -> None:
        self._make_portal = portal
        self._token = token
        self._pace = pace
        self._monotonic = monotonic
        self._known = known
        self._stopped = threading.Event()
        self._todo = _Todo()
        self._reports: queue.SimpleQueue[_Report] = queue.SimpleQueue()

    def run(self, on_event: Callable[[Event], None]) -> None:
        """List everything; `on_event` is called on this thread alone.

        Returns when all is listed, or at once after `cancel`. Raises SignInNeeded where the token
        ended, and ServiceError where the accounts cannot be listed or nothing answers any more;
        what was told by then stays true, and a new crawl goes on from there with `known`. Raises
        RegionInvalid.
        """
        portal = self._make_portal()
        jobs = [self._list_accounts, *[self._list_permission_sets] * WORKERS]
        for job in jobs:
            work = partial(self._work, job, portal)
            threading.Thread(target=work, name="crawl", daemon=True).start()
        try:
            _Telling(on_event).tell(self._reports, len(jobs), self._stopped)
        finally:
            self.cancel()

    def cancel(self) -> None:
        """Stop at once. Calls under way are left to end by themselves, unheard."""
        self._stopped.set()
        self._todo.close()
        self._reports.put(_WAKE_UP)

    def prefer(self, account_ids: Sequence[str]) -> None:
        """What is looked at now, the most wanted first; takes the place of the last such list."""
        self._todo.prefer(account_ids)

    def _work(self, job: Callable[[Portal], None], portal: Portal) -> None:
        try:
            with suppress(Cancelled):
                job(portal)
        except Exception as error:  # to be raised where somebody sees it
            self._reports.put(error)
        finally:
            self._reports.put(_JOB_DONE)

    def _list_accounts(self, portal: Portal) -> None:
        try:
            for page in portal.accounts(self._token, self._patience("")):
                self._todo.add(account.id for account in page if account.id not in self._known)
                self._reports.put(AccountsListed(tuple(page), complete=False))
        except ServiceError as error:
            self._reports.put(_AccountsFailed(error))
        else:
            self._reports.put(AccountsListed((), complete=True))
        finally:
            self._todo.complete()

    def _list_permission_sets(self, portal: Portal) -> None:
        while (account_id := self._todo.take()) is not None:
            patience = self._patience(account_id)
            try:
                found = portal.permission_sets(self._token, account_id, patience)
            except ServiceError as error:
                self._reports.put(AccountFailed(account_id, error))
            else:
                self._reports.put(PermissionSetsListed(account_id, tuple(found)))

    def _patience(self, account_id: str) -> Patience:
        def on_throttled() -> None:
            self._reports.put(_Throttled(account_id))

        return Patience(self._pace, self._monotonic, self._stopped, on_throttled)


class _Signal(Enum):
    JOB_DONE = "job-done"
    WAKE_UP = "wake-up"


_JOB_DONE: Final = _Signal.JOB_DONE
_WAKE_UP: Final = _Signal.WAKE_UP


@dataclass(frozen=True, slots=True)
class _Throttled:
    """`account_id` is empty where it is the listing of accounts."""

    account_id: str


@dataclass(frozen=True, slots=True)
class _AccountsFailed:
    error: ServiceError


_Report = Event | _Throttled | _AccountsFailed | _Signal | Exception


class _Telling:
    """The crawl's reports, turned into events one after the other."""

    def __init__(self, on_event: Callable[[Event], None]) -> None:
        self._on_event = on_event
        self._waiting: set[str] = set()
        self._failed = 0
        self._lost_in_a_row = 0
        self._accounts_error: ServiceError | None = None

    def tell(
        self, reports: queue.SimpleQueue[_Report], jobs: int, stopped: threading.Event
    ) -> None:
        while jobs:
            report = reports.get()
            if stopped.is_set():
                return
            match report:
                case _Signal():
                    jobs -= report is _JOB_DONE
                case Exception():
                    raise report
                case _Throttled(account_id):
                    self._waiting.add(account_id)
                    self._on_event(Waiting(len(self._waiting)))
                case _AccountsFailed(error):
                    self._accounts_error = error
                case _:
                    self._pass_on(report)
        if self._accounts_error is not None:
            raise self._accounts_error
        self._on_event(CrawlDone(self._failed))

    def _pass_on(self, event: Event) -> None:
        match event:
            case AccountsListed():
                self._no_longer_waiting("")
            case PermissionSetsListed(account_id, _):
                self._lost_in_a_row = 0
                self._no_longer_waiting(account_id)
            case AccountFailed(account_id, error):
                self._no_longer_waiting(account_id)
                # One account that does not answer is its own affair; when none does, the line is
                # lost, and to mark every account as failed would be wrong.
                lost = isinstance(error, Unreachable)
                self._lost_in_a_row = self._lost_in_a_row + 1 if lost else 0
                if self._lost_in_a_row >= WORKERS:
                    raise error
                self._failed += 1
        self._on_event(event)

    def _no_longer_waiting(self, account_id: str) -> None:
        if account_id in self._waiting:
            self._waiting.remove(account_id)
            self._on_event(Waiting(len(self._waiting)))


class _Todo:
    """Account ids to ask about: the preferred first, then in the order they were listed."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._ids: OrderedDict[str, None] = OrderedDict()
        self._preferred: deque[str] = deque()
        self._is_complete = False
        self._is_closed = False

    def add(self, account_ids: Iterable[str]) -> None:
        with self._changed:
            self._ids.update(dict.fromkeys(account_ids))
            self._changed.notify_all()

    def complete(self) -> None:
        """No more will be added."""
        with self._changed:
            self._is_complete = True
            self._changed.notify_all()

    def close(self) -> None:
        """No more will be given out."""
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()

    def prefer(self, account_ids: Iterable[str]) -> None:
        with self._changed:
            self._preferred = deque(account_ids)

    def take(self) -> str | None:
        """The next, once there is one; None when that was all."""
        with self._changed:
            while not (self._is_closed or (self._is_complete and not self._ids)):
                if not self._ids:
                    self._changed.wait()
                    continue
                while self._preferred:
                    account_id = self._preferred.popleft()
                    if account_id in self._ids:
                        del self._ids[account_id]
                        return account_id
                return self._ids.popitem(last=False)[0]
            return None

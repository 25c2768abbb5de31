"""A crawl on its way to the screen: its events are gathered, and taken a few times a second."""

from __future__ import annotations

from collections import deque
from threading import Thread

from rolecall.domain.catalogue import Catalogue
from rolecall.domain.errors import RolecallError
from rolecall.services.inventory import (
    AccountFailed,
    AccountsListed,
    Crawl,
    CrawlDone,
    Event,
    PermissionSetsListed,
    Waiting,
)


class InventoryFeed:
    """Runs a crawl in a thread of its own.

    `error` is what ended it before its time; `done` says that nothing more will come.
    """

    def __init__(self, crawl: Crawl) -> None:
        self._crawl = crawl
        self._events: deque[Event] = deque()
        self._seen: set[str] = set()
        self.complete = False
        self.waiting = 0
        self.error: RolecallError | None = None
        self._thread = Thread(target=self._run, daemon=True, name="crawl")

    def start(self) -> None:
        self._thread.start()

    def cancel(self) -> None:
        self._crawl.cancel()

    def prefer(self, account_ids: list[str]) -> None:
        self._crawl.prefer(account_ids)

    @property
    def done(self) -> bool:
        return not self._thread.is_alive() and not self._events

    def take(self, catalogue: Catalogue) -> Catalogue:
        """The catalogue with all that has come since the last time."""
        while self._events:
            catalogue = self._apply(catalogue, self._events.popleft())
        return catalogue

    def _run(self) -> None:
        try:
            self._crawl.run(self._events.append)
        except RolecallError as error:
            self.error = error

    def _apply(self, catalogue: Catalogue, event: Event) -> Catalogue:
        match event:
            case AccountsListed():
                self._seen.update(account.id for account in event.accounts)
                catalogue = catalogue.with_accounts(event.accounts)
                if event.complete:
                    self.complete = True
                    catalogue = catalogue.only(self._seen)
            case PermissionSetsListed():
                catalogue = catalogue.with_permission_sets(event.account_id, event.permission_sets)
            case AccountFailed():
                catalogue = catalogue.with_error(event.account_id, event.error)
            case Waiting():
                self.waiting = event.count
            case CrawlDone():
                self.waiting = 0
        return catalogue

"""The events of a crawl, collected in its thread and taken by the event loop."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from threading import Thread

from rolecall.domain.inventory.catalogue import Catalogue
from rolecall.domain.question import asking
from rolecall.services.inventory.crawl import Crawl
from rolecall.services.inventory.crawl_events import (
    AccountFailed,
    CatalogueBuilder,
    CrawlEvent,
    PermissionSetsListed,
)


class CrawlFeed:
    """Runs a crawl in a thread.

    `on_wanted` is called there when the answer about the account under the cursor arrives. `error`
    is why the crawl stopped early. `done`: no more events will come.
    """

    def __init__(self, crawl: Crawl, on_wanted: Callable[[], object]) -> None:
        self.crawl = crawl
        self._on_wanted = on_wanted
        self._wanted = ""
        self._events: deque[CrawlEvent] = deque()
        self.builder = CatalogueBuilder()
        self.error: Exception | None = None
        self._thread = Thread(target=self._run, daemon=True, name="crawl")

    def start(self) -> None:
        self._thread.start()

    def cancel(self) -> None:
        self.crawl.cancel()

    def prioritise(self, account_ids: list[str]) -> None:
        """List these accounts first."""
        self._wanted = account_ids[0] if account_ids else ""
        self.crawl.prioritise(account_ids)

    @property
    def done(self) -> bool:
        return not self._thread.is_alive() and not self._events

    def take(self, catalogue: Catalogue) -> Catalogue:
        """Return the catalogue with the events since the last call."""
        self.builder.catalogue = catalogue
        while self._events:
            self.builder.add(self._events.popleft())
        return self.builder.catalogue

    def _run(self) -> None:
        try:
            with asking():
                self.crawl.run(self._receive)
        except Exception as error:  # the event loop raises all but a RolecallError
            self.error = error

    def _receive(self, event: CrawlEvent) -> None:
        self._events.append(event)
        match event:
            case PermissionSetsListed(account_id) | AccountFailed(account_id):
                if account_id == self._wanted:
                    self._on_wanted()
            case _:
                pass

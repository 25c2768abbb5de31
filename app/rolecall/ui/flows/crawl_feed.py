"""The events of a crawl, collected in its thread and taken by the event loop."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from threading import Thread

from rolecall.domain.errors import RolecallError
from rolecall.domain.inventory.catalogue import Catalogue
from rolecall.domain.question import asking
from rolecall.services.inventory.crawl import Crawl
from rolecall.services.inventory.crawl_events import (
    AccountFailed,
    CatalogueBuilder,
    CrawlEvent,
    PermissionSetsListed,
    Progress,
)


class CrawlFeed:
    """Runs a crawl in a thread.

    `on_wanted` is called in that thread when the answer about the account under the cursor arrives.
    `error` is why the crawl stopped early. `done`: no more events will come.
    """

    def __init__(self, crawl: Crawl, on_wanted: Callable[[], object]) -> None:
        self._crawl = crawl
        self._on_wanted = on_wanted
        self._wanted = ""
        self._events: deque[CrawlEvent] = deque()
        self._builder = CatalogueBuilder()
        self.error: Exception | None = None
        self._thread = Thread(target=self._run, daemon=True, name="crawl")

    def start(self) -> None:
        self._thread.start()

    def cancel(self) -> None:
        self._crawl.cancel()

    def prioritise(self, account_ids: list[str]) -> None:
        """List these accounts first."""
        self._wanted = account_ids[0] if account_ids else ""
        self._crawl.prioritise(account_ids)

    @property
    def complete(self) -> bool:
        """Whether every account is known by name."""
        return self._builder.complete

    @property
    def is_stored(self) -> bool:
        """Whether the cache could be written when the crawl began."""
        return self._crawl.is_stored

    @property
    def roles_error(self) -> RolecallError | None:
        """Why the roles of account access manager were not listed."""
        return self._builder.roles_error

    @property
    def progress(self) -> Progress:
        return self._crawl.progress()

    @property
    def done(self) -> bool:
        return not self._thread.is_alive() and not self._events

    def take(self, catalogue: Catalogue) -> Catalogue:
        """Return the catalogue with the events since the last call."""
        self._builder.catalogue = catalogue
        while self._events:
            self._builder.add(self._events.popleft())
        return self._builder.catalogue

    def _run(self) -> None:
        try:
            with asking():
                self._crawl.run(self._receive)
        except Exception as error:  # the event loop raises what is no RolecallError
            self.error = error

    def _receive(self, event: CrawlEvent) -> None:
        self._events.append(event)
        match event:
            case PermissionSetsListed(account_id) | AccountFailed(account_id):
                if account_id == self._wanted:
                    self._on_wanted()
            case _:
                pass

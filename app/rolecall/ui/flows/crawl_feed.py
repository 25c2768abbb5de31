"""A crawl on its way to the screen: its events are gathered, and taken a few times a second."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from threading import Thread

from rolecall.domain.catalogue import Catalogue
from rolecall.domain.errors import RolecallError
from rolecall.services.inventory.crawl import Crawl
from rolecall.services.inventory.events import (
    AccountFailed,
    CatalogueBuilder,
    Event,
    PermissionSetsListed,
    Progress,
)


class InventoryFeed:
    """Runs a crawl in a thread of its own.

    `wanted_came` is called, in that thread, when the answer has come that is looked at.
    `error` is what ended it before its time; `done` says that nothing more will come.
    """

    def __init__(self, crawl: Crawl, wanted_came: Callable[[], object]) -> None:
        self._crawl = crawl
        self._wanted_came = wanted_came
        self._wanted = ""
        self._events: deque[Event] = deque()
        self._builder = CatalogueBuilder()
        self.error: RolecallError | None = None
        self._thread = Thread(target=self._run, daemon=True, name="crawl")

    def start(self) -> None:
        self._thread.start()

    def cancel(self) -> None:
        self._crawl.cancel()

    def prioritise(self, account_ids: list[str]) -> None:
        self._wanted = account_ids[0] if account_ids else ""
        self._crawl.prioritise(account_ids)

    @property
    def complete(self) -> bool:
        """Whether every account is known by name."""
        return self._builder.complete

    @property
    def progress(self) -> Progress:
        return self._crawl.progress()

    @property
    def done(self) -> bool:
        return not self._thread.is_alive() and not self._events

    def take(self, catalogue: Catalogue) -> Catalogue:
        """The catalogue with all that has come since the last time."""
        self._builder.catalogue = catalogue
        while self._events:
            self._builder.add(self._events.popleft())
        return self._builder.catalogue

    def _run(self) -> None:
        try:
            self._crawl.run(self._hear)
        except RolecallError as error:
            self.error = error

    def _hear(self, event: Event) -> None:
        self._events.append(event)
        match event:
            case PermissionSetsListed(account_id) | AccountFailed(account_id):
                if account_id == self._wanted:
                    self._wanted_came()
            case _:
                pass

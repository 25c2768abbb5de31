"""The gate between the first paint and what needs the services.

Rows from the cache, and so keys for them, are there before the services are open. Work for such a
key waits at the gate.
"""

from __future__ import annotations

from asyncio import Event
from collections.abc import Callable
from typing import TYPE_CHECKING

from rolecall.domain.errors import RolecallError
from rolecall.ui.work import Work, in_thread

if TYPE_CHECKING:
    from rolecall.services.services import Services


class Gate:
    """`make` makes the services, in a thread. `has_kept_work`: work waits, or has waited."""

    def __init__(self, make: Callable[[], Services]) -> None:
        self._make = make
        self._services: Services | None = None
        self._problem: RolecallError | None = None  # why they do not open
        self._tried = Event()
        self.has_kept_work = False

    @property
    def is_open(self) -> bool:
        return self._services is not None

    @property
    def is_opening(self) -> bool:
        return not self._tried.is_set()

    @property
    def services(self) -> Services:
        """Raises RuntimeError until they are open, and HomeUnknown if they do not open."""
        if self._services is None:
            raise self._problem or RuntimeError("the services are not open yet")
        return self._services

    async def open(self) -> None:
        """Make the services: after the first paint, because that imports much."""
        try:
            self._services = await in_thread(self._make)
        except RolecallError as error:
            self._problem = error
        self._tried.set()

    async def opened(self) -> Services:
        """Wait until the services are open, and return them. Raises HomeUnknown."""
        await self._tried.wait()
        return self.services

    def keep(self, work: Work) -> Work:
        """Return work that waits for the services first. It raises HomeUnknown."""
        if self.is_open:
            return work
        self.has_kept_work = True

        async def kept() -> None:
            await self.opened()
            await work()

        return kept

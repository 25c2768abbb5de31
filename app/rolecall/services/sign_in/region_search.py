"""Find the region of an Identity Center: ask the sign-in services of several regions at once.

Only the region of the Identity Center, and those of its replicas, give a device code for its start
URL; the others refuse it. A code that nobody approves expires after some minutes.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from rolecall.domain.errors import (
    RegionNotFound,
    RolecallError,
    StartUrlUnknown,
    Unreachable,
)
from rolecall.domain.model import ClientRegistration
from rolecall.domain.question import carried, current
from rolecall.domain.records import dataclass, field

MOST_AT_ONCE: Final = 8
_TELL_EVERY: Final = 4


class Found(NamedTuple):
    """The region that knows the start URL, and the registration of this client there."""

    region: str
    registration: ClientRegistration


class Asked(NamedTuple):
    """How far a search is: `done` of `total` regions have answered; `region` is asked now."""

    done: int
    total: int
    region: str


@dataclass(slots=True)
class RegionSearch:
    """`ask` registers this client in a region, and asks for a device code there; it raises
    StartUrlUnknown if that region does not know the start URL. Run it once; `stop` may be called on
    any thread.
    """

    start_url: str
    regions: Sequence[str]
    ask: Callable[[str], ClientRegistration]
    tell: Callable[[Asked], None] = lambda _: None
    _todo: queue.SimpleQueue[str] = field(default_factory=queue.SimpleQueue, init=False)
    _answers: queue.SimpleQueue[Found | RolecallError | None] = field(
        default_factory=queue.SimpleQueue, init=False
    )
    _stopped: threading.Event = field(default_factory=threading.Event, init=False)

    def stop(self) -> None:
        """Ask no more regions, and let `run` raise."""
        self._stopped.set()
        self._answers.put(None)

    def run(self) -> Found:
        """Return the first region that knows the start URL. The calls to others are abandoned.

        Raises RegionNotFound, or what is wrong with the network if no region answers at all.
        """
        for region in self.regions:
            self._todo.put(region)
        for _ in range(min(MOST_AT_ONCE, len(self.regions))):
            threading.Thread(target=carried(self._work), name="region", daemon=True).start()
        try:
            return self._first_answer()
        finally:
            self._stopped.set()

    def _first_answer(self) -> Found:
        refusals, failures = 0, list[RolecallError]()
        for _ in self.regions:
            answer = self._answers.get()
            if isinstance(answer, Found):
                return answer
            if answer is None:
                break
            if isinstance(answer, StartUrlUnknown):
                refusals += 1
                current().note_answer()
            else:
                failures.append(answer)
            # Without a network, the other regions are not reached either.
            if not refusals and len(failures) == MOST_AT_ONCE:
                raise failures[0]
        if failures and not refusals:
            raise failures[0]
        raise RegionNotFound(self.start_url, len(self.regions), len(failures))

    def _work(self) -> None:
        while not self._stopped.is_set():
            try:
                region = self._todo.get_nowait()
            except queue.Empty:
                return
            done, total = len(self.regions) - self._todo.qsize(), len(self.regions)
            if done % _TELL_EVERY == 1 or done == total:  # each time it is painted
                self.tell(Asked(done, total, region))
            try:
                self._answers.put(Found(region, self.ask(region)))
            except RolecallError as error:
                self._answers.put(error)
            except Exception:  # a defect; without an answer, `run` would wait forever
                self._answers.put(Unreachable("RegisterClient", region, "closed"))
                raise

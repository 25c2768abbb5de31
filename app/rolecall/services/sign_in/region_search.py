"""Find the region of an Identity Center: ask the sign-in services of all regions at once.

The region of the Identity Center, and those of its replicas, give a device code for its start URL,
or say that device codes are forbidden. So do some others: there only the page of the sign-in says
`invalid_grant`. The other regions refuse the start URL. A code that nobody approves expires after
some minutes.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Final

from rolecall.domain.errors import (
    RegionNotFound,
    RolecallError,
    StartUrlUnknown,
    Unreachable,
)
from rolecall.domain.model import ClientRegistration
from rolecall.domain.question import carried, current
from rolecall.domain.records import NamedTuple, dataclass, field

MOST_AT_ONCE: Final = 8
_TELL_EVERY: Final = 4
_PATIENCE: Final = 3.0  # seconds without an answer, once a region has given a code


class Found(NamedTuple):
    """A region that does not refuse the start URL, and the registration of this client there.

    `named` is the region that the link of the code names; empty without a code.
    """

    region: str
    registration: ClientRegistration
    named: str = ""


class Asked(NamedTuple):
    """How far a search is: `done` of `total` regions have answered; `region` is asked now."""

    done: int
    total: int
    region: str


class _Sign(NamedTuple):
    """The region that the page of the portal names."""

    region: str


@dataclass(slots=True)
class RegionSearch:
    """`ask` registers this client in a region, and asks for a device code there; it raises
    StartUrlUnknown if that region refuses the start URL. `read_page` returns the region that the
    page of the portal names, or "". Run it once; `stop` may be called on any thread.
    """

    start_url: str
    regions: Sequence[str]
    ask: Callable[[str], Found]
    tell: Callable[[Asked], None] = lambda _: None
    read_page: Callable[[], str] = str
    _todo: queue.SimpleQueue[str] = field(default_factory=queue.SimpleQueue, init=False)
    _answers: queue.SimpleQueue[Found | _Sign | RolecallError | None] = field(
        default_factory=queue.SimpleQueue, init=False
    )
    _stopped: threading.Event = field(default_factory=threading.Event, init=False)
    _found: dict[str, Found] = field(default_factory=dict, init=False)
    _failures: list[RolecallError] = field(default_factory=list, init=False)
    _refusals: int = field(default=0, init=False)
    _has_read_page: bool = field(default=False, init=False)
    _named: str = field(default="", init=False)  # the region that a page of AWS names

    def stop(self) -> None:
        """Stop asking regions, and let `run` raise."""
        self._stopped.set()
        self._answers.put(None)

    def run(self) -> list[Found]:
        """Return the regions that do not refuse it, the most likely first. If a page of AWS names
        one of them, it is the only one, and calls to others are abandoned.

        Raises RegionNotFound, or what is wrong with the network if no region answers at all.
        """
        for region in self.regions:
            self._todo.put(region)
        workers = [self._work] * min(MOST_AT_ONCE, len(self.regions))
        for work in (*workers, self._read_page):
            threading.Thread(target=carried(work), name="region", daemon=True).start()
        try:
            return self._all_found()
        finally:
            self._stopped.set()

    def _all_found(self) -> list[Found]:
        while self._waits():
            try:
                answer = self._answers.get(timeout=_PATIENCE if self._found else None)
            except queue.Empty:
                break
            if answer is None:
                self._found.clear()
                break
            self._take(answer)
            if self._named in self._found:
                return [self._found[self._named]]
            # Without a network, the other regions are not reached either.
            if not (self._refusals or self._found) and len(self._failures) == MOST_AT_ONCE:
                raise self._failures[0]
        if self._found:
            return sorted(self._found.values(), key=lambda it: self.regions.index(it.region))
        if self._failures and not self._refusals:
            raise self._failures[0]
        raise RegionNotFound(self.start_url, len(self.regions), len(self._failures))

    def _waits(self) -> bool:
        """Return whether an answer can still change what is found."""
        answered = len(self._found) + self._refusals + len(self._failures)
        return answered < len(self.regions) or (len(self._found) > 1 and not self._has_read_page)

    def _take(self, answer: Found | _Sign | RolecallError) -> None:
        if isinstance(answer, _Sign):
            self._named, self._has_read_page = answer.region or self._named, True
        elif isinstance(answer, Found):
            self._found[answer.region] = answer
            if answer.named in self.regions and answer.named != answer.region:
                self._named = answer.named
        elif isinstance(answer, StartUrlUnknown):
            self._refusals += 1
            current().note_answer()
        else:
            self._failures.append(answer)

    def _read_page(self) -> None:
        region = ""
        try:
            with suppress(RolecallError):
                region = self.read_page()
        finally:
            self._answers.put(_Sign(region))

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
                self._answers.put(self.ask(region))
            except RolecallError as error:
                self._answers.put(error)
            except Exception:  # a defect; without an answer, `run` would wait forever
                self._answers.put(Unreachable("RegisterClient", region, "closed"))
                raise

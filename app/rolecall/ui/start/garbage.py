"""The garbage collector and the interpreter, set so that the screen does not stall."""

from __future__ import annotations

import gc
import sys
from typing import Final

from textual.css.scalar import Scalar
from textual.geometry import Region

# Seconds until a thread of a crawl lets the event loop run; Python's 5 ms add up to a stall.
_SWITCH_INTERVAL: Final = 0.0005
# A table makes many short-lived strips. With Python's own thresholds almost every key in the filter
# started a collection.
_THRESHOLD: Final = (10_000, 50, 50)
_YOUNG: Final = 2_000  # new objects; fewer are not worth a collection before Python's own
_OLDER: Final = 10  # so many collections of new objects come before one of older objects,
_OLDEST: Final = 2  # and so many of those before one of all objects since a calm moment
CALM_TICKS: Final = 3  # seconds without a key
_SHARE: Final = 0.1  # once this share of all objects is new, everything is collected


def start_collecting() -> None:
    """Start the collector, which is off until the first paint."""
    sys.setswitchinterval(_SWITCH_INTERVAL)
    gc.set_threshold(*_THRESHOLD)
    gc.freeze()
    gc.enable()


class KeyCollector:
    """Collects the garbage of the last keys once the terminal has shown their frame, mostly in less
    than a millisecond. Otherwise Python does it while it handles a key.

    Closed screens are old: without a calm moment, 5,000 keys left 70 MB of them. Once one has
    closed, all is collected that is new since a calm moment, in 5 to 15 ms: if several wait for
    that, the memory that they fill is not given back.
    """

    def __init__(self) -> None:
        self._has_closed = False

    def note_closed(self) -> None:
        """A screen has closed, or another one is shown."""
        self._has_closed = True

    def collect(self) -> None:
        young, older, oldest = gc.get_count()
        if gc.isenabled() and young > _YOUNG:
            collects_all = self._has_closed or oldest > _OLDEST
            self._has_closed = False
            gc.collect(2 if collects_all else 1 if older > _OLDER else 0)


after_keys: Final = KeyCollector()


class CalmCollector:
    """Collects garbage once no key has come for a moment, because that stops the screen.

    What is not freed is left out of later collections, until a tenth of all objects is new: with
    ten thousand accounts, collecting everything takes a quarter of a second. `tick` is to be called
    once a second.
    """

    def __init__(self) -> None:
        self._calm_ticks = 0
        self._objects = 0  # after the last collection of everything
        self._new = 0  # excluded since then

    def wait_for_calm(self) -> None:
        self._calm_ticks = 0

    def tick(self) -> None:
        self._calm_ticks += 1
        if self._calm_ticks == CALM_TICKS:
            _forget_regions()
            self._collect()

    def _collect(self) -> None:
        gc.collect()
        self._new += _freeze()
        if self._new > _SHARE * self._objects:
            gc.unfreeze()  # closed screens and old rows may be among what was excluded before
            gc.collect()
            self._objects, self._new = _freeze(), 0


def _freeze() -> int:
    """Leave all objects out of later collections. Returns how many there were.

    `gc.get_objects` would also refer to a tuple that another thread is just building, which ends
    with a SystemError there (https://github.com/python/cpython/issues/59313).
    """
    before = gc.get_freeze_count()
    gc.freeze()
    return gc.get_freeze_count() - before


def _forget_regions() -> None:
    """Empty Textual's caches of regions and lengths, which many resizes fill with 7 MB."""
    for each in (*vars(Region).values(), Scalar.resolve):
        if hasattr(each, "cache_clear"):
            each.cache_clear()

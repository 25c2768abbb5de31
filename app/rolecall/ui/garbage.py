"""The garbage collector and the interpreter, set so that the screen does not stall."""

from __future__ import annotations

import gc
import sys
from typing import Final

# Seconds until a thread of a crawl lets the event loop run; Python's 5 ms add up to a stall.
_SWITCH_INTERVAL: Final = 0.0005
# A table makes many short-lived strips. With Python's own thresholds almost every key in the filter
# started a collection.
_THRESHOLD: Final = (50_000, 10, 50)


def start_collecting() -> None:
    """Start the collector, which is off until the first paint."""
    sys.setswitchinterval(_SWITCH_INTERVAL)
    gc.set_threshold(*_THRESHOLD)
    freeze()
    gc.enable()


def freeze() -> None:
    """Exclude all objects that exist now from collections.

    With ten thousand accounts a collection of them stops the screen for a tenth of a second.
    """
    gc.freeze()

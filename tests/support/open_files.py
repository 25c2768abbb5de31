"""The files that this process has open."""

from __future__ import annotations

import os
from collections import Counter
from contextlib import suppress


def open_files() -> Counter[str]:
    """Return what is open, by path or by kind, and how often.

    Sockets are left out: threads of earlier tests may still open and close some.
    """
    found: list[str] = []
    for number in os.listdir("/proc/self/fd"):  # noqa: PTH208 - numbers
        with suppress(FileNotFoundError):  # closed since
            found.append(os.readlink(f"/proc/self/fd/{number}"))  # noqa: PTH115 - `pipe:[1]`
    return Counter(each for each in found if not each.startswith("socket:"))

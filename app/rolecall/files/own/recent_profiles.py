"""When each profile was last switched to: one line of text for each switch, the newest last.

Nothing here raises: a use that cannot be written is not recorded.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from typing import Final

from rolecall.files.read import read_or_nothing
from rolecall.files.safe.folders import opened_to_append

_FILE: Final = "recent-profiles"
_MAX_SIZE: Final = 65_536  # bytes
_KEPT: Final = 500  # profiles


def note_use(state: str, name: str) -> None:
    """Record that a shell has just switched to the profile."""
    path = f"{state}/{_FILE}"
    line = f"{time.time():.0f} {name}\n".encode("utf-8", "surrogateescape")
    with contextlib.suppress(OSError):
        file = opened_to_append(path)
        try:
            os.write(file, line)
            if os.fstat(file).st_size > _MAX_SIZE:
                _shorten(path, file)
        finally:
            os.close(file)


def last_uses(state: str) -> dict[str, float]:
    """Return when each profile was last switched to, in seconds since the epoch."""
    text = read_or_nothing(f"{state}/{_FILE}").decode("utf-8", "surrogateescape")
    found = {}
    for line in text.split("\n"):
        when, _, name = line.partition(" ")
        if name and when.isdecimal():
            found[name] = float(when)
    return found


def _shorten(path: str, file: int) -> None:
    """Keep the last use of the most recent profiles, unless another process does this now."""
    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    state = os.path.dirname(path)
    kept = sorted(last_uses(state).items(), key=lambda item: item[1])[-_KEPT:]
    text = "".join(f"{when:.0f} {name}\n" for name, when in kept)
    new = f"{path}.new"  # overwritten if a killed run left it
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC | os.O_NOFOLLOW
    with open(os.open(new, flags, 0o600), "wb") as written:
        written.write(text.encode("utf-8", "surrogateescape"))
    os.replace(new, path)

"""No core dumps of a process that has secrets in its memory.

Programs that it starts for the user get the user's own limit: the commands of `exec`, `serve`, `!`
and actions, and the editor, the browser and the pager. Programs for its own use keep its limit.
"""

from __future__ import annotations

import resource
from _thread import allocate_lock  # without the import of threading, for the commands of prompts
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_CORE = resource.RLIMIT_CORE
_of_user = resource.getrlimit(_CORE)
_lock = allocate_lock()


def forbid() -> None:
    """Forbid core dumps of this process. Programs that it starts inherit the limit."""
    _set((0, _of_user[1]))


@contextmanager
def allowed() -> Iterator[None]:
    """Restore the limit of the user, for a program that is started in this block.

    The limit is that of the process, so threads take turns. Wait for the program's end elsewhere.
    """
    with _lock:
        before = resource.getrlimit(_CORE)
        _set(_of_user)
        try:
            yield
        finally:
            _set(before)


def _set(limits: tuple[int, int]) -> None:
    with suppress(OSError, ValueError):  # a sandbox may refuse it
        resource.setrlimit(_CORE, limits)

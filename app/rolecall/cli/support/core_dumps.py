"""No core dumps of a process that has secrets in its memory."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_CORE = resource.RLIMIT_CORE
_of_user = resource.getrlimit(_CORE)


def forbid() -> None:
    """Forbid core dumps of this process. Programs that it starts inherit the limit."""
    _set((0, _of_user[1]))


@contextmanager
def allowed() -> Iterator[None]:
    """Restore the limit of the user, for a command that is started in this block."""
    _set(_of_user)
    try:
        yield
    finally:
        forbid()


def _set(limits: tuple[int, int]) -> None:
    with suppress(OSError, ValueError):  # a sandbox may refuse it
        resource.setrlimit(_CORE, limits)

"""No core dumps of a process that has secrets in its memory."""

from __future__ import annotations

import resource
from contextlib import suppress

_CORE = resource.RLIMIT_CORE
_of_user = resource.getrlimit(_CORE)


def forbid() -> None:
    """Forbid core dumps of this process. Programs that it starts inherit this."""
    resource.setrlimit(_CORE, (0, _of_user[1]))


def allow(process: int = 0) -> None:
    """Restore the user's limit for a process, by default this one.

    It is for a command of the user, which may dump its core as before.
    """
    with suppress(ProcessLookupError):  # it has already exited
        resource.prlimit(process, _CORE, _of_user)

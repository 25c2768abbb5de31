"""Kill a process at an exact system call."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterable

# Those that change files, and the others of a write.
CHANGES = ("open", "write", "rename", "unlink")
CALLS = (
    *(*CHANGES, "fsync", "fstat", "fchmod", "fchown", "replace", "close", "mkdir"),
    *("chmod", "ftruncate", "scandir", "stat"),
)


def in_child(action: Callable[[], None]) -> int:
    """Run the action in a forked process. Return its exit status, or minus the signal number."""
    pid = os.fork()
    if pid == 0:
        status = 99
        try:
            action()
            status = 0
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def die_at(number: int, calls: Iterable[str] = CALLS) -> None:
    """Make the process kill itself at the n-th of these system calls from now on."""
    seen = 0

    def counted(call: Callable[..., object]) -> Callable[..., object]:
        def wrapper(*args: object, **options: object) -> object:
            nonlocal seen
            seen += 1
            if seen == number:
                os.kill(os.getpid(), signal.SIGKILL)
            return call(*args, **options)

        return wrapper

    for name in calls:
        setattr(os, name, counted(getattr(os, name)))

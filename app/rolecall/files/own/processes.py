"""What the system knows of processes. Without /proc it is nothing."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import Final

_PARENT_AT: Final = 1  # fields of proc_pid_stat(5), counted after the name
_STARTED_AT: Final = 19


def started(pid: int) -> str:
    """Return when a process was started, as the system counts; empty if it does not run."""
    fields = _stat(pid)[1]
    return fields[_STARTED_AT] if len(fields) > _STARTED_AT else ""


def callers() -> str:
    """Return the names of the program that has started this one, and of its parent: `aws < sh`."""
    names: list[str] = []
    pid = os.getppid()
    for _ in range(2):
        name, fields = _stat(pid)
        if not name:
            break
        names.append(name)
        pid = int(fields[_PARENT_AT])
    return " < ".join(names)


def _stat(pid: int) -> tuple[str, list[str]]:
    """Return the name of a process and its fields; nothing if it does not run."""
    with suppress(OSError):
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
            head, _, rest = file.read().rpartition(")")
        return head.partition("(")[2], rest.split()
    return "", []

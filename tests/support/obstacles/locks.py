"""Locks of other rolecalls, and a file system without locks."""

from __future__ import annotations

import errno
import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

# Code that lets this Python process find no locks, as on some network file systems.
NO_LOCKS = """
import errno, fcntl, os
import errno
import fcntl
import pytest


def flock(*_):
    raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))
fcntl.flock = flock
"""


@contextmanager
def stopped_with_lock(
    path: Path, state: Path, purpose: str = ""
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a process that takes the lock of the file, and stop it. A kill frees the lock."""
    code = (
        "import os, signal, sys; from pathlib import Path; from rolecall.files.safe import atomic\n"
        "with atomic.lock(Path(sys.argv[1]), Path(sys.argv[2]), purpose=sys.argv[3]):\n"
        "    os.kill(os.getpid(), signal.SIGSTOP)\n"
    )
    process = subprocess.Popen([sys.executable, "-c", code, path, state, purpose])
    try:
        _, status = os.waitpid(process.pid, os.WUNTRACED)
        assert os.WIFSTOPPED(status)
        yield process
    finally:
        process.kill()
        process.wait()


def without_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every lock fail as on such a file system."""

    def fail(*_: int) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(fcntl, "flock", fail)

"""A file system without locks."""

from __future__ import annotations

import errno
import fcntl
import os

import pytest


def without_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every lock fail as on such a file system."""

    def fail(*_: int) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(fcntl, "flock", fail)

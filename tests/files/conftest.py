"""Fixtures of tests of files."""

from __future__ import annotations

import time

import pytest


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds of each wait, which takes no time."""
    found: list[float] = []
    monkeypatch.setattr(time, "sleep", found.append)
    return found

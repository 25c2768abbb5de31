"""What a start does is tested with programs, not with forks."""

from __future__ import annotations

import pytest

from tests.end_to_end.conftest import TerminalDesk


@pytest.fixture(autouse=True)
def _no_forks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(TerminalDesk, "forks", False)

"""A gate in front of a method, so that a test does something while it runs."""

from __future__ import annotations

from threading import Event

import pytest


class Gate:
    """Holds a method of a service until the test opens the gate."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, owner: object, name: str) -> None:
        self.entered, self._opened = Event(), Event()
        original = getattr(owner, name)

        def held(*args: object, **options: object) -> object:
            self.entered.set()
            self._opened.wait(20)
            return original(*args, **options)

        monkeypatch.setattr(owner, name, held)

    def open(self) -> None:
        self._opened.set()

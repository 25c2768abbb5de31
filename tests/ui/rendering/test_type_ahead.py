"""Keys that are held until their screen is there."""

from __future__ import annotations

import time

import pytest
from textual import events

from rolecall.ui.start.type_ahead import TypeAhead


def key(name: str) -> events.Key:
    return events.Key(name, name)


def test_held_keys_are_returned_in_order() -> None:
    held = TypeAhead()
    held.begin()
    assert held.hold(key("a"))
    assert held.hold(key("b"))
    assert [each.key for each in held.end()] == ["a", "b"]
    assert not held.hold(key("c"))


def test_held_keys_of_a_late_screen_are_dropped_and_never_come_after_newer_ones(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    held = TypeAhead()
    held.begin()
    assert held.hold(key("x"))
    later = time.monotonic() + 6
    monkeypatch.setattr(time, "monotonic", lambda: later)
    assert not held.hold(key("3")), "it is for the visible screen"
    assert held.end() == []


def test_a_key_that_passes_is_known_if_it_was_held_before() -> None:
    held = TypeAhead()
    assert not held.begin(passing="escape")
    assert not held.hold(key("escape"))
    held.end()
    held.begin()
    assert held.hold(key("escape"))
    assert held.begin(passing="escape")
    assert not held.begin()

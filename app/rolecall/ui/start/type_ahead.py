"""Keys and pastes that come before their screen is there.

Keys typed while a screen is being prepared belong to that screen, not to the one below. Keys typed
after a key that leaves a field belong to where it leads.
"""

from __future__ import annotations

import time
from asyncio import CancelledError
from collections.abc import Callable
from typing import Final

from textual import events

from rolecall.ui.work import Work

Typed = events.Key | events.Paste

_NEVER_HELD: Final = "ctrl+c"  # it quits at any time
_LONGEST: Final = 5.0  # seconds after which held keys are dropped


def pressed(event: Typed) -> str:
    """Return the key, or `paste`, which is no key."""
    return event.key if isinstance(event, events.Key) else "paste"


class TypeAhead:
    """Holds keys from `begin` until `end`. `turn` counts how often it began."""

    def __init__(self) -> None:
        self.turn = 0
        self._since: float | None = None
        self._until: events.Event | None = None
        self._passing = ""
        self._returned: list[Typed] = []
        self._held: list[Typed] = []

    @property
    def is_holding(self) -> bool:
        return self._since is not None and time.monotonic() - self._since < _LONGEST

    def holds(self, key: str) -> bool:
        """Whether this key must wait now."""
        return self.is_holding and key not in {_NEVER_HELD, self._passing}

    def begin(self, until: events.Key | None = None, *, passing: str = "") -> bool:
        """Hold the keys that follow; with `until`, only until this key has taken effect.

        A key that is `passing` is not held. Returns whether it is among those held already: then it
        need not wait.
        """
        if not self.is_holding:
            self.end()
            self.turn += 1
            self._since, self._until = time.monotonic(), until
        self._passing = passing or self._passing
        return any(pressed(each) == passing for each in (*self._returned, *self._held))

    @property
    def awaits_key(self) -> bool:
        """Whether a key must take effect before the held keys are delivered."""
        return self.is_holding and self._until is not None

    def ends_with(self, event: events.Event) -> bool:
        """Return whether the holding ends with this event, which has taken effect."""
        if self._until is not event:
            return False
        self._until = None
        return True

    def hold(self, event: events.Event) -> bool:
        """Hold the event if it is a key or a paste that must wait. Return whether it was held."""
        if not isinstance(event, Typed) or event.is_forwarded:
            return False
        if self.holds(pressed(event)):
            self._held.append(event)
            return True
        if not self.is_holding:
            self.end()  # too late for a screen to get them: newer keys would overtake them
        return False

    def give_back(self, event: events.Key) -> None:
        """Take back a key that a field has received. It is older than the held keys."""
        self._returned.append(events.Key(event.key, event.character))

    def extend(self) -> None:
        """Hold for as long again: what the keys wait for is still starting."""
        if self.is_holding:
            self._since = time.monotonic()

    def end(self) -> list[Typed]:
        """Stop holding keys and return what was typed and pasted in the meantime."""
        keys = [*self._returned, *self._held]
        self._since, self._until, self._returned, self._held = None, None, [], []
        self._passing = ""
        return keys

    def hold_during(self, work: Work, done: Callable[[int], object]) -> Work:
        """Begin a turn, and return the work, which calls `done` with the turn when it ends."""
        self.begin()
        turn = self.turn

        async def opening() -> None:
            try:
                await work()
            except CancelledError:  # by other work, which opens the screen for the keys
                raise
            except BaseException:
                self.end()
                raise
            done(turn)

        return opening

"""Keys that are typed while a screen is made ready are for that screen, not for the one below; and
those behind a key that leaves a field are for where it leads.
"""

from __future__ import annotations

import time
from typing import Final

from textual import events

_NOT_HELD: Final = "ctrl+c"  # leaves, whatever is under way
_LONGEST: Final = 5.0  # seconds after which nothing is held any more


class TypeAhead:
    def __init__(self) -> None:
        self.turn = 0  # which waiting this is, or was the last
        self._since: float | None = None
        self._until: events.Event | None = None
        self._returned: list[events.Key] = []
        self._held: list[events.Key] = []

    @property
    def is_holding(self) -> bool:
        return self._since is not None and time.monotonic() - self._since < _LONGEST

    def begin(self, until: events.Key | None = None) -> None:
        """What comes next is on its way: a screen, or another place for the keyboard. `until`: what
        this key does is done.
        """
        if not self.is_holding:
            self.end()
            self.turn += 1
            self._since, self._until = time.monotonic(), until

    def ends_with(self, event: events.Event) -> bool:
        return self._until is event

    def takes(self, event: events.Event) -> bool:
        """Whether the event is a key that is to wait for it."""
        if not isinstance(event, events.Key) or event.is_forwarded or event.key == _NOT_HELD:
            return False
        if self.is_holding:
            self._held.append(event)
        return self.is_holding

    def give_back(self, event: events.Key) -> None:
        """A key that a field had been given already: older than what is held."""
        self._returned.append(events.Key(event.key, event.character))

    def end(self) -> list[events.Key]:
        """It is there, or will not come: what was typed meanwhile."""
        keys = [*self._returned, *self._held]
        self._since, self._until, self._returned, self._held = None, None, [], []
        return keys

"""Keys that are typed while a screen is made ready are for that screen, not for the one below."""

from __future__ import annotations

from textual import events

_NOT_HELD = "ctrl+c"  # leaves, whatever is under way


class TypedAhead:
    def __init__(self) -> None:
        self._held: list[events.Key] | None = None

    def begin(self) -> None:
        """A screen is on its way."""
        if self._held is None:
            self._held = []

    def takes(self, event: events.Event) -> bool:
        """Whether the event is a key that is to wait for the screen."""
        if self._held is None or not isinstance(event, events.Key):
            return False
        if event.is_forwarded or event.key == _NOT_HELD:
            return False
        self._held.append(event)
        return True

    def end(self) -> list[events.Key]:
        """The screen is there, or will not come: what was typed meanwhile."""
        held, self._held = self._held or [], None
        return held

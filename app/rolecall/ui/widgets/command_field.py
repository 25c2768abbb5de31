"""The field for a command, with the earlier ones."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events

from rolecall.ui.widgets.form_field import FormField


class CommandField(FormField):
    """↑ takes an earlier command, and ↓ a later one; after the last one comes what was typed."""

    def __init__(self, value: str, *, hint: str, earlier: Sequence[str]) -> None:
        super().__init__(value, hint=hint, id="command")
        self._earlier = earlier
        self._place = len(earlier)
        self._typed = value

    def takes(self, event: events.Key) -> bool:
        if event.key not in {"up", "down"}:
            return False
        if self._place == len(self._earlier):
            self._typed = self.value
        self._place += -1 if event.key == "up" else 1
        self._place = max(0, min(self._place, len(self._earlier)))
        self.value = [*self._earlier, self._typed][self._place]
        self.cursor_position = len(self.value)
        return True

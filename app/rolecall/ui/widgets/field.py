"""A field to type in; imported when the first is needed, for most screens need none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from textual import events
from textual.suggester import SuggestFromList
from textual.widgets import Input

from rolecall.ui.typed_ahead import TypedAhead

_LEAVING: Final = {"enter", "escape", "down", "up"}


class Field(Input):
    """Keys do what they do in the order in which they were typed: of a burst, Textual would take
    all letters first, and Backspace or Enter behind them.
    """

    def __init__(
        self,
        value: str = "",
        *,
        hint: str = "",
        suggestions: Sequence[str] = (),
        id: str | None = None,
    ) -> None:
        super().__init__(
            value,
            placeholder=hint,
            compact=True,
            select_on_focus=False,
            suggester=SuggestFromList(suggestions, case_sensitive=False) if suggestions else None,
            id=id,
        )
        self.cursor_blink = False

    async def _on_key(self, event: events.Key) -> None:
        bindings = () if event.is_printable else self._bindings.key_to_bindings.get(event.key, ())
        for binding in bindings:
            event.stop()
            event.prevent_default()
            await self.run_action(binding.action)


class FilterField(Field):
    """Some keys leave it; what is typed behind them is for where they lead."""

    def __init__(self, hint: str, typed_ahead: TypedAhead) -> None:
        super().__init__(hint=hint)
        self._typed_ahead = typed_ahead

    async def _on_key(self, event: events.Key) -> None:
        if self._typed_ahead.is_holding:
            event.stop()
            event.prevent_default()
            self._typed_ahead.give_back(event)
        elif event.key in _LEAVING:
            self._typed_ahead.begin()

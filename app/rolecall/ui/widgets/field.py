"""The text fields. Imported when the first is needed, because most screens have none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual import events
from textual.binding import BindingsMap
from textual.geometry import Size
from textual.reactive import Reactive
from textual.suggester import SuggestFromList
from textual.widgets import Input

from rolecall.ui.type_ahead import TypeAhead

_INPUT_KEYS = BindingsMap(Input.BINDINGS)


class Field(Input):
    """A field that handles keys in the order in which they were typed.

    In a burst of keys Textual would take all letters first, and Backspace or Enter after them. Keys
    typed after one that leaves the field go where that key leads.
    """

    leaving_keys: ClassVar[frozenset[str]] = frozenset()  # keys with a binding here that leave

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

    async def on_key(self, event: events.Key) -> None:
        ahead: TypeAhead | None = getattr(self.app, "type_ahead", None)
        if ahead is not None and ahead.is_holding:
            event.stop()
            event.prevent_default()
            ahead.give_back(event)
            return
        bindings = () if event.is_printable else _INPUT_KEYS.key_to_bindings.get(event.key, ())
        leaves = event.key in self.leaving_keys or not (event.is_printable or bindings)
        if ahead is not None and leaves:
            ahead.begin(event)
        for binding in bindings:
            event.stop()
            event.prevent_default()
            await self.run_action(binding.action)


class FormField(Field):
    leaving_keys = frozenset({"enter"})


class FilterField(Field):
    """Calls `changed` at once with what is typed, so that one frame shows it and what it finds.

    Its size does not depend on its contents, so that no key lays the screen out again.
    """

    leaving_keys = frozenset({"enter"})
    virtual_size: Reactive[Size] = Reactive(Size(0, 0), layout=False)

    def __init__(self, hint: str, changed: Callable[[str], None]) -> None:
        super().__init__(hint=hint)
        self._changed = changed

    def watch_value(self, value: str) -> None:
        self._changed(value)

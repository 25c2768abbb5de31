"""A field to type in; imported when the first is needed, for most screens need none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual import events
from textual.geometry import Size
from textual.reactive import Reactive
from textual.suggester import SuggestFromList
from textual.widgets import Input

from rolecall.ui.type_ahead import TypeAhead


class Field(Input):
    """Keys do what they do in the order in which they were typed: of a burst, Textual would take
    all letters first, and Backspace or Enter behind them. What is typed behind a key that leaves
    the field is for where it leads.
    """

    leaving: ClassVar[frozenset[str]] = frozenset()  # those of its own keys that do

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
        ahead: TypeAhead | None = getattr(self.app, "type_ahead", None)
        if ahead is not None and ahead.is_holding:
            event.stop()
            event.prevent_default()
            ahead.give_back(event)
            return
        bindings = () if event.is_printable else self._bindings.key_to_bindings.get(event.key, ())
        leaves = event.key in self.leaving or not (event.is_printable or bindings)
        if ahead is not None and leaves:
            ahead.begin(event)
        for binding in bindings:
            event.stop()
            event.prevent_default()
            await self.run_action(binding.action)


class FormField(Field):
    leaving = frozenset({"enter"})


class FilterField(Field):
    """`changed` is told at once what is typed, so that this and what it finds are in one frame. It
    is of one size whatever is in it, so that no key in it lays the screen out anew.
    """

    leaving = frozenset({"enter"})
    virtual_size: Reactive[Size] = Reactive(Size(0, 0), layout=False)

    def __init__(self, hint: str, changed: Callable[[str], None]) -> None:
        super().__init__(hint=hint)
        self._changed = changed

    def watch_value(self, value: str) -> None:
        self._changed(value)

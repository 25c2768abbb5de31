"""The text fields. Imported when the first is needed: most screens have none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar, Final

from rich.segment import Segment
from textual import events
from textual.binding import BindingsMap
from textual.content import Content
from textual.geometry import Region, Size
from textual.reactive import Reactive
from textual.strip import Strip
from textual.suggester import SuggestFromList
from textual.widgets import Input

from rolecall.ui.start.type_ahead import TypeAhead

_INPUT_KEYS: Final = BindingsMap(Input.BINDINGS)
_STEPS: Final = {"left": -1, "right": 1, "space": 1}


class InputField(Input):
    """A field that handles keys in the order in which they were typed.

    In a burst of keys Textual would handle all letters first, and Backspace or Enter after them.
    Keys typed after one that leaves the field go where that key leads.
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
        self._hint = Content(hint)
        self.cursor_blink = False
        self.cursor_position = len(value)

    def show_hint(self, hint: str) -> None:
        """Show this in the empty field, and say where it is cut."""
        self._hint = Content(hint)
        self._fit_hint()

    def _fit_hint(self) -> None:
        self.placeholder = self._hint.truncate(self.content_region.width, ellipsis=True).plain

    def on_resize(self) -> None:
        """Scroll to the cursor: Textual does so only when it moves."""
        self._fit_hint()
        caret = self.cursor_screen_offset.x - self.content_region.x + round(self.scroll_x)
        self.scroll_to_region(Region(caret, 0, 1, 1), force=True, animate=False)

    def takes(self, event: events.Key) -> bool:
        """Do what the key does here; return False for what it does in every field."""
        return False

    async def on_key(self, event: events.Key) -> None:
        ahead: TypeAhead | None = getattr(self.app, "type_ahead", None)
        if ahead is not None and ahead.holds(event.key):
            event.stop()
            event.prevent_default()
            ahead.give_back(event)
            return
        if self.takes(event):
            event.stop()
            event.prevent_default()
            return
        bindings = () if event.is_printable else _INPUT_KEYS.key_to_bindings.get(event.key, ())
        leaves = event.key in self.leaving_keys or not (event.is_printable or bindings)
        if ahead is not None and leaves:
            ahead.begin(event)
        for binding in bindings:
            event.stop()
            event.prevent_default()
            await self.run_action(binding.action)


class FormField(InputField):
    """A field of a form. Keys typed after Enter are for the screen that the form leads to."""

    leaving_keys = frozenset({"enter"})


class ChoiceField(FormField):
    """Space and the arrow keys go to the next choice, a letter to the next that begins with it."""

    def __init__(self, value: str, choices: Sequence[str], *, id: str) -> None:
        super().__init__(value, id=id)
        self._choices = choices

    def takes(self, event: events.Key) -> bool:
        """Keep letters from changing the value to something that is not a choice."""
        if event.key in _STEPS:
            self._show_next(self._choices, _STEPS[event.key])
        elif event.character and event.is_printable:
            letter = event.character.lower()
            self._show_next([c for c in self._choices if c.startswith(letter)], 1)
        else:
            return event.key in _INPUT_KEYS.key_to_bindings and event.key != "enter"
        return True

    def on_paste(self, event: events.Paste) -> None:
        event.prevent_default()

    def _show_next(self, choices: Sequence[str], step: int) -> None:
        if self.value in choices:
            self.value = choices[(choices.index(self.value) + step) % len(choices)]
        elif choices:
            self.value = choices[0]

    def render_line(self, y: int) -> Strip:
        style = self.rich_style
        return Strip([Segment(f"‹ {self.value} ›", style)]).adjust_cell_length(
            self.size.width, style
        )


class FilterField(InputField):
    """Calls `changed` at once with what is typed, so that one frame shows it and what it finds.

    `earlier` returns the filter before the one in the field, or "". `right` is called for → at the
    end of the text. No key changes its size, which
    would lay the screen out again.
    """

    leaving_keys = frozenset({"enter"})
    virtual_size: Reactive[Size] = Reactive(Size(0, 0), layout=False)

    def __init__(
        self,
        hint: str,
        changed: Callable[[str], None],
        earlier: Callable[[], str],
        right: Callable[[], None] | None = None,
    ) -> None:
        super().__init__(hint=hint)
        self._changed = changed
        self._earlier = earlier
        self._right = right

    def takes(self, event: events.Key) -> bool:
        if event.key == "right" and self._right and self.cursor_position == len(self.value):
            self._right()
            return True
        if event.key != "up" or not (earlier := self._earlier()):
            return False
        self.value = earlier
        self.cursor_position = len(earlier)
        return True

    def watch_value(self, value: str) -> None:
        self._changed(value)

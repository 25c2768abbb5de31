"""A field with a few choices, which keys go through."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rich.segment import Segment
from textual import events
from textual.strip import Strip

from rolecall.ui.widgets.fields.input_field import INPUT_KEYS, FormField

_STEPS: Final = {"left": -1, "right": 1, "space": 1}


class ChoiceField(FormField):
    """Space and the arrow keys go to the next choice, a letter to the next that begins with it."""

    def __init__(self, value: str, choices: Sequence[str], *, id: str) -> None:
        super().__init__(value, id=id)
        self._choices = choices

    def takes(self, event: events.Key) -> bool:
        """Let no letter change the value to what is no choice."""
        if event.key in _STEPS:
            self._show_next(self._choices, _STEPS[event.key])
        elif event.character and event.is_printable:
            letter = event.character.lower()
            self._show_next([c for c in self._choices if c.startswith(letter)], 1)
        else:
            return event.key in INPUT_KEYS.key_to_bindings and event.key != "enter"
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

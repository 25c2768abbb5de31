"""The field for a code that is pasted."""

from __future__ import annotations

from collections.abc import Container

from textual import events

from rolecall.domain.sign_in.login_code import without_spaces
from rolecall.ui.widgets.fields.input_field import FormField


class CodeField(FormField):
    """Takes all lines of a paste, without spaces and line breaks: a code has none."""

    def on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        self.insert_text_at_cursor(without_spaces(event.text))

    def fill(self, pasted: str) -> None:
        """Replace what was typed with a paste that no field has taken."""
        self.value = without_spaces(pasted)
        self.cursor_position = len(self.value)

    def begin_with(self, event: events.Key, bound: Container[str]) -> bool:
        """Take a letter that is not bound, and the focus with it. Returns whether it did.

        A terminal may send a paste as keys. A code begins with `c`.
        """
        if not event.is_printable or not event.character or event.key in bound:
            return False
        self.screen.set_focus(self)
        self.insert_text_at_cursor(event.character)
        return True

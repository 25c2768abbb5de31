"""The field for a code that is pasted."""

from __future__ import annotations

from textual import events

from rolecall.domain.login_code import without_spaces
from rolecall.ui.widgets.form_field import FormField


class CodeField(FormField):
    """Takes all lines of a paste, without spaces and line breaks: a code has none."""

    def on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        self.insert_text_at_cursor(without_spaces(event.text))

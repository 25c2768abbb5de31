"""The filter: shown when asked for, gone when empty."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input, Static

from rolecall.ui import strings


class FilterBar(Horizontal):
    """Typing filters at once; Enter and ↓ go back to the table, Esc clears and goes back."""

    class Changed(Message):
        def __init__(self, query: str) -> None:
            super().__init__()
            self.query = query

    class Left(Message):
        """The keyboard goes back to the table; `submitted` by Enter, rather than by an arrow."""

        def __init__(self, submitted: bool) -> None:
            super().__init__()
            self.submitted = submitted

    def compose(self) -> ComposeResult:
        yield Static("/", id="slash", markup=False)
        field = Input(placeholder=strings.FILTER, compact=True, select_on_focus=False)
        field.cursor_blink = False
        yield field

    @property
    def query_text(self) -> str:
        return self._field.value

    @property
    def _field(self) -> Input:
        return self.query_one(Input)

    def open(self) -> None:
        self.display = True
        self._field.focus()

    def close(self) -> None:
        """Clears the filter and takes the bar away."""
        self._field.value = ""
        self.display = False

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self.post_message(self.Changed(event.value))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self._leave(submitted=True)

    def on_key(self, event: events.Key) -> None:
        if event.key == "escape":
            event.stop()
            self._field.value = ""
            self._leave()
        elif event.key in {"down", "up"}:
            event.stop()
            self._leave()

    def _leave(self, submitted: bool = False) -> None:
        if not self.query_text:
            self.display = False
        self.post_message(self.Left(submitted))

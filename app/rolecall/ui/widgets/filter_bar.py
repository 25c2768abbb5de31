"""The filter: shown when asked for, gone when empty."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual import events
from textual.containers import Horizontal
from textual.message import Message

from rolecall.presentation import table_strings

if TYPE_CHECKING:
    from textual.widgets import Input


class FilterBar(Horizontal):
    """Typing filters at once; Enter and ↓ go back to the table, Esc clears and goes back.

    `changed` is told what is typed.
    """

    class Left(Message):
        """The keyboard goes back to the table; `submitted` by Enter, rather than by an arrow."""

        def __init__(self, submitted: bool) -> None:
            super().__init__()
            self.submitted = submitted

    def __init__(self, changed: Callable[[str], None]) -> None:
        super().__init__()
        self._changed = changed
        self._field: Input | None = None

    @property
    def query_text(self) -> str:
        return self._field.value if self._field else ""

    def open(self) -> None:
        """Shows the field, which is made the first time: most screens never need one."""
        if self._field is None:
            from textual.widgets import Static

            from rolecall.ui.widgets.field import FilterField

            self._field = FilterField(table_strings.FILTER, self._changed)
            self.mount(Static("/", id="slash", markup=False), self._field)
        self.display = True
        self.screen.set_focus(self._field)  # at once: `focus()` would wait for a turn

    def close(self) -> None:
        """Clears the filter and takes the bar away."""
        if self._field is not None:
            self._field.value = ""
        self.display = False

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self._leave(submitted=True)

    def on_key(self, event: events.Key) -> None:
        if not self.display:
            return  # right after the key that closed it, and meant for the screen
        if event.key == "escape":
            event.stop()
            self.close()
            self._leave()
        elif event.key in {"down", "up"}:
            event.stop()
            self._leave()

    def _leave(self, submitted: bool = False) -> None:
        if not self.query_text:
            self.display = False
        self.post_message(self.Left(submitted))

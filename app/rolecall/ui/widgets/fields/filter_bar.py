"""The filter of a table, in the top edge of its border. It is hidden while it is empty."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from textual import events
from textual.containers import Horizontal
from textual.message import Message

if TYPE_CHECKING:
    from textual.widgets import Input

    from rolecall.ui.widgets.framed_lines import FramedLines

_LEAST: Final = 16  # cells in the edge of a border
_MOST: Final = 40


class FilterBar(Horizontal):
    """Filters with every key, and calls `changed`. Enter and ↓ return to the table; Esc also clears
    the filter. ↑ takes an earlier filter, or returns to the table if there is none.
    """

    class Left(Message):
        """The filter was left: `submitted` with Enter, `cleared` with Esc, or with an arrow key."""

        def __init__(self, submitted: bool, cleared: bool) -> None:
            super().__init__()
            self.submitted = submitted
            self.cleared = cleared

    def __init__(self, changed: Callable[[str], None], hint: str) -> None:
        super().__init__()
        self._changed = changed
        self._hint = hint
        self._field: Input | None = None
        self._earlier: list[str] = []  # filters, the last one at the end
        self._placed = (0, 0)  # the column, and how many it takes
        self._is_used = False  # a command was run for what it shows
        self.when_right: Callable[[], None] | None = None  # called for → at the end of the text

    @property
    def query_text(self) -> str:
        return self._field.value if self._field else ""

    @property
    def has_keyboard(self) -> bool:
        return self._field is not None and self.screen.focused is self._field

    @property
    def earlier(self) -> str:
        """The filter before the one in the field, or ""."""
        text, earlier = self.query_text, self._earlier
        return "".join(earlier[: earlier.index(text) if text in earlier else None][-1:])

    def note_use(self) -> None:
        """Note that a command was run for the rows shown: the next filter begins empty."""
        self._is_used = True

    def place(self, lines: FramedLines, reserved: int) -> None:
        """Put the field after the title in the top edge of the lines, or over it if there is no
        room; above lines without a border. `reserved` cells at the end stay free.
        """
        column, width = 0, self.app.size.width
        if lines.is_framed:
            column = lines.title_end
            if lines.size.width - column - reserved < _LEAST:
                column = 2
            width = max(_LEAST, min(lines.size.width - column - reserved, _MOST))
        if self._placed != (column, width):
            self._placed = column, width
            self.set_styles(f"margin-left: {column}; width: {width};")

    def open(self) -> None:
        """Show the field. A filter that was used becomes an earlier one."""
        if self._field is None:
            from textual.widgets import Static

            from rolecall.ui.widgets.fields.input_field import FilterField

            self._field = FilterField(
                self._hint, self._changed, lambda: self.earlier, self.when_right
            )
            self.mount(Static("/", id="slash", markup=False), self._field)
        elif self._is_used:
            self._clear()
        self.display = True
        self.screen.set_focus(self._field)  # at once: `focus()` would wait for a message

    def fill(self, text: str) -> None:
        self.open()
        if self._field is not None:
            self._field.value = text

    def close(self) -> None:
        self._clear()
        self.display = False

    def _clear(self) -> None:
        self._is_used = False
        if self._field is not None and (text := self._field.value):
            self._earlier = [*(each for each in self._earlier if each != text), text]
            self._field.value = ""

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self._leave(submitted=True)

    def on_key(self, event: events.Key) -> None:
        if not self.display:
            return  # a key right after the one that closed it is for the screen
        if event.key == "escape":
            event.stop()
            self.close()
            self._leave(cleared=True)
        elif event.key in {"down", "up"}:
            event.stop()
            self._leave()

    def _leave(self, submitted: bool = False, cleared: bool = False) -> None:
        if not self.query_text:
            self.display = False
        self.screen.set_focus(None)  # at once: the next key may come before the message
        self.post_message(self.Left(submitted, cleared))

"""The driver of the apps under the prompt."""

from __future__ import annotations

from typing import Final

from textual import events
from textual.drivers.linux_inline_driver import LinuxInlineDriver
from textual.message import Message

from rolecall.ui.rendering.tty_driver import TtyDriver

_CLEAR_ALL: Final = "\x1b[2J"
_CLEAR_BELOW: Final = "\x1b[J"


class InlineDriver(TtyDriver, LinuxInlineDriver):
    """Clears only what is below the prompt when the terminal is resized. Textual's clears all."""

    query = ""  # each frame ends with Textual's own query

    def start_application_mode(self) -> None:
        self.begin()
        super().start_application_mode()

    def stop_application_mode(self) -> None:
        self.write("\r")  # Textual clears from the cursor on, which may be in the field
        super().stop_application_mode()

    def write(self, data: str) -> None:
        super().write(_CLEAR_BELOW if data == _CLEAR_ALL else data)

    def process_message(self, message: Message) -> None:
        if isinstance(message, events.CursorPosition):
            self.cursor_origin = (message.x, message.y)
        super().process_message(message)

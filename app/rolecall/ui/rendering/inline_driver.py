"""The driver of the apps under the prompt."""

from __future__ import annotations

from typing import Any, Final

from textual import events
from textual.app import App
from textual.drivers.linux_inline_driver import LinuxInlineDriver
from textual.message import Message

from rolecall.terminal import last_resort
from rolecall.ui.rendering.inline_frame import InlineFrame
from rolecall.ui.rendering.tty_driver import TtyDriver, frame_options

_CLEAR_ALL: Final = "\x1b[2J"
_CLEAR_BELOW: Final = "\x1b[J"


class InlineDriver(TtyDriver, LinuxInlineDriver):
    """Clears only what is below the prompt when the terminal is resized. Textual's clears all."""

    query = ""  # each frame has its own
    leave = last_resort.LEAVE_INLINE

    def __init__(self, app: App[Any], **options: Any) -> None:
        super().__init__(app, **options)
        self.frame = InlineFrame(**frame_options())

    def start_application_mode(self) -> None:
        self.begin()
        self.frame.invalidate()
        super().start_application_mode()

    def stop_application_mode(self) -> None:
        self.write("\r")  # Textual clears from the cursor on, which may be in the field
        super().stop_application_mode()

    def write(self, data: str) -> None:
        if data == _CLEAR_ALL:
            self.frame.invalidate()
            data = _CLEAR_BELOW
        super().write(data)

    def process_message(self, message: Message) -> None:
        if isinstance(message, events.CursorPosition):
            self.cursor_origin = (message.x, message.y)
        super().process_message(message)

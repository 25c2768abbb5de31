"""A small app under the prompt: dressed as rolecall is, and gone without a trace."""

from __future__ import annotations

import os
from typing import TypeVar

from textual import events
from textual.app import App
from textual.driver import Driver
from textual.drivers.linux_inline_driver import LinuxInlineDriver
from textual.message import Message
from textual.screen import Screen

from rolecall.terminal import clipboard
from rolecall.ui import theme
from rolecall.ui.rendering.timers import ReliableTimers
from rolecall.ui.rendering.tty_driver import TtyDriver
from rolecall.ui.screens.base.paced import FlowControlledScreen

T = TypeVar("T")
_CLEAR_ALL = "\x1b[2J"
_CLEAR_BELOW = "\x1b[J"


class InlineDriver(TtyDriver, LinuxInlineDriver):
    """When the terminal is resized the stock driver clears all of it, the lines above the prompt
    too. Each frame ends with a question already.
    """

    question = ""

    def start_application_mode(self) -> None:
        self.begin()
        super().start_application_mode()

    def stop_application_mode(self) -> None:
        self.write("\r")  # what is below the cursor is cleared, and it may stand in the field
        super().stop_application_mode()

    def write(self, data: str) -> None:
        super().write(_CLEAR_BELOW if data == _CLEAR_ALL else data)

    def process_message(self, message: Message) -> None:
        if isinstance(message, events.CursorPosition):
            self.cursor_origin = (message.x, message.y)
        super().process_message(message)


class InlineApp(ReliableTimers, App[T]):
    """`failure` is the exception that ended it, where one did."""

    ENABLE_COMMAND_PALETTE = False
    INLINE_PADDING = 0

    def __init__(self, theme_setting: str = "auto") -> None:
        first = theme.first_theme(os.environ, theme_setting)
        super().__init__(ansi_color=first == theme.TERMINAL.name or None)
        theme.set_first_theme(self, first)
        self.failure: BaseException | None = None

    def _build_driver(
        self, headless: bool, inline: bool, mouse: bool, size: tuple[int, int] | None
    ) -> Driver:
        if headless:
            return super()._build_driver(headless, inline, mouse, size)
        self._driver = InlineDriver(self, mouse=mouse, size=size)
        return self._driver

    def get_default_screen(self) -> Screen[None]:
        return FlowControlledScreen(id="_default")

    def copy_to_clipboard(self, text: str) -> None:
        if self._driver is not None:
            self._driver.write(clipboard.sequences(text, os.environ))

    def _fatal_error(self) -> None:
        """Ends without the traceback that Textual would print: its locals hold tokens."""
        self.failure = self._exception
        self._close_messages_no_wait()

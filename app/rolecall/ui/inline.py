"""A small app under the prompt: dressed as rolecall is, and gone without a trace."""

from __future__ import annotations

import asyncio
import os
import signal
from typing import TypeVar

from textual.app import App
from textual.driver import Driver
from textual.drivers.linux_inline_driver import LinuxInlineDriver

from rolecall.ui import terminal, theme

T = TypeVar("T")
_CLEAR_ALL = "\x1b[2J"
_CLEAR_BELOW = "\x1b[J"


class InlineDriver(LinuxInlineDriver):
    """The stock driver asks stdout for the size, which is a pipe here, and when the terminal is
    resized it clears all of it, the lines above the prompt too.
    """

    def _get_terminal_size(self) -> tuple[int, int]:
        return terminal.size()

    def write(self, data: str) -> None:
        super().write(_CLEAR_BELOW if data == _CLEAR_ALL else data)


class InlineApp(App[T]):
    """`failure` is the exception that ended it, where one did."""

    ENABLE_COMMAND_PALETTE = False
    INLINE_PADDING = 0

    def __init__(self, theme_setting: str = "auto") -> None:
        first = theme.first_theme(os.environ, theme_setting)
        super().__init__(ansi_color=first == theme.TERMINAL.name or None)
        theme.put_on(self, first)
        self.failure: BaseException | None = None

    def _build_driver(
        self, headless: bool, inline: bool, mouse: bool, size: tuple[int, int] | None
    ) -> Driver:
        if headless:
            return super()._build_driver(headless, inline, mouse, size)
        self._driver = InlineDriver(self, mouse=mouse, size=size)
        return self._driver

    def on_mount(self) -> None:
        if not self.is_headless:
            # Textual has no handler of its own, and would leave the terminal as it is.
            for number in (signal.SIGTERM, signal.SIGHUP):
                asyncio.get_running_loop().add_signal_handler(number, self.exit)

    def _fatal_error(self) -> None:
        """Ends without the traceback that Textual would print: its locals hold tokens."""
        self.failure = self._exception
        self._close_messages_no_wait()

"""The driver of the full screen."""

from __future__ import annotations

import os
import signal
import sys
from types import FrameType
from typing import Any, Final

from textual import events
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message

from rolecall.terminal import capabilities
from rolecall.terminal.glyphs import STANDING_IN
from rolecall.ui.rendering.frame import Frame
from rolecall.ui.rendering.tty_driver import TtyDriver

_KEEP_TITLE: Final = "\x1b[22;2t"
# Emptied before, for where there is no such stack (xterm.js, and so VS Code and CloudShell).
_PUT_TITLE_BACK: Final = "\x1b]2;\x07\x1b[23;2t"
_LEAVE: Final = "\x1b[?1049l"
# mosh, GNU screen as it comes and the Linux console have no second screen to leave: the prompt
# would stand in the middle of what was shown, and what was shown (a secret, asked for) would stay.
_WIPE: Final = "\x1b[m\x1b[2J\x1b[H"


class Driver(TtyDriver, LinuxDriver):
    """Knows what stands on the terminal, and when it may not any more."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.canvas = Frame(
            erases=capabilities.erases_with_background(os.environ),
            links=capabilities.knows_links(os.environ),
            signs=STANDING_IN[capabilities.glyphs(capabilities.as_found(os.environ))],
            encoding=sys.stderr.encoding,
        )

    def start_application_mode(self) -> None:
        """The first question, too, is asked here: to see whether there are answers at all."""
        self.begin()
        self.canvas.forget()
        super().start_application_mode()  # type: ignore[no-untyped-call]
        self._watch_size()
        self._ask()
        self._loop.call_soon(self._repaint)

    def write(self, data: str) -> None:
        writer = self._writer_thread
        if writer is not None and writer.is_alive():
            super().write(_WIPE + data if data == _LEAVE else data)

    def process_message(self, message: Message) -> None:
        if isinstance(message, events.Resize):
            self._loop.call_soon_threadsafe(self._resized)
        super().process_message(message)

    def _watch_size(self) -> None:
        textual = signal.getsignal(signal.SIGWINCH)

        def resized(number: int, frame: FrameType | None) -> None:
            self._loop.call_soon_threadsafe(self._resized)
            if callable(textual):
                textual(number, frame)

        signal.signal(signal.SIGWINCH, resized)

    def _resized(self) -> None:
        """Terminals move and cut what stands on them, even where the old size comes back."""
        self.canvas.forget()
        self.pace.resized()
        self.pace.when_open(self._repaint)

    def _repaint(self) -> None:
        if self._app._running and self._app._screen_stack:
            self._app.screen.refresh()

    _titled = False

    def show_title(self, title: str | None) -> None:
        """The terminal's title, put back by None; xterm keeps the old one on a stack."""
        if title is not None:
            self.write(f"{'' if self._titled else _KEEP_TITLE}\x1b]2;{title}\x07")
        elif self._titled:
            self.write(_PUT_TITLE_BACK)
        self._titled = title is not None

    def stop_application_mode(self) -> None:
        self.show_title(None)
        super().stop_application_mode()

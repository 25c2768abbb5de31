"""The driver of the full screen."""

from __future__ import annotations

import signal
from types import FrameType
from typing import Any, Final

from textual import events, messages
from textual.app import App
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message
from textual.screen import Screen

from rolecall.terminal import capabilities, last_resort, launch
from rolecall.ui.rendering.frame import Frame
from rolecall.ui.rendering.textual_private import can_write
from rolecall.ui.rendering.tty_driver import TtyDriver, frame_options

_SAVE_TITLE: Final = "\x1b[22;2t"
# Sets an empty title first, for terminals that save none (xterm.js, in VS Code and CloudShell).
_RESTORE_TITLE: Final = "\x1b]2;\x07\x1b[23;2t"
_ENTER: Final = "\x1b[?1049h"
_LEAVE: Final = "\x1b[?1049l"
# mosh, GNU screen by default and the Linux console have no alternate screen to leave: without this
# the prompt would appear in the middle of the last frame, and a secret on it would stay.
_WIPE: Final = "\x1b[m\x1b[2J\x1b[H"


class FullScreenDriver(TtyDriver, LinuxDriver):
    """Keeps what the terminal shows, and forgets it when it may have changed."""

    def __init__(self, app: App[Any], **options: Any) -> None:
        super().__init__(app, **options)
        self.frame = Frame(**frame_options())
        self.shown: Screen[Any] | None = None  # the screen that the terminal shows
        self._has_image = False  # whether the terminal shows a launch image on its alternate screen
        self.synchronizes = False  # whether the terminal knows synchronized output (mode 2026)

    def start_application_mode(self) -> None:
        """Take the terminal, and ask it the first question, to see if it answers."""
        self.begin()
        shown = launch.shown()
        self._has_image = shown is not None and shown.is_intact
        if shown is not None and self._has_image:
            self.frame.take(shown.picture.rows, *shown.size)
        if not self.frame.has_size(*capabilities.size()) or not self._has_image:
            self.frame.invalidate()
        if shown is not None:
            shown.stop_timer()
            self.typed = shown.typed
        # Textual replaces the handler of the image, and would lose a resize before `_watch_size`.
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGWINCH])
        super().start_application_mode()  # type: ignore[no-untyped-call]
        if not can_write(self):  # Textual could not take the terminal
            self._has_terminal = False
            if shown is None:
                last_resort.forget()
            else:
                shown.is_intact = False
        elif shown is not None:
            self.attrs_before = shown.attributes  # Textual has found those of the image
            launch.hand_over()
            if not shown.is_intact:  # resized in the meantime
                self.frame.invalidate()
        self._has_image = False
        self._watch_size()
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGWINCH])
        self._ask()
        self.call_soon(self._repaint)

    def write(self, data: str) -> None:
        if self._has_image and data == _ENTER:
            return  # it is shown there, and this would clear it
        if can_write(self):
            super().write(_WIPE + data if data == _LEAVE else data)

    def suspend(self, *, job: bool = False) -> bool:
        launch.give_back()  # Textual may not have taken the terminal
        return super().suspend(job=job)

    def process_message(self, message: Message) -> None:
        if isinstance(message, events.Resize):
            self.call_soon(self._resized)
        elif isinstance(message, messages.TerminalSupportsSynchronizedOutput):
            self.synchronizes = True
        super().process_message(message)

    def _watch_size(self) -> None:
        textual = signal.getsignal(signal.SIGWINCH)

        def resized(number: int, frame: FrameType | None) -> None:
            self.call_soon(self._resized)
            if callable(textual):
                textual(number, frame)

        signal.signal(signal.SIGWINCH, resized)

    def _resized(self) -> None:
        """Paint the whole screen: a terminal moves and cuts lines, even if the old size returns."""
        self.frame.invalidate()
        self.flow_control.resized()
        self.flow_control.when_open(self._repaint)

    def _repaint(self) -> None:
        if self.app.is_running and self.app.screen_stack:
            self.app.screen.refresh()

    _has_title = False

    def show_title(self, title: str | None) -> None:
        """Set the terminal's title. None restores the old one, which xterm keeps on a stack."""
        if title is not None:
            self.write(f"{'' if self._has_title else _SAVE_TITLE}\x1b]2;{title}\x07")
        elif self._has_title:
            self.write(_RESTORE_TITLE)
        self._has_title = title is not None

    def stop_application_mode(self) -> None:
        self.show_title(None)
        super().stop_application_mode()

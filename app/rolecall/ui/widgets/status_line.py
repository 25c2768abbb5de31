"""The line above the keys: the current position, or for a moment a message."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from rich.cells import cell_len
from textual.content import Content
from textual.timer import Timer
from textual.widget import Widget

from rolecall.domain.records import NamedTuple
from rolecall.ui.rendering.textual_private import set_timer
from rolecall.ui.widgets.wrapping import signed, wrap

FLASH_SECONDS: Final = 4.0
ERROR_SECONDS: Final = 20.0
_FEW_LINES: Final = 3  # of more, a message has a short form, and a text is cut
_OTHER_ROWS: Final = 2  # the title and the keys, which a message leaves visible
_BORDER: Final = 2  # columns of the border before and after a message, as in base.tcss


class _Message(NamedTuple):
    text: str
    style: str
    seconds: float
    is_asked: bool
    about: object
    short: str


class StatusLine(Widget):
    """`flash` shows a message over the text, for some seconds or until the next key.

    A long message takes all the lines that it needs. One that nobody asked for comes back if
    another replaces it before it can be read. Over a border it is only as wide as its text: the
    rest stays visible.
    """

    set_timer = set_timer

    def __init__(self) -> None:
        super().__init__()
        self._text = ""
        self.flashed: _Message | None = None  # the same object as long as it is shown
        self._waiting: list[_Message] = []  # shown after the one that is shown now
        self._since = 0.0  # when it was shown
        self._timer: Timer | None = None
        self.is_over_border = False  # it is hidden while it has no text
        self.when_changed: Callable[[], None] = lambda: None  # called for a message, and its end

    @property
    def text(self) -> str:
        return self.flashed.text if self.flashed else self._text

    def set_text(self, text: str) -> None:
        if text != self._text:
            self._text = text
            if self.flashed is None:
                self.fit()

    def flash(
        self,
        text: str,
        style: str = "$strong",
        seconds: float = FLASH_SECONDS,
        *,
        asked: bool = True,
        about: object = None,
        short: str = "",
    ) -> None:
        """Show a message; see `Host.flash`. `short` replaces a text that is too long."""
        message, shown = _Message(text, style, seconds, asked, about, short), self.flashed
        if about is not None:
            self._waiting = [each for each in self._waiting if each.about != about]
            if shown is not None and shown.about == about:
                shown = None
        is_unread = shown is not None and time.monotonic() - self._since < FLASH_SECONDS
        if shown is None or not is_unread or shown == message:
            self._show(message)
        elif not asked:
            self._wait(message, len(self._waiting))
        else:
            if not shown.is_asked:
                self._wait(shown, 0)
            self._show(message)

    def clear(self) -> None:
        """Show the next message that waits, or the text."""
        if self._waiting:
            self._show(self._waiting.pop(0))
        elif self.flashed is not None:
            self.flashed = None
            self.when_changed()
            self.fit()

    def withdraw(self, text: str) -> None:
        """Clear the message with this text, if it is shown."""
        if self.text == text:
            self.clear()

    def _wait(self, message: _Message, place: int) -> None:
        if message not in self._waiting:
            self._waiting.insert(place, message)
            self._clear_after(FLASH_SECONDS - (time.monotonic() - self._since))

    def _show(self, message: _Message) -> None:
        self.flashed, self._since = message, time.monotonic()
        self.when_changed()
        self._clear_after(FLASH_SECONDS if self._waiting else message.seconds)
        self.fit()

    def _clear_after(self, seconds: float) -> None:
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(max(0, seconds), self.clear)

    @property
    def _border(self) -> int:
        """The columns of the border at each side of it."""
        return _BORDER if self.is_over_border and self.screen.has_class("-framed") else 0

    def _lines(self) -> list[str]:
        width = self.app.size.width - 2 - 2 * self._border
        if self.flashed is None:
            return wrap(self._text, width)[:_FEW_LINES] if self.is_over_border else [self._text]
        message = self.flashed
        lines = wrap(signed(message.text, message.style), width)
        if message.short and len(lines) > _FEW_LINES:
            lines = wrap(signed(message.short, message.style), width)
        most = max(1, self.app.size.height - _OTHER_ROWS)
        return lines if len(lines) <= most else [*lines[: most - 1], f"{lines[most - 1]} …"]

    def fit(self) -> None:
        """Take the place that the text needs. To be called after a change of the screen's size."""
        self.display = bool(self.flashed or self._text or not self.is_over_border)
        lines = self._lines()
        if self.styles.height is None or self.styles.height.value != len(lines):
            self.styles.height = len(lines)
        self.set_class(self.display and self._border > 0, "-over")
        width = min(max(map(cell_len, lines)) + 2, self.app.size.width - _BORDER)
        self.styles.width = width if self.has_class("-over") else None
        self.refresh(layout=False)

    def render(self) -> Content:
        style = self.flashed.style if self.flashed else "$muted"
        width = max(0, self.size.width - 1)
        lines = [
            Content.assemble(" ", (line, style)).truncate(width, ellipsis=True)
            for line in self._lines()
        ]
        return Content("\n").join(lines)

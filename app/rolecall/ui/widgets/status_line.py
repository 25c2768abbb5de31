"""The line above the keys: the current position, or for a moment a message."""

from __future__ import annotations

from textual.content import Content
from textual.timer import Timer
from textual.widget import Widget

from rolecall.ui.widgets.wrapping import wrap

FLASH_SECONDS = 4.0
ERROR_SECONDS = 20.0
_MOST_LINES = 3


class StatusLine(Widget):
    """`flash` shows a message over the text, for some seconds or until the next key.

    A long message takes more lines, because it may say what to do next.
    """

    def __init__(self) -> None:
        super().__init__()
        self._text = ""
        self._flash: tuple[str, str] | None = None
        self._timer: Timer | None = None
        self.is_over_border = False  # it is hidden while it has no text

    @property
    def text(self) -> str:
        return self._flash[0] if self._flash else self._text

    @property
    def flashed(self) -> tuple[str, str] | None:
        """The message and its style; the same object as long as it is shown."""
        return self._flash

    def set_text(self, text: str) -> None:
        if text != self._text:
            self._text = text
            if self._flash is None:
                self._fit()

    def flash(self, text: str, style: str = "$primary", seconds: float = FLASH_SECONDS) -> None:
        self._flash = (text, style)
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(seconds, self.clear)
        self._fit()

    def clear(self) -> None:
        if self._flash is not None:
            self._flash = None
            self._fit()

    def on_resize(self) -> None:
        self._fit()

    def _lines(self) -> list[str]:
        if self._flash is None:
            return [self._text]
        return wrap(self._flash[0], self.size.width - 2)[:_MOST_LINES]

    def _fit(self) -> None:
        self.display = bool(self._flash or self._text or not self.is_over_border)
        height = len(self._lines())
        if self.styles.height is None or self.styles.height.value != height:
            self.styles.height = height
        self.refresh(layout=False)

    def render(self) -> Content:
        style = self._flash[1] if self._flash else "$muted"
        width = max(0, self.size.width - 1)
        lines = [
            Content.assemble(" ", (line, style)).truncate(width, ellipsis=True)
            for line in self._lines()
        ]
        return Content("\n").join(lines)

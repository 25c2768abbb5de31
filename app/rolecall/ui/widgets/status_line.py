"""One line above the keys: how things stand, and for a moment what just happened."""

from __future__ import annotations

from textual.content import Content
from textual.timer import Timer
from textual.widget import Widget

from rolecall.ui.widgets.wrapping import wrap

FLASH_SECONDS = 4.0
ERROR_SECONDS = 20.0
_MOST_LINES = 3


class StatusLine(Widget):
    """`say` sets what stands there; `flash` covers it until the next key press or for a while.

    What is flashed takes more lines where one is too short, for it may say what to do next.
    """

    def __init__(self) -> None:
        super().__init__()
        self._standing = ""
        self._flash: tuple[str, str] | None = None
        self._timer: Timer | None = None

    @property
    def text(self) -> str:
        return self._flash[0] if self._flash else self._standing

    @property
    def flashed(self) -> tuple[str, str] | None:
        """What covers the line now, the same object for as long as it does."""
        return self._flash

    def set_text(self, text: str) -> None:
        if text != self._standing:
            self._standing = text
            if self._flash is None:
                self.refresh(layout=False)

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
            return [self._standing]
        return wrap(self._flash[0], self.size.width - 2)[:_MOST_LINES]

    def _fit(self) -> None:
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

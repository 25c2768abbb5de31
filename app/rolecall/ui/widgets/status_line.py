"""One line above the keys: how things stand, and for a moment what just happened."""

from __future__ import annotations

from textual.content import Content
from textual.timer import Timer
from textual.widget import Widget

FLASH_SECONDS = 8.0


class StatusLine(Widget):
    """`say` sets what stands there; `flash` covers it until the next key press or for a while."""

    def __init__(self) -> None:
        super().__init__()
        self._standing = ""
        self._flash: tuple[str, str] | None = None
        self._timer: Timer | None = None

    @property
    def text(self) -> str:
        return self._flash[0] if self._flash else self._standing

    def say(self, text: str) -> None:
        if text != self._standing:
            self._standing = text
            if self._flash is None:
                self.refresh(layout=False)

    def flash(self, text: str, style: str = "$primary") -> None:
        self._flash = (text, style)
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(FLASH_SECONDS, self.clear)
        self.refresh(layout=False)

    def clear(self) -> None:
        if self._flash is not None:
            self._flash = None
            self.refresh(layout=False)

    def render(self) -> Content:
        text, style = self._flash or (self._standing, "$muted")
        return Content.assemble(" ", (text, style)).truncate(self.size.width, ellipsis=True)

"""The time left of the access token."""

from __future__ import annotations

from textual.content import Content
from textual.widget import Widget

from rolecall.domain.time_left import Level
from rolecall.presentation import labels

_LEVEL_COLOURS = {
    Level.FINE: "$success",
    Level.SOON: "$warning",
    Level.URGENT: "bold $error",
    Level.GONE: "$muted",
}


class TokenClock(Widget):
    """Has a fixed width, so that a tick sends only its own cells and causes no layout."""

    def __init__(self) -> None:
        super().__init__()
        self._shown = ("", Level.GONE)

    def show(self, words: str, level: Level) -> None:
        """Show the time left in words; "" while it is unknown."""
        if (words, level) != self._shown:
            self._shown = (words, level)
            self.refresh(layout=False)

    def render(self) -> Content:
        words, level = self._shown
        if not words:
            return Content("")
        sign = labels.LEVEL_SIGNS[level]
        return Content.assemble((f"{sign} ", _LEVEL_COLOURS[level]), (words, "$foreground"), " ")

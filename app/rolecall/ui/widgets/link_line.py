"""A link with nothing next to it, so that a selection in the terminal takes all of it."""

from __future__ import annotations

from rich.style import Style
from rich.text import Text
from textual.widget import Widget


class LinkLine(Widget):
    """An OSC 8 link.

    If it is too long for a line, its parts fill whole lines and have the same `id`, so that a
    terminal takes them for one link.
    """

    def __init__(self) -> None:
        super().__init__()
        self._url = ""
        self._style = Style()

    @property
    def url(self) -> str:
        return self._url

    def show(self, url: str) -> None:
        self._url = url
        self._style = Style(link=url, underline=True)
        self.refresh(layout=True)

    def render(self) -> Text:
        return Text(self._url, style=self._style, overflow="fold", no_wrap=False)

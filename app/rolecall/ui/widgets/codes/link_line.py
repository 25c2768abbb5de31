"""A link with nothing next to it, so that a selection in the terminal takes all of it."""

from __future__ import annotations

import os

from rich.style import Style
from rich.text import Text
from textual.widget import Widget

from rolecall.domain.link import NO_LINK, Link
from rolecall.presentation.commands import with_keys
from rolecall.presentation.texts.sign_in_strings import BROWSER_INSTEAD, UNSAFE_LINK, open_link
from rolecall.ui.rendering.textual_private import lay_out


class LinkLine(Widget):
    """An OSC 8 link, or a text with a warning if the link is not safe to open.

    The parts of a long one fill whole lines and have the same `id`, so that a terminal takes them
    for one link.
    """

    def __init__(self) -> None:
        super().__init__()
        self.link = NO_LINK

    def show(self, link: Link) -> None:
        self.link = link
        lay_out(self)

    def open(self) -> str:
        """Open it in the browser of this machine, and return what to say about that."""
        return open_link(os.environ, self.link, with_keys(BROWSER_INSTEAD))

    def render(self) -> Text:
        link = self.link
        style = Style(link=link.url, underline=True) if link.url else Style()
        text = Text(overflow="fold", no_wrap=False)
        if link.problem:
            text.append(f"{UNSAFE_LINK[link.problem]}\n", Style(bold=True))
        return text.append(link.shown, style)

"""The base of the sign-ins under the prompt: a link that can be copied, opened or scanned."""

from __future__ import annotations

import os
from typing import ClassVar, NamedTuple

from textual.binding import Binding, BindingType
from textual.widgets import Static

from rolecall.domain.link import NO_LINK, Link
from rolecall.presentation import browser_strings, sign_in_strings
from rolecall.presentation.commands import with_keys
from rolecall.ui.rendering.flow_controlled_screen import FlowControlledScreen
from rolecall.ui.widgets.link_line import LinkLine
from rolecall.ui.widgets.qr_code import QrCode
from rolecall.ui.widgets.text_line import TextLine

_NOTE_SECONDS = 4.0  # seconds


class Room(NamedTuple):
    """The rows of a screen without a QR code, those above one, and the columns that one leaves."""

    rows: int
    above_qr: int
    next_to_qr: int


class InlineLinkScreen(FlowControlledScreen[bool]):
    """Returns whether the user has signed in. Esc cancels it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,ctrl+c,ctrl+g", "cancel", priority=True),
        Binding("y", "copy_link"),
        Binding("o", "open_browser"),
        Binding("p", "browser_here"),
    ]

    def __init__(self, *, in_browser: bool) -> None:
        """`in_browser`: the user prefers the browser of this machine."""
        super().__init__()
        self.obstacle = browser_strings.obstacle(os.environ)  # to a sign-in in the browser here
        self.in_browser = in_browser and not self.obstacle
        self._instead = ""
        if in_browser and self.obstacle:
            self._instead = browser_strings.INSTEAD.format(sentence=self.obstacle)
        self.link = LinkLine()
        self.clock = TextLine()
        self.qr = QrCode()
        self._keys = ""
        self._rows = 0  # of the screen; it only grows
        self.keys = Static("", classes="intro", markup=False)

    def on_mount(self) -> None:
        """Begin. Textual calls this after the method of the same name of a subclass."""
        self.show_link(NO_LINK)
        self.start(self._instead)

    def start(self, instead: str) -> None:
        """Begin to sign in. `instead` says why there is a code and no browser, or is empty."""
        raise NotImplementedError

    def show_link(self, link: Link) -> None:
        self.link.show(link)
        self.set_class(link.problem is not None, "untrusted")
        self.fit()

    def on_resize(self) -> None:
        self.fit()

    def fit(self) -> None:
        """Take the rows that are needed, and more for a QR code that fits. A link that only the
        browser of this machine can use has none.
        """
        columns, most = self.app.size
        room, link = self.room(), self.link.link
        free = columns - room.next_to_qr, most - room.above_qr
        has_qr = bool(link.url) and not self.in_browser
        self.qr.display = has_qr and self.qr.fit(link.url, *free)
        rows = room.rows
        if self.qr.display and self.qr.styles.height is not None:
            rows = max(rows, int(self.qr.styles.height.value) + room.above_qr)
        self._rows = min(max(rows, self._rows), most)
        self.styles.height = self._rows

    def room(self) -> Room:
        """Return the room that is needed, in a terminal as wide as it is now."""
        raise NotImplementedError

    def show_keys(self, keys: str) -> None:
        """Show other keys from now on."""
        self._keys = keys
        self.keys.update(keys, layout=False)

    def show_note(self, text: str) -> None:
        """Show a text instead of the keys, for some seconds."""
        self.keys.update(text, layout=False)
        self.set_timer(_NOTE_SECONDS, lambda: self.keys.update(self._keys, layout=False))

    def action_browser_here(self) -> None:
        if self.obstacle:
            self.show_note(self.obstacle)
        else:
            self.in_browser = True
            self.start("")

    def action_cancel(self) -> None:
        self.dismiss(False)

    def action_copy_link(self) -> None:
        if self.link.link.shown:
            self.app.copy_to_clipboard(self.link.link.shown)
            self.show_note(sign_in_strings.LINK_COPIED)

    def action_open_browser(self) -> None:
        if self.link.link.shown:
            instead = with_keys(sign_in_strings.BROWSER_INSTEAD)
            self.show_note(browser_strings.open_link(os.environ, self.link.link, instead))

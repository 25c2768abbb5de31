"""What the screens with a link share: it is copied, opened here, or read by a phone's camera."""

from __future__ import annotations

import os

from textual.widgets import Static

from rolecall.presentation import browser_strings, sign_in_strings
from rolecall.presentation.commands import with_keys
from rolecall.ui.screens.base.command import CommandScreen
from rolecall.ui.widgets.link_line import LinkLine
from rolecall.ui.widgets.qr_code import QrCode

_BESIDES = 3  # rows that stay where the QR code stands alone


class LinkScreen(CommandScreen[None]):
    def __init__(self) -> None:
        super().__init__()
        self.link = LinkLine()

    def do_copy_link(self) -> None:
        self.host.copy(self.link.url, sign_in_strings.LINK_COPIED)

    def do_open_browser(self) -> None:
        self.flash(
            browser_strings.open_link(
                os.environ, self.link.url, with_keys(sign_in_strings.BROWSER_INSTEAD)
            )
        )


class QrScreen(LinkScreen):
    """The link as a QR code too: with the rest where there is room, alone when asked for, and else
    on its key, as `#hint` says.
    """

    def __init__(self) -> None:
        super().__init__()
        self.qr = QrCode()
        self.wants_qr_alone = False

    def room_for_qr(self) -> tuple[int, int]:
        """The columns and rows that the rest of the screen leaves it."""
        raise NotImplementedError

    def on_resize(self) -> None:
        self.place_qr()

    def place_qr(self) -> None:
        url, (columns, rows) = self.link.url, self.size
        with_the_rest = bool(url) and self.qr.fit(url, *self.room_for_qr())
        alone = bool(url) and not with_the_rest and self.wants_qr_alone
        if alone:
            alone = self.qr.fit(url, columns, rows - _BESIDES)
        self.qr.display = with_the_rest or alone
        self.set_class(alone, "qr-alone")
        hint = with_keys(sign_in_strings.QR_HINT) if url and not with_the_rest else ""
        self.query_one("#hint", Static).update(hint)

    def do_show_qr(self) -> None:
        columns, rows = self.qr.smallest(self.link.url)
        if columns > self.size.width or rows > self.size.height - _BESIDES:
            self.flash(sign_in_strings.QR_TOO_BIG.format(columns=columns, rows=rows + _BESIDES))
            return
        self.wants_qr_alone = not self.wants_qr_alone
        self.place_qr()

    def step_back(self) -> None:
        """From the QR code alone to the rest, or else out."""
        if self.has_class("qr-alone"):
            self.do_show_qr()
        else:
            self.host.leave(self)

"""The base of the screens with a link, which can be copied, opened, or scanned as a QR code."""

from __future__ import annotations

from rich.cells import cell_len
from textual.widgets import Static

from rolecall.presentation.commands import Command, with_keys
from rolecall.presentation.texts import sign_in_strings
from rolecall.ui.screens.base.box import BoxScreen
from rolecall.ui.widgets.codes.link_line import LinkLine
from rolecall.ui.widgets.codes.qr_code import QrCode

_OTHER_ROWS = 3  # the border and the keys, when the QR code is shown alone
_WIDEST = 110  # columns of the box, as in box.tcss
_SIDES = 4  # columns of its border and padding


class QrScreen(BoxScreen[None]):
    """The QR code is shown if there is room. If not, `#hint` names the key that shows it alone.

    Nothing is next to a link of several lines, not even a border: the terminal can select it.
    """

    def __init__(self) -> None:
        super().__init__()
        self.link = LinkLine()
        self.qr = QrCode()
        self.qr.display = False
        self.wants_qr_alone = False
        self._is_qr_beside = False

    def do_copy_link(self) -> None:
        self.copy(self.link.link.shown, sign_in_strings.LINK_COPIED)

    def do_open_browser(self) -> None:
        self.flash(self.link.open())

    def room_for_qr(self) -> tuple[int, int]:
        """Return the free columns and rows."""
        raise NotImplementedError

    def on_resize(self) -> None:
        self.place_qr()

    @property
    def qr_url(self) -> str:
        """The link that the QR code has; empty if there is none."""
        return self.link.link.url

    @property
    def link_columns(self) -> int:
        """The columns that a line of the link may have in the box."""
        return min(self.size.width, _WIDEST) - _SIDES

    def place_qr(self) -> None:
        self.set_class(cell_len(self.link.link.shown) > self.link_columns, "-wide")
        url, (columns, rows) = self.qr_url, self.size
        with_the_rest = bool(url) and self.qr.fit(url, *self.room_for_qr())
        alone = bool(url) and not with_the_rest and self.wants_qr_alone
        if alone:
            alone = self.qr.fit(url, columns - _SIDES, rows - _OTHER_ROWS)
        self.qr.display = with_the_rest or alone
        self.set_class(alone, "qr-alone")
        hint = with_keys(sign_in_strings.QR_HINT) if url and not with_the_rest else ""
        self.query_one("#hint", Static).update(hint)
        if with_the_rest != self._is_qr_beside:
            self._is_qr_beside = with_the_rest
            self.refresh_keys()

    def offers(self, command: Command) -> bool:
        return super().offers(command) and not (command.id == "show_qr" and self._is_qr_beside)

    def do_show_qr(self) -> None:
        link = self.link.link
        if link.problem:
            self.flash(sign_in_strings.UNSAFE_LINK[link.problem])
            return
        if too_big := self.qr.too_big(link.url, self.size, (_SIDES, _OTHER_ROWS)):
            self.flash(too_big)
            return
        self.wants_qr_alone = not self.wants_qr_alone
        self.place_qr()

    def step_back(self) -> None:
        """Close the QR code if it is shown alone, otherwise the screen."""
        if self.has_class("qr-alone"):
            self.do_show_qr()
        else:
            self.flows.navigation.leave(self)

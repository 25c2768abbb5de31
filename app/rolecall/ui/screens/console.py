"""`o` and `O`: the link into the AWS console, on a line of its own and as a QR code."""

from __future__ import annotations

import os
from collections.abc import Sequence

from textual.app import ComposeResult
from textual.widgets import Static

from rolecall.domain import console
from rolecall.domain.model import SsoSession
from rolecall.domain.text import original
from rolecall.ui import browser, credential_strings, strings
from rolecall.ui.commands import Place, with_keys
from rolecall.ui.screens.command_screen import CommandScreen, bindings
from rolecall.ui.styles import stylesheets
from rolecall.ui.widgets.link_line import LinkLine
from rolecall.ui.widgets.qr_code import QrCode

_AROUND_QR = 10  # rows that the rest of the screen takes
_BESIDES = 3  # rows that stay where the code stands alone


class ConsoleScreen(CommandScreen[None]):
    """`names` say where it leads; `key` is account id and permission set; `region` CloudShell's."""

    place = Place.CONSOLE
    BINDINGS = bindings(Place.CONSOLE)
    CSS_PATH = stylesheets("credentials")

    def __init__(
        self,
        names: Sequence[str],
        session: SsoSession,
        key: tuple[str, str],
        region: str,
        *,
        cloudshell: bool,
    ) -> None:
        super().__init__()
        self._names = names
        self._session = session
        self._key = key
        self._region = original(region)
        self._is_cloudshell = cloudshell
        self._qr_alone = False
        self.link = LinkLine()
        self.qr = QrCode()

    def compose(self) -> ComposeResult:
        yield self.header
        yield Static(self.title_of(self._names), classes="title")
        yield Static("", classes="intro", markup=False)
        yield self.link
        yield self.qr
        yield Static("", id="hint", markup=False)
        yield self.status
        yield self.key_line()

    def on_mount(self) -> None:
        self.show_header()
        self.tick()
        self._show()

    def on_resize(self) -> None:
        self._place_qr()

    def _show(self) -> None:
        destination, intro = "", credential_strings.CONSOLE_INTRO
        if self._is_cloudshell:
            destination = console.destination_url(console.CLOUDSHELL, self._region)
            intro = credential_strings.CLOUDSHELL_INTRO.format(region=self._region)
        self.query_one(".intro", Static).update(intro)
        self.link.show(console.shortcut(self._session, *self._key, destination))
        self._place_qr()

    def _place_qr(self) -> None:
        """Below the link where it fits; alone when asked for; else on its key."""
        url, (columns, rows) = self.link.url, self.size
        link_rows = -(-len(url) // max(1, columns))
        below = bool(url) and self.qr.fit(url, columns, rows - _AROUND_QR - link_rows)
        alone = bool(url) and not below and self._qr_alone
        if alone:
            alone = self.qr.fit(url, columns, rows - _BESIDES)
        self.qr.display = below or alone
        self.set_class(alone, "qr-alone")
        self.query_one("#hint", Static).update("" if below else with_keys(strings.QR_HINT))

    def do_copy_link(self) -> None:
        self.rolecall.copy(self.link.url, strings.LINK_COPIED)

    def do_open_browser(self) -> None:
        self.flash(browser.open_here(os.environ, self.link.url, with_keys(strings.BROWSER_INSTEAD)))

    def do_cloudshell(self) -> None:
        """There, and back."""
        self._is_cloudshell = not self._is_cloudshell
        self._show()

    def do_show_qr(self) -> None:
        columns, rows = self.qr.smallest(self.link.url)
        if columns > self.size.width or rows > self.size.height - _BESIDES:
            self.flash(strings.QR_TOO_BIG.format(columns=columns, rows=rows + _BESIDES))
            return
        self._qr_alone = not self._qr_alone
        self._place_qr()

    def do_back(self) -> None:
        if self.has_class("qr-alone"):
            self.do_show_qr()
        else:
            self.rolecall.leave(self)

"""`o` and `O`: a link to the AWS console or to CloudShell, also as a QR code."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.widgets import Static

from rolecall.domain.credentials import console
from rolecall.domain.errors import RegionInvalid
from rolecall.domain.model import SsoSession
from rolecall.domain.text import original
from rolecall.presentation import labels
from rolecall.presentation.commands import Place
from rolecall.presentation.texts import command_strings, credential_strings
from rolecall.ui.rendering.styles import stylesheets
from rolecall.ui.screens.base.link import QrScreen

_OTHER_ROWS = 10  # the rows of the screen that are not the QR code


class ConsoleScreen(QrScreen):
    """`names` are the title. `key` is account ID and permission set. `region` is for CloudShell."""

    place = Place.CONSOLE
    CSS_PATH = stylesheets("box", "credentials")
    VERTICAL_BREAKPOINTS = [(0, "-tiny"), (13, "-tall")]  # noqa: RUF012

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

    def compose(self) -> ComposeResult:
        is_production = self.host.state.production.is_production(self._key[0])
        title = labels.SEPARATOR.join(self._names)
        with self.box(command_strings.PLACES[self.place.value], is_production=is_production):
            yield Static(self.title_of(title, is_production=is_production), classes="title")
            yield Static("", classes="intro", markup=False)
            yield self.link
            yield self.qr
            yield Static("", id="hint", markup=False)
        yield self.status
        yield self.key_line()

    def on_mount(self) -> None:
        self._show()

    def _show(self) -> None:
        destination, intro = "", credential_strings.CONSOLE_INTRO
        if self._is_cloudshell:
            try:
                destination = console.destination_url(console.CLOUDSHELL, self._region)
                intro = credential_strings.CLOUDSHELL_INTRO.format(region=self._region)
            except RegionInvalid as error:
                self.flash_error(error)
        self.query_one(".intro", Static).update(intro)
        self.link.show(console.shortcut(self._session, *self._key, destination))
        self.place_qr()

    def room_for_qr(self) -> tuple[int, int]:
        columns, rows = self.size
        link_rows = -(-len(self.link.link.shown) // max(1, columns))
        return columns, rows - _OTHER_ROWS - link_rows

    def do_cloudshell(self) -> None:
        self._is_cloudshell = not self._is_cloudshell
        self._show()

    def do_back(self) -> None:
        self.step_back()

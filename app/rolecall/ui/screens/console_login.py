"""Sign-in with console credentials, as `aws login --remote` does it: link, QR code, a field for the
code that the page in the browser shows.
"""

from __future__ import annotations

import os
from functools import partial

from rich.cells import cell_len
from textual import events, work
from textual.app import ComposeResult
from textual.widgets import Input, Static

from rolecall.domain.errors import RolecallError
from rolecall.domain.link import NO_LINK
from rolecall.domain.login_code import without_spaces
from rolecall.domain.model import LoginSession
from rolecall.domain.time_left import TimeLeft
from rolecall.presentation import browser_strings, labels, login_strings, sign_in_strings, times
from rolecall.presentation.commands import Command, Place
from rolecall.presentation.errors import explain
from rolecall.services.console_login import ConsoleLogin
from rolecall.services.sign_in_polling import wait_for_token
from rolecall.ui.screens.base.link import QrScreen
from rolecall.ui.styles import stylesheets
from rolecall.ui.threads import closing, stoppable_wait
from rolecall.ui.widgets.code_field import CodeField
from rolecall.ui.widgets.text_line import TextLine

_CODE_COLUMNS = 44  # at least, for the field
_WITH_CODE = {"approve_demo", "show_qr", "type_code"}  # commands of a sign-in with a code
_OTHER_ROWS = 11  # the rows of the screen that are not the QR code
_REST_ROWS = 14  # those that are neither the link nor what to do with it,
_SMALL_ROWS = 9  # and the least of them


class ConsoleLoginScreen(QrScreen):
    """Waits for the code, or for the browser of this machine. Closing it cancels the sign-in.

    A paste is taken wherever the cursor is, so that no key has to be pressed before it.
    """

    place = Place.CONSOLE_LOGIN
    CSS_PATH = stylesheets("console_login")

    def __init__(self, profile: str) -> None:
        super().__init__()
        self._profile = profile
        self._attempt: ConsoleLogin | None = None
        self._in_browser = False
        self._is_sending = False  # the code in the field
        self._unsaved: LoginSession | None = None  # until the user sees the question about it
        self._intro = Static("", classes="intro", markup=False)
        self.code = CodeField(hint=login_strings.PASTE_HINT)
        self.clock = TextLine()

    def compose(self) -> ComposeResult:
        yield self.header
        title = login_strings.TITLE.format(profile=self._profile)
        yield Static(title, classes="title", markup=False)
        yield self._intro
        yield self.link
        yield from self.body(self.code, self.clock)
        yield self.status
        yield self.key_line()

    def on_mount(self) -> None:
        self.show_header()
        if self.host.demo is not None:
            self.status.set_text(labels.DEMO_NOTE)
        prefers_browser = self.host.settings.prefers_browser()
        self.begin(in_browser=prefers_browser and not browser_strings.obstacle(os.environ))

    # --- the sign-in itself

    @work(exclusive=True)
    async def begin(self, *, in_browser: bool = False) -> None:
        """Show a new link. With a browser here, its answer comes by itself."""
        service = self.host.services.console_login
        self._attempt, self._in_browser, self._is_sending = None, in_browser, False
        self.link.show(NO_LINK)
        self._intro.update(browser_strings.INTRO if in_browser else login_strings.OPEN_LINK)
        self.code.display = not in_browser
        self.place_qr()
        self.clock.show(
            browser_strings.PREPARING if in_browser else login_strings.PREPARING, "$muted"
        )
        try:
            if not in_browser:
                self._take(await self.in_thread(partial(service.begin, self._profile)))
                return
            pages = browser_strings.pages()
            start = partial(service.begin_in_browser, self._profile, "", pages)
            async with closing(start) as attempt:
                self.stop_if_closed()
                self._take(attempt)
                self.do_open_browser()
                with stoppable_wait() as wait:
                    session = await self.in_thread(partial(wait_for_token, attempt, wait))
            self._done(session)
        except RolecallError as error:
            self.stop_if_closed()
            self._show_failed(error)

    def _show_failed(self, error: RolecallError) -> None:
        """Show why this link leads no further. A key makes another."""
        self._attempt = None
        self.clock.show(login_strings.failure(error), "bold $error")
        self.refresh_keys()

    def _take(self, attempt: ConsoleLogin) -> None:
        self._attempt = attempt
        self.link.show(attempt.link)
        self.clock.show("" if not self._in_browser else " ")
        self.wants_qr_alone = False
        self.place_qr()
        self.refresh_keys()
        self.tick()

    def check_code(self) -> None:
        """Send the code in the field, but not twice: it works only once."""
        if self._attempt is not None and not self._in_browser and not self._is_sending:
            self._is_sending = True
            self._send_code(self._attempt, self.code.value)

    @work(exclusive=True)
    async def _send_code(self, attempt: ConsoleLogin, pasted: str) -> None:
        """Send the code. It stays in the field if it does not fit."""
        self.clock.show(login_strings.CHECKING, "$muted")
        try:
            session = await self.in_thread(partial(attempt.finish, pasted))
        except RolecallError as error:
            self._is_sending = False
            self.clock.show(explain(error), "bold $error")
            return
        self._done(session)

    def _done(self, session: LoginSession) -> None:
        self._attempt = None  # its code has been used
        self.flows.console_login.finish(self._profile, session, self)

    def ask_when_seen(self, session: LoginSession) -> None:
        self._unsaved = session

    def show_not_saved(self, error: RolecallError) -> None:
        if self.is_open:
            self._show_failed(error)
        if not self.is_active:
            self.host.flash_error(error)

    def on_screen_resume(self) -> None:
        """Ask what could not be asked while another screen was shown."""
        session, self._unsaved = self._unsaved, None
        if session is not None:
            self._done(session)

    def tick(self) -> None:
        super().tick()
        if self._attempt is not None and self._in_browser:
            left = times.time_left(TimeLeft(max(1, int(self._attempt.remaining()))))
            self.clock.show(browser_strings.WAITING.format(left=left))

    # --- typing and pasting

    def take_key(self, event: events.Key) -> bool:
        """Begin to type in the field."""
        is_waiting = self._attempt is not None and not self._in_browser and self.focused is None
        if not is_waiting or not self.code.begin_with(event, self.active_bindings):
            return False
        self.refresh_keys()
        return True

    def on_paste(self, event: events.Paste) -> None:
        """Take a paste that no field has taken."""
        event.stop()
        if self._in_browser or self._attempt is None:
            return
        self.code.value = without_spaces(event.text)
        self.code.cursor_position = len(self.code.value)
        self.check_code()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.set_focus(None)
        self.refresh_keys()
        self.check_code()
        self.pass_on_typed_keys()

    def place_qr(self) -> None:
        """Also leave room for the field and the state, where the link would take all of it. A link
        that only the browser of this machine can use has no QR code.
        """
        columns, rows = self.size
        link_rows = -(-len(self.link.link.shown) // max(1, columns))
        intro_rows = -(-cell_len(login_strings.OPEN_LINK) // max(1, columns - 2))
        is_small = rows < link_rows + intro_rows + _REST_ROWS
        self.set_class(is_small, "-small")
        self.link.set_styles(max_height=max(1, rows - _SMALL_ROWS) if is_small else None)
        if not self._in_browser:
            super().place_qr()
            return
        self.qr.display = False
        self.set_class(False, "qr-alone")
        self.query_one("#hint", Static).update("")

    def room_for_qr(self) -> tuple[int, int]:
        """Return the room next to the field."""
        return self.size.width - _CODE_COLUMNS, self.size.height - _OTHER_ROWS

    # --- commands

    def offers(self, command: Command) -> bool:
        if self._in_browser and command.id in _WITH_CODE:
            return False
        if command.id == "approve_demo":
            return self.host.demo is not None
        return super().offers(command)

    def blocked(self, command: Command) -> str | None:
        needs_link = {"copy_link", "open_browser", "show_qr", "approve_demo", "type_code"}
        if command.id in needs_link and self._attempt is None:
            return login_strings.NO_LINK
        if command.id == "console_browser":
            return browser_strings.obstacle(os.environ) or None
        return None

    def do_type_code(self) -> None:
        self.set_focus(self.code)
        self.refresh_keys()

    def do_console_browser(self) -> None:
        self.begin(in_browser=True)

    def do_new_link(self) -> None:
        self.code.value = ""
        self.begin()

    def do_approve_demo(self) -> None:
        if self._attempt and self.host.demo:
            self.code.value = self.host.demo.log_in(self._attempt.link.url)
            self.flash(sign_in_strings.APPROVED_DEMO)
            self.check_code()

    def do_cancel(self) -> None:
        if self.is_typing:
            self.set_focus(None)
            self.refresh_keys()
        else:
            self.step_back()

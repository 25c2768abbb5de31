"""The sign-in with console credentials under the prompt: the link, and a field for the code.

On a machine with a browser, the answer can come by itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import ClassVar

from textual import events, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Input, Static

from rolecall.domain.errors import RolecallError
from rolecall.domain.link import NO_LINK
from rolecall.domain.login_code import without_spaces
from rolecall.domain.model import LoginSession
from rolecall.domain.text import safe
from rolecall.domain.time_left import TimeLeft
from rolecall.presentation import browser_strings, login_strings, times
from rolecall.presentation import switch_strings as words
from rolecall.presentation.errors import explain
from rolecall.services.console_login import ConsoleLogin, ConsoleLoginService
from rolecall.services.sign_in_polling import wait_for_token
from rolecall.ui.picker.inline_link import InlineLinkScreen, Room
from rolecall.ui.styles import stylesheets
from rolecall.ui.threads import closing, in_thread, stoppable_wait
from rolecall.ui.widgets.code_field import CodeField

_CHECK_INTERVAL = 2.0  # seconds
_OTHER_ROWS = 8  # title, two of what to do, field, two of messages, keys, a blank one
_NEXT_TO_QR = 44  # columns that the field needs


class InlineLogin(InlineLinkScreen):
    """Takes the code wherever it is pasted, also from a terminal that sends a paste as keys."""

    CSS_PATH = stylesheets("inline_login")
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "new_link"),
        Binding("enter,tab", "type_code"),
    ]

    def __init__(
        self,
        service: ConsoleLoginService,
        profile: str,
        arn: str,
        is_signed_in: Callable[[], bool],
        way_out: str,
        *,
        in_browser: bool,
    ) -> None:
        """`profile` has the login session `arn`. `is_signed_in` reads the file of that session,
        which another program may write. `in_browser`: the user prefers the browser of this machine.
        """
        super().__init__(in_browser=in_browser)
        self._way_out = way_out
        self._service = service
        self._profile = profile
        self._arn = arn
        self._is_signed_in = is_signed_in
        self._attempt: ConsoleLogin | None = None
        self._is_sending = False  # the code in the field
        self._other: LoginSession | None = None  # of another identity, until the user has chosen
        self._intro = Static("", classes="intro what-to-do", markup=False)
        self.field = CodeField(hint=login_strings.PASTE_HINT)

    def compose(self) -> ComposeResult:
        title = words.LOGIN_FIRST.format(profile=safe(self._profile))
        yield Static(title, classes="title", markup=False)
        yield self._intro
        yield self.link
        with Horizontal(id="login"):
            with Vertical():
                yield self.field
                yield self.clock
                yield self.keys
            yield self.qr

    def on_mount(self) -> None:
        self.set_interval(1, self._tick)
        self.watch_file()

    def start(self, instead: str) -> None:
        self.begin(instead)

    @work(group="file")
    async def watch_file(self) -> None:
        while not await in_thread(self._is_signed_in):
            await asyncio.sleep(_CHECK_INTERVAL)
        self.dismiss(True)

    @work(exclusive=True)
    async def begin(self, note: str = "") -> None:
        """Show a new link. With a browser here, its answer comes by itself.

        `note` says why there is a code instead.
        """
        self._attempt, self._other, self._is_sending = None, None, False
        self._show_way()
        self.show_link(NO_LINK)
        self.clock.show(login_strings.PREPARING, "$muted")
        try:
            if self.in_browser:
                await self._wait_for_browser()
            else:
                self._take(await in_thread(partial(self._service.begin, self._profile)))
                self.clock.show(note, "$warning")
        except RolecallError as error:
            self._attempt = None
            self.clock.show(login_strings.failure(error), "bold $error")

    async def _wait_for_browser(self) -> None:
        start = partial(self._service.begin_in_browser, self._profile, "", browser_strings.pages())
        async with closing(start) as attempt:
            self._take(attempt)
            self._tick()
            self.action_open_browser()
            with stoppable_wait() as wait:
                session = await in_thread(partial(wait_for_token, attempt, wait))
        await self._take_session(session)

    def _take(self, attempt: ConsoleLogin) -> None:
        self._attempt = attempt
        self.show_link(attempt.link)

    def _show_way(self) -> None:
        """Show how to sign in, with the browser of this machine or with a code."""
        self.field.display = not self.in_browser
        intro, keys = login_strings.OPEN_LINK, words.LOGIN_KEYS_HERE
        if self.in_browser:
            intro, keys = browser_strings.INTRO, words.LOGIN_BROWSER_KEYS
        elif self.obstacle:
            keys = words.LOGIN_KEYS
        self._intro.update(intro)
        self.show_keys(keys.format(way_out=self._way_out))

    def _tick(self) -> None:
        if self._attempt is not None and self.in_browser:
            left = times.time_left(TimeLeft(max(1, int(self._attempt.remaining()))))
            self.clock.show(browser_strings.WAITING.format(left=left))

    def check_code(self) -> None:
        """Send the code in the field, but not twice: it works only once."""
        if self._attempt is not None and self._takes_code and not self._is_sending:
            self._is_sending = True
            self._send_code(self._attempt, self.field.value)

    @work(exclusive=True)
    async def _send_code(self, attempt: ConsoleLogin, pasted: str) -> None:
        """Send the code. It stays in the field if it does not fit."""
        self.clock.show(login_strings.CHECKING, "$muted")
        try:
            session = await in_thread(partial(attempt.finish, pasted))
            await self._take_session(session)
        except RolecallError as error:
            self._is_sending = False
            self.clock.show(explain(error), "bold $error")

    @work(exclusive=True)
    async def keep_other(self, session: LoginSession) -> None:
        """Let the profile have another identity."""
        try:
            await self._keep(session)
        except RolecallError as error:
            self.clock.show(explain(error), "bold $error")

    async def _take_session(self, session: LoginSession) -> None:
        self._attempt = None  # its code has been used
        if session.arn == self._arn:
            await self._keep(session)
        else:
            self._ask_about(session)

    async def _keep(self, session: LoginSession) -> None:
        self.workers.cancel_group(self, "file")  # it would find what is written here
        await in_thread(partial(self._service.keep, self._profile, session))
        self.dismiss(True)

    def _ask_about(self, session: LoginSession) -> None:
        self._other = session
        self.set_focus(None)
        question = words.OTHER_IDENTITY.format(
            who=safe(session.arn), profile=safe(self._profile), old=safe(self._arn)
        )
        self.clock.show(question, "bold $warning")

    def fit(self) -> None:
        self.set_class(self.room().rows > self.app.size.height, "small")
        super().fit()

    def room(self) -> Room:
        link_rows = -(-len(self.link.link.shown) // max(1, self.app.size.width - 2))
        above = link_rows + 4  # title, two of what to do, a blank one
        return Room(link_rows + _OTHER_ROWS, above, _NEXT_TO_QR)

    def take_key(self, event: events.Key) -> bool:
        """Answer the question, or begin to type in the field."""
        session, self._other = self._other, None
        if session is None:
            bound = self.active_bindings
            is_waiting = self._takes_code and self.focused is None
            return is_waiting and self.field.begin_with(event, bound)
        if event.key in {"y", "Y"}:
            self.keep_other(session)
        else:
            self.action_new_link()
        return True

    def on_paste(self, event: events.Paste) -> None:
        """Take a paste that no field has taken."""
        event.stop()
        if self._takes_code:
            self.field.value = without_spaces(event.text)
            self.field.cursor_position = len(self.field.value)
            self.check_code()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.set_focus(None)
        self.check_code()

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()

    @property
    def _takes_code(self) -> bool:
        return self._attempt is not None and not self.in_browser

    def action_type_code(self) -> None:
        if not self.in_browser:
            self.set_focus(self.field)

    def action_new_link(self) -> None:
        """Begin again, with a code."""
        self.in_browser = False
        self.field.value = ""
        self.begin()

    def action_cancel(self) -> None:
        if self.focused is not None:
            self.set_focus(None)
        else:
            super().action_cancel()

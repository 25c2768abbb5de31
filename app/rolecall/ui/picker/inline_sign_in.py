"""The sign-in under the prompt: the link, the code, and its progress."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from rolecall.domain.errors import RolecallError
from rolecall.domain.link import NO_LINK
from rolecall.domain.model import AccessToken, SsoSession
from rolecall.domain.time_left import TimeLeft
from rolecall.presentation import browser_strings, sign_in_strings, times
from rolecall.presentation import switch_strings as words
from rolecall.presentation.errors import explain
from rolecall.services.browser_sign_in import (
    CODE_MAY_HELP,
    BrowserSignIn,
    BrowserSignInService,
)
from rolecall.services.sign_in import DeviceSignIn, SignInService
from rolecall.services.sign_in_polling import wait_for_token
from rolecall.ui.picker.inline_link import InlineLinkScreen, Room
from rolecall.ui.styles import stylesheets
from rolecall.ui.threads import closing, in_thread, stoppable_wait
from rolecall.ui.widgets.big_code import BigCode
from rolecall.ui.widgets.wrapping import wrap

_CHECK_INTERVAL = 2.0  # seconds
# Above a QR code are title, what to do, and the link between blank lines.
_ROOM = Room(rows=14, above_qr=5, next_to_qr=58)


class InlineSignIn(InlineLinkScreen):
    """The sign-in with a device code, or in the browser of this machine."""

    CSS_PATH = stylesheets("inline_sign_in")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("Y", "copy_code"),
        Binding("n", "new_code"),
    ]

    def __init__(
        self,
        service: SignInService,
        browser_service: BrowserSignInService,
        session: SsoSession,
        way_out: str,
        *,
        in_browser: bool,
    ) -> None:
        super().__init__(in_browser=in_browser)
        self._service = service
        self._browser_service = browser_service
        self._session = session
        self._way_out = way_out
        self._attempt: DeviceSignIn | BrowserSignIn | None = None
        self._what_to_do = ""
        self._intro = Static("", classes="intro of-link", markup=False)
        self.code = BigCode()

    def compose(self) -> ComposeResult:
        title = words.SIGN_IN_FIRST.format(session=self._session.label)
        yield Static(title, classes="title", markup=False)
        yield self._intro
        yield self.link
        with Horizontal(id="sign-in"):
            with Vertical():
                yield self.code
                yield self.clock
                yield self.keys
            yield self.qr

    def on_mount(self) -> None:
        self.set_interval(1, self._tick)

    def start(self, instead: str) -> None:
        self.ask(instead)

    @work(exclusive=True)
    async def ask(self, instead: str = "") -> None:
        """Wait for an approval in the browser, or that of a code where that may help."""
        try:
            if self.in_browser:
                try:
                    await self._in_browser()
                except CODE_MAY_HELP as error:
                    self.in_browser = False
                    instead = browser_strings.INSTEAD.format(sentence=explain(error))
                    await self._with_code(instead)
            else:
                await self._with_code(instead)
        except RolecallError as error:
            self._show_no_link()
            self.add_class("failed")
            self.clock.show(explain(error), "bold $error")
            while await in_thread(self._other_token) is None:
                await asyncio.sleep(_CHECK_INTERVAL)
        self.dismiss(True)

    async def _with_code(self, instead: str) -> None:
        keys = words.SIGN_IN_KEYS if self.obstacle else words.SIGN_IN_KEYS_HERE
        self._begin("\n".join(filter(None, (instead, sign_in_strings.ENTER_CODE))), keys)
        self.clock.show(words.ASKING.format(session=self._session.label), "$muted")
        attempt = await in_thread(partial(self._service.begin, self._session))
        self._attempt = attempt
        self.code.show(attempt.code.user_code)
        self.show_link(attempt.code.link)
        with stoppable_wait(self._tick) as wait:
            await in_thread(partial(wait_for_token, attempt, wait, self._other_token))

    async def _in_browser(self) -> None:
        self._begin(browser_strings.INTRO, words.SIGN_IN_BROWSER_KEYS)
        self.clock.show(browser_strings.PREPARING, "$muted")
        start = partial(self._browser_service.begin, self._session, browser_strings.pages())
        async with closing(start) as attempt:
            self._attempt = attempt
            self.show_link(attempt.link)
            self._tick()
            self.action_open_browser()
            with stoppable_wait() as wait:
                await in_thread(partial(wait_for_token, attempt, wait, self._other_token))

    def _begin(self, what_to_do: str, keys: str) -> None:
        """Show what to do once there is a link."""
        self.remove_class("failed")
        self.code.display = not self.in_browser
        self._what_to_do = what_to_do
        self._intro.update(what_to_do)
        self.show_keys(keys.format(way_out=self._way_out))
        self._show_no_link()

    def _show_no_link(self) -> None:
        self._attempt = None
        self.code.show("")
        self.show_link(NO_LINK)

    def _other_token(self) -> AccessToken | None:
        return self._service.token_from_another_process(self._session)

    def room(self) -> Room:
        more = len(wrap(self._what_to_do, max(1, self.app.size.width - 1))) - 1
        return _ROOM._replace(above_qr=_ROOM.above_qr + more)

    def _tick(self) -> None:
        attempt = self._attempt
        if attempt is None:
            return
        if isinstance(attempt, BrowserSignIn):
            left = times.time_left(TimeLeft(max(1, int(attempt.remaining()))))
            self.clock.show(browser_strings.WAITING.format(left=left))
            return
        if attempt.last_error is not None:
            self.clock.show(
                sign_in_strings.TROUBLE.format(what=explain(attempt.last_error)), "$warning"
            )
            return
        remaining = TimeLeft(max(1, int(attempt.remaining())))
        self.clock.show(sign_in_strings.WAITING.format(left=times.time_left(remaining)))

    def action_new_code(self) -> None:
        """Begin again, with a code."""
        self.in_browser = False
        self.ask()

    def action_copy_code(self) -> None:
        if isinstance(self._attempt, DeviceSignIn):
            self.app.copy_to_clipboard(self._attempt.code.user_code)
            self.show_note(sign_in_strings.CODE_COPIED)

"""Sign-in in the browser of this machine (PKCE, RFC 7636), where device codes are forbidden."""

from __future__ import annotations

from functools import partial

from textual import work
from textual.app import ComposeResult
from textual.widgets import Static

from rolecall.domain.errors import RolecallError, SignInDenied
from rolecall.domain.link import NO_LINK
from rolecall.domain.model import SsoSession
from rolecall.domain.time_left import TimeLeft
from rolecall.presentation import browser_strings, login_strings, sign_in_strings, times
from rolecall.presentation.commands import Command, Place, with_keys
from rolecall.presentation.errors import explain
from rolecall.presentation.translation import join_sentences
from rolecall.services.browser_sign_in import CODE_MAY_HELP, BrowserSignIn
from rolecall.services.sign_in_polling import wait_for_token
from rolecall.ui.screens.base.sign_in import SignInScreen
from rolecall.ui.styles import stylesheets
from rolecall.ui.threads import closing, stoppable_wait
from rolecall.ui.widgets.text_line import TextLine


class BrowserSignInScreen(SignInScreen):
    """Waits for the browser while it is open. If that fails and a device code may not, a code is
    used instead.

    `reason` is why the screen was opened, and `opens` whether it opens the browser at once.
    """

    place = Place.BROWSER_SIGN_IN
    CSS_PATH = stylesheets("device_code")

    def __init__(self, session: SsoSession, reason: str = "", *, opens: bool) -> None:
        super().__init__(session)
        self._reason = reason
        self._opens = opens
        self._attempt: BrowserSignIn | None = None
        self.clock = TextLine()

    def compose(self) -> ComposeResult:
        yield self.header
        title = f"{sign_in_strings.SIGN_IN_TITLE} · {self._session.label}"
        yield Static(title, classes="title", markup=False)
        intro = " ".join(filter(None, (self._reason, browser_strings.INTRO)))
        yield Static(intro, classes="intro", id="ask", markup=False)
        yield self.link
        yield self.clock
        yield self.status
        yield self.key_line()

    def on_mount(self) -> None:
        self.show_header(session=self._session.label)
        self.listen()

    @work(exclusive=True)
    async def listen(self, *, register_again: bool = False) -> None:
        service = self.host.services.browser_sign_in
        self.remove_class("failed")
        self._show_no_link()
        self.clock.show(browser_strings.PREPARING, "$muted")
        try:
            if register_again:
                await self.in_thread(partial(service.forget_registration, self._session))
            begin = partial(service.begin, self._session, browser_strings.pages())
            async with closing(begin) as attempt:
                self.stop_if_closed()
                self._attempt = attempt
                self.link.show(attempt.link)
                self.refresh_keys()
                self.tick()
                if self._opens:
                    self.do_open_browser()
                with stoppable_wait() as wait:
                    token = await self.in_thread(partial(wait_for_token, attempt, wait))
        except RolecallError as error:
            self.stop_if_closed()
            self._show_failed(error)
            return
        self.done(token)

    def _show_failed(self, error: RolecallError) -> None:
        """Use a code if that may help. If not, show the error, and what starts again."""
        is_denied = isinstance(error, SignInDenied)
        text = browser_strings.DENIED if is_denied else explain(error)
        if self not in self.host.screen_stack:  # the user is in another place, and stays there
            if is_denied:
                self.host.flash_warning(text)
            else:
                self.host.flash_error(error)
            self.dismiss(None)
        elif isinstance(error, CODE_MAY_HELP):
            self._with_a_code(text)
        else:
            self._show_no_link()
            self.add_class("failed")
            again = with_keys(browser_strings.START_AGAIN)
            self.clock.show(join_sentences(text, again), "bold $error")

    def _show_no_link(self) -> None:
        self._attempt = None
        self.link.show(NO_LINK)
        self.refresh_keys()

    def _with_a_code(self, sentence: str) -> None:
        reason = browser_strings.INSTEAD.format(sentence=sentence) if sentence else ""
        self.flows.sign_in.with_code(self._session, reason)

    def tick(self) -> None:
        super().tick()
        if self._attempt is not None:
            left = times.time_left(TimeLeft(max(1, int(self._attempt.remaining()))))
            self.clock.show(browser_strings.WAITING.format(left=left))

    def blocked(self, command: Command) -> str | None:
        if command.id in {"copy_link", "open_browser"} and self._attempt is None:
            return login_strings.NO_LINK
        return None

    def do_start_again(self) -> None:
        self._opens = True
        self.listen(register_again=True)

    def do_use_device_code(self) -> None:
        self._with_a_code("")

    def do_cancel(self) -> None:
        self.flows.navigation.leave(self)

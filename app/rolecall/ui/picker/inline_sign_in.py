"""The sign-in under the prompt: the link, the code, and its progress."""

from __future__ import annotations

import asyncio
import os
from functools import partial
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from rolecall.domain.errors import RolecallError, SignInNeeded
from rolecall.domain.link import NO_LINK, Link
from rolecall.domain.model import SsoSession
from rolecall.domain.switching import SwitchTarget
from rolecall.domain.text import original, safe
from rolecall.domain.time_left import TimeLeft
from rolecall.presentation import browser_strings, sign_in_strings, times
from rolecall.presentation import switch_strings as words
from rolecall.presentation.commands import with_keys
from rolecall.presentation.errors import explain
from rolecall.services.sign_in import DeviceSignIn, SignInService
from rolecall.services.sign_in_polling import wait_for_token
from rolecall.ui.rendering.flow_controlled_screen import FlowControlledScreen
from rolecall.ui.styles import stylesheets
from rolecall.ui.threads import in_thread, stoppable_wait
from rolecall.ui.widgets.big_code import BigCode
from rolecall.ui.widgets.link_line import LinkLine
from rolecall.ui.widgets.qr_code import QrCode
from rolecall.ui.widgets.text_line import TextLine

LINES = 14
_CHECK_INTERVAL = 2.0  # seconds
_NOTE_SECONDS = 4.0  # seconds
_ABOVE_QR = 5  # rows: title, what to do, the link between blank lines
_NEXT_TO_QR = 58  # columns that the rest needs


class InlineSignIn(FlowControlledScreen[bool]):
    """Returns whether the user has signed in. Esc cancels it."""

    CSS_PATH = stylesheets("inline_sign_in")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,ctrl+c,ctrl+g", "cancel", priority=True),
        Binding("y", "copy_link"),
        Binding("Y", "copy_code"),
        Binding("o", "open_browser"),
        Binding("n", "new_code"),
    ]

    def __init__(
        self, service: SignInService, session: SsoSession, keys: str = words.SIGN_IN_KEYS
    ) -> None:
        super().__init__()
        self._service = service
        self._session = session
        self._attempt: DeviceSignIn | None = None
        self.link = LinkLine()
        self.code = BigCode()
        self.clock = TextLine()
        self.qr = QrCode()
        self._keys = keys
        self.keys = Static(keys, classes="intro", markup=False)

    def compose(self) -> ComposeResult:
        title = words.SIGN_IN_FIRST.format(session=self._session.label)
        yield Static(title, classes="title", markup=False)
        yield Static(sign_in_strings.ENTER_CODE, classes="intro of-code", markup=False)
        yield self.link
        with Horizontal(id="sign-in"):
            with Vertical():
                yield self.code
                yield self.clock
                yield self.keys
            yield self.qr

    def on_mount(self) -> None:
        self.qr.display = False
        self.styles.height = min(LINES, self.app.size.height)
        self.set_interval(1, self._tick)
        self.ask()

    @work(exclusive=True)
    async def ask(self) -> None:
        self._show("", NO_LINK)
        self.remove_class("failed")
        self.clock.show(words.ASKING.format(session=self._session.label), "$muted")
        other_token = partial(self._service.token_from_another_process, self._session)
        try:
            attempt = await in_thread(partial(self._service.begin, self._session))
            self._attempt = attempt
            self._show(attempt.code.user_code, attempt.code.link)
            with stoppable_wait(self._tick) as wait:
                await in_thread(partial(wait_for_token, attempt, wait, other_token))
        except RolecallError as error:
            self._show("", NO_LINK)
            self.add_class("failed")
            self.clock.show(explain(error), "bold $error")
            while await in_thread(other_token) is None:
                await asyncio.sleep(_CHECK_INTERVAL)
        self.dismiss(True)

    def _show(self, code: str, link: Link) -> None:
        self._attempt = self._attempt if code else None
        self.code.show(code)
        self.link.show(link)
        self.set_class(link.problem is not None, "untrusted")
        columns, rows = self.app.size
        room = columns - _NEXT_TO_QR, rows - _ABOVE_QR
        self.qr.display = bool(link.url) and self.qr.fit(link.url, *room)
        if self.qr.display and self.qr.styles.height is not None:
            self.styles.height = int(self.qr.styles.height.value) + _ABOVE_QR

    def _tick(self) -> None:
        attempt = self._attempt
        if attempt is None:
            return
        if attempt.last_error is not None:
            self.clock.show(
                sign_in_strings.TROUBLE.format(what=explain(attempt.last_error)), "$warning"
            )
            return
        remaining = TimeLeft(max(1, int(attempt.remaining())))
        self.clock.show(sign_in_strings.WAITING.format(left=times.time_left(remaining)))

    def _show_note(self, text: str) -> None:
        """Show a text instead of the keys, for some seconds."""
        self.keys.update(text, layout=False)
        self.set_timer(_NOTE_SECONDS, lambda: self.keys.update(self._keys, layout=False))

    def action_cancel(self) -> None:
        self.dismiss(False)

    def action_new_code(self) -> None:
        self.ask()

    def action_copy_link(self) -> None:
        if self._attempt is not None:
            self.app.copy_to_clipboard(self.link.link.shown)
            self._show_note(sign_in_strings.LINK_COPIED)

    def action_copy_code(self) -> None:
        if self._attempt is not None:
            self.app.copy_to_clipboard(self._attempt.code.user_code)
            self._show_note(sign_in_strings.CODE_COPIED)

    def action_open_browser(self) -> None:
        if self._attempt is not None:
            self._show_note(
                browser_strings.open_link(
                    os.environ, self.link.link, with_keys(sign_in_strings.BROWSER_INSTEAD)
                )
            )


def session_of(service: SignInService, target: SwitchTarget) -> SsoSession:
    """Return the session of the target. Raises FileError, or SignInNeeded if there is none."""
    for session in service.sessions():
        if original(session.cache_key) == target.session:
            return session
    raise SignInNeeded(safe(target.session))

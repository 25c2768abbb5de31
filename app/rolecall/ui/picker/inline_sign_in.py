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
from rolecall.domain.link import NO_LINK, Link
from rolecall.domain.model import SsoSession
from rolecall.domain.time_left import TimeLeft
from rolecall.presentation import sign_in_strings, times
from rolecall.presentation import switch_strings as words
from rolecall.presentation.errors import explain
from rolecall.services.sign_in import DeviceSignIn, SignInService
from rolecall.services.sign_in_polling import wait_for_token
from rolecall.ui.picker.inline_link import InlineLinkScreen, Room
from rolecall.ui.styles import stylesheets
from rolecall.ui.threads import in_thread, stoppable_wait
from rolecall.ui.widgets.big_code import BigCode

_CHECK_INTERVAL = 2.0  # seconds
# Above a QR code are title, what to do, and the link between blank lines.
_ROOM = Room(rows=14, above_qr=5, next_to_qr=58)


class InlineSignIn(InlineLinkScreen):
    """The sign-in with a device code."""

    CSS_PATH = stylesheets("inline_sign_in")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("Y", "copy_code"),
        Binding("n", "new_code"),
    ]

    def __init__(self, service: SignInService, session: SsoSession, way_out: str) -> None:
        super().__init__(words.SIGN_IN_KEYS.format(way_out=way_out))
        self._service = service
        self._session = session
        self._attempt: DeviceSignIn | None = None
        self.code = BigCode()

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
        self._show("", NO_LINK)
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
        self.show_link(link)

    def room(self) -> Room:
        return _ROOM

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

    def action_new_code(self) -> None:
        self.ask()

    def action_copy_code(self) -> None:
        if self._attempt is not None:
            self.app.copy_to_clipboard(self._attempt.code.user_code)
            self.show_note(sign_in_strings.CODE_COPIED)

"""The sign-in with console credentials under the prompt: the link, and a field for the code."""

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
from rolecall.domain.link import NO_LINK, Link
from rolecall.domain.login_code import without_spaces
from rolecall.domain.model import LoginSession
from rolecall.domain.text import safe
from rolecall.presentation import login_strings
from rolecall.presentation import switch_strings as words
from rolecall.presentation.errors import explain
from rolecall.services.console_login import ConsoleLogin, ConsoleLoginService
from rolecall.ui.picker.inline_link import InlineLinkScreen
from rolecall.ui.styles import stylesheets
from rolecall.ui.threads import in_thread
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
    ) -> None:
        """`profile` has the login session `arn`. `is_signed_in` reads the file of that session,
        which another program may write.
        """
        super().__init__(words.LOGIN_KEYS.format(way_out=way_out))
        self._service = service
        self._profile = profile
        self._arn = arn
        self._is_signed_in = is_signed_in
        self._attempt: ConsoleLogin | None = None
        self._other: LoginSession | None = None  # of another identity, until the user has chosen
        self.field = CodeField(hint=login_strings.PASTE_HINT)

    def compose(self) -> ComposeResult:
        title = words.LOGIN_FIRST.format(profile=safe(self._profile))
        yield Static(title, classes="title", markup=False)
        yield Static(login_strings.OPEN_LINK, classes="intro what-to-do", markup=False)
        yield self.link
        with Horizontal(id="login"):
            with Vertical():
                yield self.field
                yield self.clock
                yield self.keys
            yield self.qr

    def on_mount(self) -> None:
        self._show(NO_LINK)
        self.begin()
        self.watch_file()

    @work(group="file")
    async def watch_file(self) -> None:
        while not await in_thread(self._is_signed_in):
            await asyncio.sleep(_CHECK_INTERVAL)
        self.dismiss(True)

    @work(exclusive=True)
    async def begin(self) -> None:
        self._attempt, self._other = None, None
        self._show(NO_LINK)
        self.clock.show(login_strings.PREPARING, "$muted")
        try:
            attempt = await in_thread(partial(self._service.begin, self._profile))
        except RolecallError as error:
            self.clock.show(explain(error), "bold $error")
            return
        self._attempt = attempt
        self._show(attempt.link)
        self.clock.show("")

    @work(exclusive=True)
    async def check_code(self) -> None:
        """Send the code in the field. It stays there if it does not fit."""
        attempt = self._attempt
        if attempt is None:
            return
        self.clock.show(login_strings.CHECKING, "$muted")
        try:
            session = await in_thread(partial(attempt.finish, self.field.value))
            if session.arn == self._arn:
                await self._keep(session)
            else:
                self._ask_about(session)
        except RolecallError as error:
            self.clock.show(explain(error), "bold $error")

    @work(exclusive=True)
    async def keep_other(self, session: LoginSession) -> None:
        """Let the profile have another identity."""
        try:
            await self._keep(session)
        except RolecallError as error:
            self.clock.show(explain(error), "bold $error")

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

    def _show(self, link: Link) -> None:
        columns, most = self.app.size
        link_rows = -(-len(link.shown) // max(1, columns - 2))
        above = link_rows + 4  # title, two of what to do, a blank one
        self.set_class(link_rows + _OTHER_ROWS > most, "small")
        self.show_link(link, rows=link_rows + _OTHER_ROWS, above_qr=above, next_to_qr=_NEXT_TO_QR)

    def take_key(self, event: events.Key) -> bool:
        """Answer the question, or begin to type in the field."""
        session, self._other = self._other, None
        if session is None:
            bound = self.active_bindings
            is_waiting = self._attempt is not None and self.focused is None
            return is_waiting and self.field.begin_with(event, bound)
        if event.key in {"y", "Y"}:
            self.keep_other(session)
        else:
            self.action_new_link()
        return True

    def on_paste(self, event: events.Paste) -> None:
        """Take a paste that no field has taken."""
        event.stop()
        if self._attempt is not None:
            self.field.value = without_spaces(event.text)
            self.field.cursor_position = len(self.field.value)
            self.check_code()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.set_focus(None)
        self.check_code()

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()

    def action_type_code(self) -> None:
        self.set_focus(self.field)

    def action_new_link(self) -> None:
        self.field.value = ""
        self.begin()

    def action_cancel(self) -> None:
        if self.focused is not None:
            self.set_focus(None)
        else:
            super().action_cancel()

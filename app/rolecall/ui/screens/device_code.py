"""Sign-in with a device code (RFC 8628): link, code, QR code, time left and state."""

from __future__ import annotations

import os
from asyncio import get_running_loop
from contextlib import suppress
from contextvars import copy_context
from datetime import datetime
from functools import partial

from textual import work
from textual.app import ComposeResult
from textual.widgets import Static

from rolecall.domain.backoff import has_come, retry_pause
from rolecall.domain.errors import (
    RegionInvalid,
    RegionMoved,
    RolecallError,
    ServiceFault,
    StartUrlUnknown,
    Unreachable,
)
from rolecall.domain.link import NO_LINK, Link
from rolecall.domain.model import SsoSession
from rolecall.domain.start_url import host_of
from rolecall.domain.time_left import TimeLeft
from rolecall.presentation import browser_strings, labels, sign_in_strings, times, token_strings
from rolecall.presentation.commands import Command, Place, with_keys
from rolecall.presentation.errors import explain
from rolecall.services.region_search import Asked
from rolecall.services.sign_in import TEMPORARY, DeviceSignIn
from rolecall.services.sign_in_polling import wait_for_token
from rolecall.ui.screens.base.link import QrScreen
from rolecall.ui.screens.base.sign_in import SignInScreen
from rolecall.ui.styles import stylesheets
from rolecall.ui.threads import stoppable_wait
from rolecall.ui.widgets.big_code import BigCode
from rolecall.ui.widgets.text_line import TextLine

_CODE_COLUMNS = 58  # the width of the code in large type
# After these errors, the Identity Center or a replica of it may be in another region.
_ELSEWHERE = (StartUrlUnknown, RegionMoved, RegionInvalid, Unreachable, ServiceFault)
_OTHER_ROWS = 9  # the rows of the screen that are not the QR code


class DeviceCodeScreen(SignInScreen, QrScreen):
    """Polls while it is open. Closing it cancels the sign-in."""

    place = Place.DEVICE_CODE
    CSS_PATH = stylesheets("device_code")
    VERTICAL_BREAKPOINTS = [(0, "-tiny"), (13, "-short"), (20, "-tall")]  # noqa: RUF012

    def __init__(self, session: SsoSession, reason: str = "") -> None:
        super().__init__(session)
        self._reason = reason
        self._attempt: DeviceSignIn | None = None
        self._failures = 0  # in a row
        self._retry_at: datetime | None = None
        self._moved_to = ""  # the region that an own domain leads to now, or that was found
        self._may_be_elsewhere = False
        self.code = BigCode()
        self.clock = TextLine()

    def compose(self) -> ComposeResult:
        yield self.header
        title = f"{sign_in_strings.SIGN_IN_TITLE} · {self._session.label}"
        yield Static(title, classes="title", markup=False)
        if self._reason:
            yield Static(self._reason, classes="intro", id="reason", markup=False)
        yield Static(sign_in_strings.ENTER_CODE, classes="intro", id="ask", markup=False)
        yield self.link
        yield from self.body(self.code, self.clock)
        yield self.status
        yield self.key_line()

    def on_mount(self) -> None:
        self.show_header(session=self._session.label)
        if self.host.demo is not None:
            self.status.set_text(labels.DEMO_NOTE)
        self.sign_in()

    # --- the sign-in itself

    @work(exclusive=True)
    async def sign_in(self) -> None:
        service = self.host.services.sign_in
        host = host_of(self._session.start_url) or self._session.start_url
        self.remove_class("failed")
        self._attempt, self._retry_at = None, None
        self._moved_to, self._may_be_elsewhere = "", False
        self._show_code("", NO_LINK)
        self.clock.show(sign_in_strings.CONNECTING.format(host=host), "$muted")
        try:
            attempt = await self.in_thread(partial(service.begin, self._session))
            self._attempt, self._failures = attempt, 0
            self._show_code(attempt.code.user_code, attempt.code.link)
            with stoppable_wait(self.tick) as wait:
                token = await self.in_thread(partial(wait_for_token, attempt, wait))
        except RolecallError as error:
            self._attempt = None
            self._show_code("", NO_LINK)
            self.add_class("failed")
            self._show_error(error)
            return
        self.done(token)

    def _show_error(self, error: RolecallError) -> None:
        """Show the error and, if it may be temporary, when the next try is."""
        text = explain(error)
        self._moved_to = error.moved_to if isinstance(error, RegionMoved) else ""
        # A region that several profiles name is not changed.
        self._may_be_elsewhere = isinstance(error, _ELSEWHERE) and self._session.name is not None
        if self._may_be_elsewhere:
            words = sign_in_strings.CHANGE_REGION if self._moved_to else sign_in_strings.FIND_REGION
            text = f"{text} {with_keys(words)}"
        self.refresh_keys()
        if isinstance(error, TEMPORARY):
            self._failures += 1
            self._retry_at = self.host.now() + retry_pause(self._failures)
            text = token_strings.next_try(text, self._retry_at)
        self.clock.show(text, "bold $error")

    def tick(self) -> None:
        super().tick()
        if self._retry_at is not None and has_come(self._retry_at, self.host.now()):
            self.sign_in()
            return
        attempt = self._attempt
        if attempt is None:
            return
        remaining = TimeLeft(max(1, int(attempt.remaining())))
        left = times.time_left(remaining)
        if attempt.last_error is None:
            self.clock.show(sign_in_strings.WAITING.format(left=left))
        else:
            trouble = sign_in_strings.TROUBLE.format(what=explain(attempt.last_error))
            text = sign_in_strings.TROUBLE_WITH_CODE.format(left=left, trouble=trouble)
            self.clock.show(text, "$warning")

    # --- showing

    def _show_code(self, code: str, link: Link) -> None:
        self.code.show(code)
        self.link.show(link)
        self.set_class(link.problem is not None, "untrusted")
        self.wants_qr_alone = False
        self.place_qr()
        self.refresh_keys()

    def room_for_qr(self) -> tuple[int, int]:
        """Return the room next to the code."""
        return self.size.width - _CODE_COLUMNS, self.size.height - _OTHER_ROWS

    def offers(self, command: Command) -> bool:
        if command.id == "approve_demo":
            return self.host.demo is not None
        if command.id == "find_region":
            return self._may_be_elsewhere
        return super().offers(command)

    def blocked(self, command: Command) -> str | None:
        needs_code = {"copy_link", "copy_code", "open_browser", "show_qr", "approve_demo"}
        if command.id in needs_code and self._attempt is None:
            return with_keys(sign_in_strings.NO_CODE)
        if command.id == "browser_sign_in" and (reason := browser_strings.obstacle(os.environ)):
            return reason
        return None

    # --- commands

    def do_copy_code(self) -> None:
        if self._attempt:
            self.copy(self._attempt.code.user_code, sign_in_strings.CODE_COPIED)

    def do_browser_sign_in(self) -> None:
        self.flows.sign_in.in_browser(self._session)

    def do_new_code(self) -> None:
        self.sign_in()

    def do_find_region(self) -> None:
        self._retry_at = None
        if self._moved_to:
            self._propose(self._moved_to)
        else:
            self.find_region()

    @work(exclusive=True)
    async def find_region(self) -> None:
        """Look for the session's portal in the other regions, and offer the change."""
        portals, loop = self.host.services.portals, get_running_loop()
        show, context = partial(self.clock.show, style="$muted"), copy_context()

        def tell(asked: Asked) -> None:
            text = sign_in_strings.FINDING_REGION.format(**asked._asdict())
            with suppress(RuntimeError):  # the loop has ended
                loop.call_soon_threadsafe(partial(show, text), context=context)

        search = None
        try:
            begin = partial(portals.search, self._session, tell, elsewhere=True)
            search = await self.in_thread(begin)
            found = await self.in_thread(search.run)
        except RolecallError as error:
            self.clock.show(explain(error), "bold $error")
        else:
            self._moved_to = found.region  # also for a user who cancels the change
            text = sign_in_strings.FOUND_REGION.format(region=found.region)
            self.clock.show(f"{text} {with_keys(sign_in_strings.CHANGE_REGION)}")
            self._propose(found.region)
        finally:
            if search is not None:
                search.stop()

    def _propose(self, region: str) -> None:
        proposed = self.host.services.portals.replica(self._session, region)
        self.flows.session_edits.edit(self._session, proposed)

    def do_approve_demo(self) -> None:
        if self._attempt and self.host.demo:
            with suppress(KeyError):  # it was approved already
                self.host.demo.approve(self._attempt.code.user_code)
            self.flash(sign_in_strings.APPROVED_DEMO)

    def do_cancel(self) -> None:
        self.step_back()

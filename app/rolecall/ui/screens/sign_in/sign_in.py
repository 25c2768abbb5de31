"""A sign-in in the full screen: link, code, QR code, a field for a code, time left and state."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

from rich.cells import cell_len
from textual import events, work
from textual.app import ComposeResult
from textual.widgets import Input, Static

from rolecall.domain.errors import RolecallError
from rolecall.domain.model import SsoSession
from rolecall.domain.sign_in.progress import Progress, State
from rolecall.presentation import labels
from rolecall.presentation.commands import Command, Place, with_keys
from rolecall.presentation.errors import explain
from rolecall.presentation.sign_in_progress import SHOW_REGION, Tone, names_of, not_now, said
from rolecall.presentation.texts import command_strings, sign_in_strings
from rolecall.presentation.translation import join_sentences
from rolecall.services.sign_in.region_search import Asked
from rolecall.services.sign_in.run import SignIn, SignInStopped
from rolecall.ui.rendering.styles import stylesheets
from rolecall.ui.screens.base.link import QrScreen
from rolecall.ui.widgets.codes.big_code import BigCode
from rolecall.ui.widgets.codes.sign_in_line import SignInLine
from rolecall.ui.widgets.fields.code_field import CodeField
from rolecall.ui.widgets.key_line import KeyHint
from rolecall.ui.work import on_loop

# Next to a QR code: columns for the code or the field, and all rows but those of the QR code.
_NEXT_TO_QR = {False: (58, 9), True: (44, 11)}  # by whether a code is pasted
_REST_ROWS = 14  # with a field: those that are neither the link nor what to do with it,
_SMALL_ROWS = 9  # and the least of them


class SignInScreen(QrScreen):
    """Shows a sign-in, which runs while the screen is open. Closing it cancels the sign-in.

    `reason` is why the user has to sign in, and `of` the session that it is for, if there is one.
    `done` takes what was got, `ask` asks whether another identity than before is meant. A paste is
    taken wherever the cursor is, so that no key has to be pressed before it.
    """

    place = Place.SIGN_IN
    CSS_PATH = stylesheets("sign_in")
    VERTICAL_BREAKPOINTS = [(0, "-tiny"), (13, "-short"), (20, "-tall")]  # noqa: RUF012

    def __init__(
        self,
        sign_in: SignIn[Any],
        done: Callable[[SignInScreen, Any], None],
        ask: Callable[[SignInScreen], None] = lambda _: None,
        *,
        reason: str = "",
        of: SsoSession | None = None,
    ) -> None:
        super().__init__()
        self.sign_in = sign_in
        self._done = done
        self._ask = ask
        self._reason = reason
        self._of = of
        self._is_asked = False  # whether another identity is meant
        self._moved_to = ""  # the region that an own domain leads to now, or that was found
        self._because = Static("", classes="intro", id="reason", markup=False)
        self._what_to_do = Static("", classes="intro", id="ask", markup=False)
        self.code = BigCode()
        self.field = CodeField(hint=sign_in_strings.PASTE_HINT)
        self.clock = SignInLine()

    @property
    def session(self) -> SsoSession | None:
        """The session to sign in to, which need not be the one whose rows are shown."""
        return self._of or super().session

    @property
    def progress(self) -> Progress:
        return self.sign_in.progress

    def compose(self) -> ComposeResult:
        yield self.header
        yield Static(said(self.progress).title, classes="title", markup=False)
        yield self._because
        yield self._what_to_do
        yield self.link
        yield from self.body(self.code, self.field, self.clock)
        yield self.status
        yield self.key_line()

    def on_mount(self) -> None:
        self.show_header(session=self._of.label if self._of else "")
        if self.host.demo is not None:
            self.status.set_text(labels.DEMO_NOTE)
        self.run()

    # --- the sign-in itself

    @work(exclusive=True)
    async def run(self) -> None:
        sign_in = self.sign_in
        self._is_asked, self._moved_to, self.field.value = False, "", ""
        self._show(sign_in.progress)
        try:
            got = await self.in_thread(
                partial(sign_in.run, on_loop(partial(self._changed, sign_in)))
            )
        except SignInStopped:
            return
        finally:
            sign_in.stop()
        self._done(self, got)

    def start_again(self, *, other_way: bool = False) -> None:
        """Begin from the start, with the same kind of sign-in or the other one."""
        self.sign_in = self.sign_in.restarted(other_way=other_way)
        self.run()

    def _changed(self, sign_in: SignIn[Any], progress: Progress) -> None:
        if sign_in is not self.sign_in or not self.is_open:
            return
        problem = self._problem_elsewhere(progress)
        if problem is not None:
            self.host.flash_error(problem)
            self.dismiss(None)
            return
        self._show(progress)
        if progress.opens:
            self.do_open_browser()
        self._ask_when_seen()

    def _problem_elsewhere(self, progress: Progress) -> RolecallError | None:
        """Return what ends the sign-in if the user is in another place, and stays there."""
        if self in self.host.screen_stack:
            return None
        if progress.state is State.FAILED and progress.again_at is None:
            return progress.error
        return progress.because if progress.state is State.STARTING else None

    def _ask_when_seen(self) -> None:
        if self.progress.state is State.ASKING and self.is_active and not self._is_asked:
            self._is_asked = True
            self._ask(self)

    def on_screen_resume(self) -> None:
        """Ask what could not be asked while another screen was shown."""
        self._ask_when_seen()

    # --- showing

    def _show(self, progress: Progress) -> None:
        words = said(progress)
        for widget, text in (
            (self._because, join_sentences(self._reason, words.because).strip()),
            # The link has its own warning.
            (self._what_to_do, "" if progress.link.problem else words.what_to_do),
        ):
            widget.update(text)
            widget.set_class(not text, "-empty")
        is_new = progress.link != self.link.link
        self.set_class(progress.state is State.FAILED, "failed")
        self.code.show(progress.user_code)
        self.code.display = progress.offers("copy_code") and progress.state is not State.FAILED
        self.field.display = progress.takes_code and progress.state is not State.FAILED
        if not self.field.display:
            self.set_focus(None)
        self.link.show(progress.link)
        self.clock.say(words)
        self.wants_qr_alone = self.wants_qr_alone and not is_new
        self.place_qr()
        self._key_names = names_of(progress)
        if progress.state is State.FAILED:
            self._key_names["type_code"] = command_strings.TRY_AGAIN
        self.refresh_keys()

    def tick(self) -> None:
        super().tick()
        progress = self.progress
        if progress.left is not None:
            self.clock.say(said(progress))

    @property
    def qr_url(self) -> str:
        """A link that only the browser of this machine can use has no QR code."""
        return super().qr_url if self.progress.is_for_any_device else ""

    def place_qr(self) -> None:
        """Also leave room for the field and the state, where the link would take all of it."""
        columns, rows = self.size
        is_small = False
        if self.progress.takes_code:
            link_rows = -(-len(self.link.link.shown) // max(1, columns))
            intro = said(self.progress).what_to_do
            intro_rows = -(-cell_len(intro) // max(1, columns - 2))
            is_small = rows < link_rows + intro_rows + _REST_ROWS
        self.set_class(is_small, "-small")
        self.link.set_styles(max_height=max(1, rows - _SMALL_ROWS) if is_small else None)
        super().place_qr()

    def room_for_qr(self) -> tuple[int, int]:
        """Return the room next to the code or the field."""
        columns, rows = _NEXT_TO_QR[self.progress.takes_code]
        return self.size.width - columns, self.size.height - rows

    # --- typing and pasting

    def take_key(self, event: events.Key) -> bool:
        """Begin to type in the field."""
        is_waiting = self.progress.can("type_code") and self.focused is None
        if is_waiting and self.field.begin_with(event, self.active_bindings):
            self.refresh_keys()
            return True
        return super().take_key(event)

    def on_paste(self, event: events.Paste) -> None:
        """Take a paste that no field has taken."""
        event.stop()
        if self.progress.can("type_code"):
            self.field.fill(event.text)
            self.sign_in.give(self.field.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.set_focus(None)
        self.refresh_keys()
        self.sign_in.give(self.field.value)
        self.pass_on_typed_keys()

    # --- commands

    def key_hints(self) -> list[KeyHint]:
        """After a failure, leave out what needs a link: there is room for the way back then."""
        has_failed = self.progress.state is State.FAILED
        return [each for each in super().key_hints() if each.enabled or not has_failed]

    def offers(self, command: Command) -> bool:
        progress = self.progress
        if command.id == "approve_demo":
            return self.host.demo is not None and progress.is_for_any_device
        if command.id == "type_code" and progress.state is State.FAILED:
            return True  # Enter starts it again
        is_step = Place.SIGN_IN in command.places and command.id != "cancel"
        return super().offers(command) and (not is_step or progress.offers(command.id))

    def blocked(self, command: Command) -> str | None:
        progress = self.progress
        if command.id == "type_code" and progress.state is State.FAILED:
            return None
        step = "copy_link" if command.id == "approve_demo" else command.id
        return not_now(progress, step) or None

    def do_type_code(self) -> None:
        if self.progress.state is State.FAILED:
            self.start_again()
        else:
            self.set_focus(self.field)
            self.refresh_keys()

    def do_copy_code(self) -> None:
        self.copy(self.progress.user_code, sign_in_strings.CODE_COPIED)

    def do_new_code(self) -> None:
        self.start_again()

    def do_other_way(self) -> None:
        self.start_again(other_way=True)

    def do_find_region(self) -> None:
        region = self._moved_to or self.progress.moved_to
        if region:
            self.sign_in.stop()
            self._propose(region)
        else:
            self.find_region()

    @work(exclusive=True)
    async def find_region(self) -> None:
        """Look for it in the other regions, and offer the change that follows."""
        elsewhere = self.sign_in.elsewhere
        if elsewhere is None:
            return
        self.sign_in.stop()

        def tell(asked: Asked) -> None:
            if self.is_open:
                text = sign_in_strings.FINDING_REGION.format(**asked._asdict())
                self.clock.show_text(text, Tone.QUIET)

        try:
            found = await self.in_thread(partial(elsewhere.search, on_loop(tell)))
        except RolecallError as error:
            self.clock.show_text(explain(error), Tone.ERROR)
        else:
            self._moved_to = found.region  # also for a user who cancels the change
            text = sign_in_strings.FOUND_REGION.format(region=found.region)
            self.clock.show_text(f"{text} {with_keys(SHOW_REGION)}", Tone.PLAIN)
            self._propose(found.region)
        finally:
            elsewhere.stop()

    def _propose(self, region: str) -> None:
        if elsewhere := self.sign_in.elsewhere:
            self.flows.session_edits.edit(elsewhere.session, elsewhere.moved(region))

    def do_approve_demo(self) -> None:
        progress, demo = self.progress, self.host.demo
        if demo is None:
            return
        if progress.takes_code:
            self.field.value = demo.log_in(progress.link.url)
            self.sign_in.give(self.field.value)
        else:
            with suppress(KeyError):  # it was approved already
                demo.approve(progress.user_code)
        self.flash(sign_in_strings.APPROVED_DEMO)

    def do_cancel(self) -> None:
        if self.is_typing:
            self.set_focus(None)
            self.refresh_keys()
        else:
            self.step_back()

"""A sign-in in the full screen: link, code, QR code, a field for a code, time left and state."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from textual import events, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Input, Static

from rolecall.domain.errors import RolecallError
from rolecall.domain.sign_in.progress import Progress, State, Step
from rolecall.presentation import labels
from rolecall.presentation.commands import BY_ID, Command, Place
from rolecall.presentation.paths import config_file
from rolecall.presentation.sign_in_progress import Said, names_of, not_now, said
from rolecall.presentation.texts import command_strings, session_strings, sign_in_strings
from rolecall.presentation.translation import join_sentences
from rolecall.services.sign_in.run import SignIn
from rolecall.ui.rendering.styles import stylesheets
from rolecall.ui.screens.base.link import QrScreen
from rolecall.ui.widgets.codes.shown_sign_in import ShownSignIn
from rolecall.ui.widgets.key_line import KeyHint

# Next to a QR code: columns for the code or the field, and all rows but those of the QR code.
_NEXT_TO_QR = {False: (58, 9), True: (44, 11)}  # by whether a code is pasted
_OTHER_WAYS = ("open_browser", "show_qr", "new_code", "other_way")
_REST_ROWS = 14  # with a field: all rows but the link and what to do with it
_SMALL_ROWS = 9  # the fewest of them with an error, in a small terminal
_FEWEST_ROWS = 6  # the fewest of them without one


class SignInScreen(QrScreen):
    """Shows a sign-in, which closing the screen cancels.

    `reason` is why the user has to sign in. `done` takes the result, `ask` asks
    whether to sign in as a different identity. `is_written`: ~/.aws/config has the session as it
    is; if not, it is written after the sign-in. A paste is taken wherever the cursor is.
    """

    place = Place.SIGN_IN
    CSS_PATH = stylesheets("box", "sign_in")
    VERTICAL_BREAKPOINTS = [(0, "-tiny"), (13, "-short"), (20, "-tall")]  # noqa: RUF012

    def __init__(
        self,
        sign_in: SignIn[Any],
        done: Callable[[SignInScreen, Any], None],
        ask: Callable[[SignInScreen], None] = lambda _: None,
        *,
        reason: str = "",
        is_written: bool = True,
    ) -> None:
        super().__init__()
        self._is_written = is_written
        self._first_because = sign_in.progress.because
        self.shown = shown = ShownSignIn(self, sign_in, self._said, self._changed, self.run)
        self._done = done
        self._ask = ask
        self._reason = reason
        self._asked: Progress | None = None  # the last question that was shown
        self.link, self.field, self.clock = shown.link, shown.field, shown.clock

    @property
    def progress(self) -> Progress:
        return self.shown.progress

    def compose(self) -> ComposeResult:
        title = said(self.progress).title
        with self.box(title):
            yield Static(title, classes="title", markup=False)
            yield self.shown.because
            yield self.shown.what_to_do
            yield self.link
            with Horizontal(id="body"):
                with Vertical(id="code"):
                    yield self.shown.code
                    yield self.field
                    yield self.clock
                    yield Static("", id="hint", markup=False)
                yield self.qr
        yield self.status
        yield self.key_line()

    def on_mount(self) -> None:
        if self.host.demo is not None:
            self.status.set_text(labels.DEMO_NOTE)
        self.run()

    # --- the sign-in itself

    @work(exclusive=True)
    async def run(self) -> None:
        self._asked = None
        got = await self.shown.run(self.in_thread)
        if got is not None:
            self._done(self, got)

    def _changed(self, progress: Progress) -> None:
        problem = self._problem_elsewhere(progress)
        if problem is not None:
            self.host.flash_error(problem)
            self.dismiss(None)
            return
        self._show(progress)
        if progress.opens:
            self.do_open_browser()
        self._ask_when_seen()

    def _said(self, progress: Progress) -> Said:
        words = said(progress)
        return words._replace(because=join_sentences(self._reason, words.because).strip())

    def _problem_elsewhere(self, progress: Progress) -> RolecallError | None:
        """Return the error that ends a sign-in that the user has left for another place."""
        if self in self.host.screen_stack:
            return None
        if progress.state is State.FAILED and progress.again_at is None:
            return progress.error
        has_changed = progress.because is not self._first_because
        return progress.because if has_changed and progress.state is State.STARTING else None

    def _ask_when_seen(self) -> None:
        progress = self.progress
        if progress.state is State.ASKING and self.is_active and progress != self._asked:
            self._asked = progress
            self._ask(self)

    def on_screen_resume(self) -> None:
        self._ask_when_seen()

    # --- showing

    def _show(self, progress: Progress) -> None:
        self.wants_qr_alone &= progress.link == self.link.link
        self.shown.show(progress)
        self.place_qr()
        self._key_names = names_of(progress)
        if progress.state is State.FAILED:
            self._key_names["type_code"] = self._key_names[Step.NEW_CODE]
        elif self._can_approve:
            self._key_names["type_code"] = command_strings.APPROVE
        self.refresh_keys()

    def tick(self) -> None:
        super().tick()
        self.shown.tick()

    def place_qr(self) -> None:
        """Also leave room for the field and the state if the link would take all of it."""
        columns, rows = self.size
        is_small = is_bare = False
        if self.progress.takes_code:
            link_rows = -(-len(self.link.link.shown) // max(1, columns))
            above = link_rows + self.shown.rows_above_link(columns - 2)
            is_small = rows < above + _REST_ROWS
            is_bare = rows < above + (_SMALL_ROWS if self.progress.error else _FEWEST_ROWS)
        self.set_class(is_small, "-small")
        self.set_class(is_bare, "-bare")
        self.link.set_styles(max_height=max(1, rows - _SMALL_ROWS) if is_small else None)
        super().place_qr()

    def room_for_qr(self) -> tuple[int, int]:
        columns, rows = _NEXT_TO_QR[self.progress.takes_code]
        return self.size.width - columns, self.size.height - rows

    # --- typing and pasting

    def take_key(self, event: events.Key) -> bool:
        if self.shown.take_key(event):
            self.refresh_keys()
            return True
        return super().take_key(event)

    def on_paste(self, event: events.Paste) -> None:
        self.shown.take_paste(event)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        self.shown.submit(event)
        self.refresh_keys()
        self.pass_on_typed_keys()

    # --- commands

    def key_hints(self) -> list[KeyHint]:
        """Show the way back before other ways to sign in. After a failure, leave out what needs a
        link.
        """
        hints = super().key_hints()
        if self.progress.state is State.FAILED:
            shown = {each.name: each for each in reversed(hints) if each.enabled}
            hints = [each for each in hints if each in shown.values()]
        back = self.key_hint(BY_ID["cancel"])
        others = [each for each in hints if each != back]
        keys = {self.key_hint(BY_ID[each]).key for each in _OTHER_WAYS}
        place = next((at for at, each in enumerate(others) if each.key in keys), len(others))
        return [*others[:place], back, *others[place:]]

    def offers(self, command: Command) -> bool:
        progress = self.progress
        if command.id == "type_code" and (progress.state is State.FAILED or self._can_approve):
            return True  # Enter starts it again, or approves it
        is_step = Place.SIGN_IN in command.places and command.id != "cancel"
        return super().offers(command) and (not is_step or progress.offers(command.id))

    def blocked(self, command: Command) -> str | None:
        progress = self.progress
        if command.id == "type_code" and progress.state is State.FAILED:
            return None
        is_approval = command.id == "type_code" and self._can_approve
        return not_now(progress, "copy_link" if is_approval else command.id) or None

    @property
    def _can_approve(self) -> bool:
        """Whether a key takes the place of the user's other device: in the demo only."""
        return self.host.demo is not None

    def do_type_code(self) -> None:
        if self.progress.state is State.FAILED:
            self.shown.start_again()
        elif self._can_approve:
            self._approve_demo()
        else:
            self.set_focus(self.field)
            self.refresh_keys()

    def do_copy_code(self) -> None:
        self.copy(self.progress.user_code, sign_in_strings.CODE_COPIED)

    def do_new_code(self) -> None:
        self.shown.start_again()

    def do_other_way(self) -> None:
        self.shown.start_again(other_way=True)

    def do_find_region(self) -> None:
        """Sign in to the next region, or find it. A code that is shown stays until then."""
        if not self.shown.in_known_region():
            self.find_region()

    @work(exclusive=True, group="find region")
    async def find_region(self) -> None:
        try:
            await self.shown.find_region(self.in_thread, self.flash)
        except RolecallError as error:
            self.flash_error(error)

    def _approve_demo(self) -> None:
        progress, demo = self.progress, self.host.demo
        if demo is None:
            return
        if progress.takes_code:
            self.shown.give(demo.log_in(progress.link.url))
        else:
            with suppress(KeyError):  # it was approved already
                demo.approve(progress.user_code)
        self.flash(sign_in_strings.APPROVED_DEMO)

    def do_cancel(self) -> None:
        if self.is_typing:
            self.set_focus(None)
            self.refresh_keys()
            return
        if not (self._is_written or self.has_class("qr-alone")):
            text = session_strings.NOT_WRITTEN.format(path=config_file())
            self.app.call_later(self.host.flash, text)
        self.step_back()

"""A sign-in below the prompt: link, code, QR code, a field for a code, time left and state."""

from __future__ import annotations

import os
from functools import partial
from typing import Any, ClassVar

from textual import events, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Input, Static

from rolecall.domain.errors import RolecallError
from rolecall.domain.question import TRY_SECONDS
from rolecall.domain.sign_in.progress import Progress, State, Step
from rolecall.domain.switching.variables import SwitchTarget
from rolecall.presentation.commands import BY_ID
from rolecall.presentation.errors import explain
from rolecall.presentation.labels import SEPARATOR
from rolecall.presentation.sign_in_progress import Said, Tone, keys_of, not_now, said
from rolecall.presentation.texts import sign_in_strings
from rolecall.presentation.texts import switch_strings as words
from rolecall.presentation.texts.program_strings import still_waiting
from rolecall.services.services import Services
from rolecall.services.sign_in.run import SignIn
from rolecall.services.switching.profile_sign_in import sign_in_of
from rolecall.services.switching.switching import Switching
from rolecall.ui.picker.inline_app import InlineApp
from rolecall.ui.rendering.painting import BareScreen
from rolecall.ui.rendering.styles import stylesheets
from rolecall.ui.widgets.codes.qr_code import QrCode
from rolecall.ui.widgets.codes.shown_sign_in import ShownSignIn
from rolecall.ui.work import in_thread

_NOTE_SECONDS = 4.0
_LEAST_ROWS = 14
_BELOW_LINK = {False: 8, True: 7}  # rows: code (False) or field (True), state, keys, blank rows
_NEXT_TO_QR = {False: 58, True: 44}  # columns of the code (False) or the field (True)
_TIGHT_ROWS = 6  # the fewest rows below the link, with the keys


class InlineSignIn(BareScreen[bool]):
    """Shows a sign-in, and returns whether the user has signed in. Esc cancels it: `way_out`.

    Takes the code wherever it is pasted, also from a terminal that sends a paste as keys.
    """

    CSS_PATH = stylesheets("inline_sign_in")
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,ctrl+c,ctrl+g", "cancel", priority=True),
        *(Binding(",".join(BY_ID[step].keys), f"step('{step}')") for step in Step),
    ]

    def __init__(self, sign_in: SignIn[Any], way_out: str) -> None:
        super().__init__()
        self.shown = shown = ShownSignIn(self, sign_in, self._said, self._changed, self.run)
        self._way_out = way_out
        self._rows = 0  # of the screen; it only grows
        self._keys_text = ""
        self.link, self.field, self.clock = shown.link, shown.field, shown.clock
        self.keys = Static("", classes="intro", markup=False)
        self.qr = QrCode()

    @property
    def progress(self) -> Progress:
        return self.shown.progress

    def compose(self) -> ComposeResult:
        yield Static(said(self.progress).needed, classes="title", markup=False)
        yield self.shown.because
        yield self.shown.what_to_do
        yield self.link
        with Horizontal(id="sign-in"):
            with Vertical():
                yield self.shown.code
                yield self.field
                yield self.clock
                yield self.keys
            yield self.qr

    def on_mount(self) -> None:
        self.set_interval(1, self.shown.tick)
        self.run()

    # --- the sign-in itself

    @work(exclusive=True)
    async def run(self) -> None:
        if await self.shown.run(partial(in_thread, on_slow=self._show_slow)) is not None:
            self.dismiss(True)

    @work(exclusive=True, group="find region")
    async def find_region(self) -> None:
        """Ask the other regions, and sign in to the most likely one."""
        try:
            await self.shown.find_region(in_thread, self.show_note)
        except RolecallError as error:
            self.shown.tell(explain(error), Tone.ERROR)

    def _changed(self, progress: Progress) -> None:
        if progress.link != self.link.link:  # the QR code is of another one
            self.remove_class("qr-alone")
        self.shown.show(progress)
        self.set_class(progress.takes_code, "with-field")
        if progress.state is State.ASKING:
            self.set_focus(None)
        self.fit()
        has_qr = self.qr.display or not progress.link.url
        self._keys_text = SEPARATOR.join([*keys_of(progress, has_qr=has_qr), self._way_out])
        self.keys.update(self._keys_text, layout=False)
        if progress.opens:
            self.show_note(self.link.open())

    def _said(self, progress: Progress) -> Said:
        told = said(progress)
        if progress.state is State.ASKING:
            answer = words.WRITES_ANYWAY if progress.error else words.CHANGES_PROFILE
            return told._replace(state=f"{told.state} {answer}")
        return told

    # --- showing

    def _show_slow(self, operation: str, host: str, is_throttled: bool) -> None:
        """Show which call has no answer yet. During a wait for the user, the state stays."""
        text = still_waiting(operation, host, is_throttled)
        if not self.is_open:
            return
        if self.progress.state is State.WAITING:
            self.show_note(text, TRY_SECONDS)
        else:
            self.shown.tell(text, Tone.QUIET)

    def on_resize(self) -> None:
        self.fit()

    def fit(self) -> None:
        """Take the rows that are needed, and more for a QR code that fits."""
        progress, (columns, most) = self.progress, self.app.size
        link_rows = -(-len(progress.link.shown) // max(1, columns - 2))
        intro_rows = self.shown.rows_above_link(columns - 1)
        above = 1 + intro_rows + link_rows + 2  # with the title, and a blank line at both ends
        rows = max(_LEAST_ROWS, above + _BELOW_LINK[progress.takes_code])
        self.set_class(rows > most, "tight")
        self.set_class(intro_rows + link_rows + _TIGHT_ROWS > most, "small")
        url = progress.link.url
        if self.has_class("qr-alone"):
            self.styles.height = self._rows = most
            return
        free = columns - _NEXT_TO_QR[progress.takes_code], most - above
        self.qr.display = bool(url) and self.qr.fit(url, *free)
        if self.qr.display and self.qr.styles.height is not None:
            rows = max(rows, int(self.qr.styles.height.value) + above)
        self._rows = min(max(rows, self._rows), most)
        self.styles.height = self._rows

    def show_note(self, text: str, seconds: float = _NOTE_SECONDS) -> None:
        """Show a text instead of the keys, for some seconds."""
        self.keys.update(text, layout=False)
        self.set_timer(seconds, lambda: self.keys.update(self._keys_text, layout=False))

    # --- typing and pasting

    def take_key(self, event: events.Key) -> bool:
        """Answer the question, or begin to type in the field."""
        if self.progress.state is State.ASKING:
            if event.key in {"y", "Y"}:
                self.shown.sign_in.give(event.key)
            else:
                self.shown.start_again()
            return True
        return self.shown.take_key(event)

    def on_paste(self, event: events.Paste) -> None:
        self.shown.take_paste(event)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        self.shown.submit(event)

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()

    # --- steps

    def action_step(self, step: str) -> None:
        progress = self.progress
        if progress.state is State.FAILED and step == Step.TYPE_CODE:
            step = Step.NEW_CODE  # Enter starts it again
        if reason := not_now(progress, step):
            self.show_note(reason)
        elif progress.offers(step):
            self._take(Step(step), progress)

    def _take(self, step: Step, progress: Progress) -> None:
        match step:
            case Step.TYPE_CODE:
                self.set_focus(self.field)
            case Step.COPY_LINK:
                self._copy(progress.link.shown, sign_in_strings.LINK_COPIED)
            case Step.COPY_CODE:
                self._copy(progress.user_code, sign_in_strings.CODE_COPIED)
            case Step.OPEN_BROWSER:
                self.show_note(self.link.open())
            case Step.NEW_CODE | Step.OTHER_WAY:
                self.shown.start_again(other_way=step is Step.OTHER_WAY)
            case Step.SHOW_QR:
                self._toggle_qr()
            case Step.FIND_REGION:
                if not self.shown.in_known_region():
                    self.find_region()

    def _toggle_qr(self) -> None:
        """Show the QR code without the texts and the link above it, or all again."""
        url, (columns, rows) = self.progress.link.url, self.app.size
        if self.has_class("qr-alone"):
            self.remove_class("qr-alone")
        elif not url or self.qr.display:
            return
        elif too_big := self.qr.too_big(url, (columns, rows), (1, 1)):
            self.show_note(too_big)
            return
        else:
            self.qr.display = self.qr.fit(url, columns - 1, rows - 1)
            self.add_class("qr-alone")
        self.fit()

    def _copy(self, text: str, note: str) -> None:
        self.app.copy_to_clipboard(text)
        self.show_note(note)

    def action_cancel(self) -> None:
        if self.focused is not None:
            self.set_focus(None)
        elif self.has_class("qr-alone"):
            self._toggle_qr()
        else:
            self.dismiss(False)


async def sign_in_screen(
    services: Services, switching: Switching, target: SwitchTarget, way_out: str
) -> InlineSignIn:
    """Return the sign-in that the target needs. `way_out` says what Esc does. Raises FileError, or
    SignInNeeded if there is no such session.
    """
    here = sign_in_strings.here(os.environ)
    sign_in = await in_thread(lambda: sign_in_of(services.sign_ins, switching, target, here))
    return InlineSignIn(sign_in, way_out)


class SignInApp(InlineApp[bool]):
    """The sign-in for a profile that was named. The result is whether the user has signed in, or
    None if the profile is not wanted either.
    """

    CSS_PATH = stylesheets("parts", "picker")
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+c", "leave", priority=True)]

    def __init__(self, switching: Switching, target: SwitchTarget) -> None:
        super().__init__(switching.settings.settings.theme)
        self._switching = switching
        self._target = target

    def on_mount(self) -> None:
        self.screen.styles.height = min(_LEAST_ROWS, self.size.height)
        self._sign_in()

    @work
    async def _sign_in(self) -> None:
        try:
            services = await in_thread(partial(Services, os.environ))
            screen = await sign_in_screen(services, self._switching, self._target, words.LATER)
        except RolecallError:
            self.exit(False)  # the caller reports what is wrong with the files
            return
        signed_in = await self.push_screen_wait(screen)
        self.exit(signed_in)

    def action_leave(self) -> None:
        self.exit()

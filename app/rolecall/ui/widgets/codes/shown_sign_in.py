"""A sign-in as a screen shows it: in the full screen, and below the prompt."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Container, Sequence
from functools import partial
from typing import Any, Final, TypeAlias

from textual import events
from textual.widgets import Input, Static

from rolecall.domain.sign_in.pasted import without_spaces
from rolecall.domain.sign_in.progress import Progress, State, Step
from rolecall.presentation.sign_in_progress import Said, Tone
from rolecall.presentation.texts import sign_in_strings
from rolecall.presentation.translation import join_sentences
from rolecall.services.sign_in.region_search import Asked
from rolecall.services.sign_in.run import SignIn, SignInStopped
from rolecall.ui.rendering.textual_private import PaintedScreen
from rolecall.ui.widgets.codes.big_code import BigCode
from rolecall.ui.widgets.codes.link_line import LinkLine
from rolecall.ui.widgets.fields.input_field import FormField
from rolecall.ui.widgets.text_line import TextLine
from rolecall.ui.widgets.wrapping import ERROR, wrap
from rolecall.ui.work import on_loop

_STYLES: Final = {
    Tone.PLAIN: "$foreground",
    Tone.QUIET: "$muted",
    Tone.GOOD: "$success",
    Tone.WARNING: "$warning",
    Tone.ERROR: ERROR,
}


InThread: TypeAlias = Callable[[Callable[[], Any]], Awaitable[Any]]


class CodeField(FormField):
    """Takes all lines of a paste, without spaces and line breaks: a code has none. It is as secret
    as a password, so it is not shown.
    """

    def __init__(self) -> None:
        super().__init__()
        self.password = True

    def on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        self.insert_text_at_cursor(without_spaces(event.text))

    def begin_with(self, event: events.Key, bound: Container[str]) -> bool:
        """Take a letter that is not bound, and the focus. Returns whether it did. A terminal may
        send a paste as keys, and a code begins with `c`.
        """
        if not event.is_printable or not event.character or event.key in bound:
            return False
        self.screen.set_focus(self)
        self.insert_text_at_cursor(event.character)
        return True


class ShownSignIn:
    """Runs a sign-in for a screen, which places the widgets and decides what its keys do.

    `say` puts a progress into words. `changed` gets each progress on the event loop while the
    screen is open. `start` runs the sign-in again.
    """

    def __init__(
        self,
        screen: PaintedScreen[Any],
        sign_in: SignIn[Any],
        say: Callable[[Progress], Said],
        changed: Callable[[Progress], None],
        start: Callable[[], object],
    ) -> None:
        self.sign_in = sign_in
        self._screen = screen
        self._say = say
        self._changed = changed
        self._start = start
        self.because = Static("", classes="intro to-do", markup=False)
        self.what_to_do = Static("", classes="intro to-do", markup=False)
        self.link = LinkLine()
        self.code = BigCode()
        self.field = CodeField()
        self.clock = TextLine()

    @property
    def progress(self) -> Progress:
        return self.sign_in.progress

    async def run(self, in_thread: InThread) -> Any:
        """Return the result; None if the sign-in was stopped. `in_thread` runs what blocks."""
        sign_in = self.sign_in
        self.field.value = ""
        self._changed(sign_in.progress)
        try:
            return await in_thread(partial(sign_in.run, on_loop(partial(self._take, sign_in))))
        except SignInStopped:
            return None
        finally:
            sign_in.stop()

    def start_again(self, *, other_way: bool = False) -> None:
        """Begin from the start, with the same kind of sign-in or the other one."""
        self.sign_in = self.sign_in.restarted(other_way=other_way)
        self._start()

    def try_regions(self, regions: Sequence[str] = ()) -> None:
        """Begin from the start in these regions, by default the next ones in which the Identity
        Center may be.
        """
        self.sign_in = self.sign_in.in_regions(regions)
        self._start()

    def in_known_region(self) -> bool:
        """Begin in the region that is the next one. Returns whether there is one."""
        progress = self.progress
        if can := bool(progress.next_region or progress.moved_to):
            self.try_regions(() if progress.next_region else [progress.moved_to])
        return can

    async def find_region(self, in_thread: InThread, tell: Callable[[str], None]) -> None:
        """Ask the other regions, and begin in the most likely one. A code that is shown stays until
        then. `tell` gets a text that says how far it is. Raises RolecallError.
        """
        sign_in = self.sign_in
        elsewhere = sign_in.elsewhere
        if elsewhere is None:
            return
        if sign_in.progress.state is State.FAILED:
            sign_in.stop()  # it does not begin again by itself

        def take(asked: Asked) -> None:
            if self._screen.is_open:
                tell(sign_in_strings.FINDING_REGION.format(**asked._asdict()))

        try:
            found = await in_thread(partial(elsewhere.search, on_loop(take)))
        finally:
            elsewhere.stop()
        if sign_in is self.sign_in:
            self.try_regions([each.region for each in found])

    def _take(self, sign_in: SignIn[Any], progress: Progress) -> None:
        if sign_in is self.sign_in and self._screen.is_open:
            self._changed(progress)

    def _above_link(self, progress: Progress) -> tuple[str, str]:
        """Return why it is this sign-in and what to do, as they are above the link."""
        words = self._say(progress)
        return join_sentences(words.because, words.wrong_region).strip(), words.what_to_do

    def rows_above_link(self, columns: int) -> int:
        """Return how many rows these texts take in so many columns."""
        texts = self._above_link(self.progress)
        return sum(len(wrap(each, max(1, columns))) for each in texts if each)

    def show(self, progress: Progress) -> None:
        words, has_failed = self._say(progress), progress.state is State.FAILED
        texts = self._above_link(progress)
        for widget, text in zip((self.because, self.what_to_do), texts, strict=True):
            widget.update(text)
            widget.set_class(not text, "-empty")
        self._screen.set_class(has_failed, "failed")
        self.link.show(progress.link)
        self.code.show(progress.user_code)
        self.code.display = progress.offers(Step.COPY_CODE) and not has_failed
        self.field.show_hint(words.paste)
        self.field.display = progress.takes_code and not has_failed
        if not self.field.display:
            self._screen.set_focus(None)
        self.tell(words.state, words.tone)

    def tell(self, text: str, tone: Tone) -> None:
        self.clock.show(text, _STYLES[tone])

    def tick(self) -> None:
        """Show the time left. To be called once a second."""
        progress = self.progress
        if progress.left is not None:
            words = self._say(progress)
            self.tell(words.state, words.tone)

    def give(self, text: str) -> None:
        """Pass on what was typed or pasted, and empty the field."""
        self.field.value = ""
        self.sign_in.give(text)

    def take_key(self, event: events.Key) -> bool:
        """Begin to type in the field. Returns whether the key does that."""
        is_waiting = self.progress.can(Step.TYPE_CODE) and self._screen.focused is None
        return is_waiting and self.field.begin_with(event, self._screen.active_bindings)

    def take_paste(self, event: events.Paste) -> None:
        """Take a paste that no field has taken."""
        event.stop()
        if self.progress.can(Step.TYPE_CODE):
            self.give(event.text)

    def submit(self, event: Input.Submitted) -> None:
        """Pass on what was typed, and leave the field."""
        event.stop()
        self._screen.set_focus(None)
        self.give(self.field.value)

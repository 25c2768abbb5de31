"""What a program asks for, to be approved, narrowed, denied or left for later.

Nothing is approved by accident: only after all of it could be read for a second, in which no other
key came. Production also needs the name of its account, typed.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import Final

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static

from rolecall.domain.errors import RolecallError
from rolecall.domain.lending.lent import Lent, less_of
from rolecall.domain.records import NamedTuple
from rolecall.domain.text import safe
from rolecall.presentation.commands import Command, Place
from rolecall.presentation.errors import explain
from rolecall.presentation.texts import lending_strings as words
from rolecall.terminal import capabilities
from rolecall.ui.rendering.painting import when_shown
from rolecall.ui.rendering.styles import stylesheets
from rolecall.ui.screens.base.box import BoxScreen
from rolecall.ui.widgets.diff_view import DiffView
from rolecall.ui.widgets.fields.input_field import InputField
from rolecall.ui.widgets.wrapping import ERROR

_READABLE: Final = 1.0  # seconds


class Answer(NamedTuple):
    """What was decided: `lent` is what is approved, or None. `reason` is why it was denied."""

    lent: Lent | None
    reason: str = ""


class RequestScreen(BoxScreen[Answer | None]):
    """The result is None if nothing was decided. `is_muted`: this program is not shown again."""

    place = Place.REQUEST
    CSS_PATH = stylesheets("box", "request")
    smallest = capabilities.SMALLEST_WATCH
    takes_type_ahead = False  # nothing is approved before it was shown

    def __init__(self, request: Lent, others: int) -> None:
        """`others`: how many more requests of the program wait."""
        super().__init__()
        self.request = request
        self.is_muted = False
        self._lent = request  # what would be approved
        self._others = others
        self._readable_at = math.inf
        self._was_readable = False
        self._take: Callable[[str], str] | None = None  # takes what is typed; returns a problem
        self._field = InputField("", id="typed")
        self._label = Static("", classes="label", markup=False)
        self._view = DiffView(f" “{self.request.reason}”", words=self._facts())

    def compose(self) -> ComposeResult:
        is_production = self.request.production
        title = words.REQUEST_TITLE.format(program=safe(self.request.program))
        with self.box(words.REQUEST_STEP, is_production=is_production):
            yield Static(self.title_of(title, is_production=is_production), classes="title")
            yield self._view
            with Vertical(id="answer"):
                yield self._label
                yield self._field
        yield self.status
        yield self.key_line(cancel=words.LATER)

    def _facts(self) -> list[tuple[str, str]]:
        facts = words.request_facts(self.request, self._lent)
        lines = [("sentence", line) for line in facts]
        if self._others:
            lines.insert(0, ("warning", words.OTHERS_WAIT(self._others)))
        return [*lines, ("context", words.SAYS)]

    # --- the second in which it can be read

    def _show_box(self) -> None:
        super()._show_box()
        if not when_shown(self.app, self._read_from_now):
            self._read_from_now()

    def _read_from_now(self) -> None:
        self._readable_at = time.monotonic() + _READABLE

    def on_resize(self) -> None:
        super().on_resize()
        self._wait_again()

    def take_key(self, event: events.Key) -> bool:
        """Note whether it could be read before this key."""
        self._was_readable = time.monotonic() >= self._readable_at
        self._wait_again()
        return super().take_key(event)

    def _wait_again(self) -> None:
        if self._readable_at < math.inf:
            self._read_from_now()

    def blocked(self, command: Command) -> str | None:
        if command.id == "approve":
            if self._view.virtual_size.height > self._view.size.height:
                return words.NOT_ALL_SHOWN
            if not self._was_readable:
                return words.READ_FIRST
        return super().blocked(command)

    # --- commands

    def offers(self, command: Command) -> bool:
        return self._take is None or command.id in {"cancel", "suspend"}

    def do_approve(self) -> None:
        if self.request.production:
            name = words.name_to_type(self.request)
            self._ask(words.TYPE_NAME.format(name=name), "", self._approve_production)
        else:
            self.dismiss(Answer(self._lent))

    def do_deny(self) -> None:
        self._ask(words.WHY_DENIED, "", self._deny)

    def do_narrow(self) -> None:
        self._ask(words.LESS, self._lent.options, self._narrow)

    def do_mute(self) -> None:
        self.is_muted = True
        self.dismiss(None)

    def do_cancel(self) -> None:
        """Go back from the field, or leave the request for later."""
        if self._take is None:
            self.dismiss(None)
        else:
            self._close_field()

    # --- what is typed

    def on_input_submitted(self, event: Input.Submitted) -> None:
        if self._take is not None and (problem := self._take(event.value.strip())):
            self.flash(problem, ERROR)

    def _ask(self, label: str, value: str, take: Callable[[str], str]) -> None:
        self._take = take
        self._label.update(Content(label))
        self._field.value, self._field.cursor_position = value, len(value)
        self.add_class("-typing")
        self._field.focus()

    def _close_field(self) -> None:
        self._take = None
        self.remove_class("-typing")
        self.set_focus(None)

    def _approve_production(self, typed: str) -> str:
        if typed != words.name_to_type(self.request):
            return words.OTHER_NAME
        if self._view.virtual_size.height > self._view.size.height:
            return words.NOT_ALL_SHOWN
        self.dismiss(Answer(self._lent))
        return ""

    def _deny(self, typed: str) -> str:
        if not typed:
            return words.REASON_MISSING
        self.dismiss(Answer(None, typed))
        return ""

    def _narrow(self, typed: str) -> str:
        try:
            self._lent = less_of(self.request, typed)
        except RolecallError as error:
            return explain(error)
        self._view.show_words(self._facts())
        self._close_field()
        self._read_from_now()
        return ""

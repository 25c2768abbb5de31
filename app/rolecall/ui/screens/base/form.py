"""A form: fields, what is wrong with each while it is typed, and what is about to be written."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, TypeVar

from textual import work
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Input, Static

from rolecall.domain import naming
from rolecall.domain.errors import RolecallError
from rolecall.presentation import labels, save_strings
from rolecall.presentation.commands import Place
from rolecall.presentation.errors import explain
from rolecall.services.profiles import Change
from rolecall.ui.screens.base.command import CommandScreen
from rolecall.ui.styles import stylesheets
from rolecall.ui.threads import in_thread
from rolecall.ui.widgets.diff_view import DiffView
from rolecall.ui.widgets.field import FormField
from rolecall.ui.widgets.status_line import ERROR_SECONDS

Result = TypeVar("Result")


@dataclass(frozen=True)
class Field:
    id: str
    label: str
    value: str = ""
    hint: str = ""
    suggestions: Sequence[str] = field(default_factory=tuple)


@dataclass(frozen=True)
class Note:
    """What is said beside a field. `stops`: the form cannot be sent with it."""

    text: str = ""
    stops: bool = False
    warns: bool = False

    @property
    def style(self) -> str:
        if self.stops:
            return "$error"
        return "$warning" if self.warns else "$muted"


class FormScreen(CommandScreen[Result]):
    """Enter in any field sends the form, Tab goes on, Esc cancels. What is typed behind Enter is
    for where the form leads: whoever awaits its result hands that on.

    A form says which fields it has, what it thinks of their values, and plans the change that
    sending would make; the plan is shown before anything is written.
    """

    place = Place.FORMS
    CSS_PATH = stylesheets("form")
    tall: ClassVar[int] = 22  # lines from which there is room between the fields
    title_text = ""
    unchanged: ClassVar[str] = (
        save_strings.SAVE_ALREADY
    )  # what is said of a plan that changes nothing

    def __init__(self) -> None:
        super().__init__()
        self.change: Change | None = None  # that was written, once it was
        self._stopped: tuple[str, str] | None = None
        self._writing = False
        self._judging = False
        self._sent: dict[str, str] | None = None  # what the fields said at Enter
        self._is_stale = False

    def compose(self) -> ComposeResult:
        yield self.header
        yield Static(self.title_of(self.about, self.title_text), classes="title")
        for each in self.fields():
            with Horizontal(classes="field"):
                yield Static(each.label, classes="label", markup=False)
                yield FormField(
                    each.value, hint=each.hint, suggestions=each.suggestions, id=each.id
                )
            yield Static("", id=f"{each.id}-note", classes="note", markup=False)
        yield Static("", id="verdict", markup=False)
        yield DiffView(id="preview")
        yield self.status
        yield self.key_line()

    # --- what a form says of itself

    def fields(self) -> Sequence[Field]:
        raise NotImplementedError

    def notes(self) -> dict[str, Note]:
        """Of each field what there is to say; runs in a thread, may raise RolecallError."""
        raise NotImplementedError

    def plan(self) -> Change:
        """The change that sending would make; runs in a thread, may raise RolecallError."""
        raise NotImplementedError

    def sending(self, change: Change) -> Callable[[], Result]:
        """What writes the change and gives the form's result; it is run in a thread and may raise
        RolecallError. Made when the form is sent, with what its fields say then.
        """
        raise NotImplementedError

    @property
    def about(self) -> Sequence[str]:
        """The names of the accounts and profiles that it is for."""
        return ()

    @property
    def preview_path(self) -> str:
        """The file that the plan is for."""
        return self.rolecall.config_path

    def values_changed(self, field_id: str) -> None:
        """A field was typed in: others may follow it."""

    # --- working

    def on_mount(self) -> None:
        self._fit()
        self.show_header()
        first = self.query(Input).first()
        first.focus()
        first.cursor_position = len(first.value)
        self.tick()
        self._look()

    def on_resize(self) -> None:
        self._fit()

    def _fit(self) -> None:
        self.set_class(self.app.size.height < self.tall, "-short")

    def value(self, field_id: str) -> str:
        """What it says; while the form is sent, what it said when that was asked for."""
        if self._sent is not None:
            return self._sent[field_id]
        return self.query_one(f"#{field_id}", Input).value.strip()

    def set_value(self, field_id: str, value: str) -> None:
        entry = self.query_one(f"#{field_id}", Input)
        if entry.value != value:
            with entry.prevent(Input.Changed):
                entry.value = value

    def on_input_changed(self, event: Input.Changed) -> None:
        self.values_changed(event.input.id or "")
        self._look()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """The next letter may be in the field already."""
        self._send({event.input.id or "": event.value.strip()})

    def do_submit(self) -> None:
        self._send()

    def do_next_field(self) -> None:
        """On to the next field; what was suggested is taken, as by →."""
        if isinstance(self.focused, Input) and self.focused.cursor_at_end and self.focused.value:
            self.focused.action_cursor_right()
        self.focus_next()

    def do_page_down(self) -> None:
        self.query_one(DiffView).page(1)

    def do_page_up(self) -> None:
        self.query_one(DiffView).page(-1)

    def do_cancel(self) -> None:
        """Not while it writes: whoever leaves then would not know whether it is written."""
        if not self._writing:
            self.dismiss(None)

    def _look(self) -> None:
        """Notes and preview for what the fields say now, or will once they have been looked at."""
        self._is_stale = True
        if self._sent is None and not self._judging:
            self._judge_in_turn()

    @work(exclusive=True, group="look")
    async def _judge_in_turn(self) -> None:
        self._judging = True
        try:
            while self._is_stale:
                self._is_stale = False
                await self._judge()
        finally:
            self._judging = False

    def _send(self, said: Mapping[str, str] | None = None) -> None:
        """`said`: what a field said at Enter, if it may say something else by now."""
        if self._sent is None:
            self.rolecall.type_ahead.begin()
            self._sent = {each.id: self.value(each.id) for each in self.fields()} | dict(said or {})
            self._send_in_turn()

    @work(exclusive=True, group="look")
    async def _send_in_turn(self) -> None:
        self._is_stale = False
        change = await self._judge()
        if change is None:
            self._say_what_stops()
        else:
            self._writing = True
            try:
                result = await in_thread(self.sending(change))
            except RolecallError as error:
                self.flash_error(error)
            else:
                self.change = change
                self.dismiss(result)
                return  # sent once and for all
        self.rolecall.type_ahead.end()
        self._writing, self._sent = False, None
        if self._is_stale:
            self._look()

    def _say_what_stops(self) -> None:
        if self._stopped is not None:
            field_id, text = self._stopped
            if field_id:
                self.query_one(f"#{field_id}", Input).focus()
            self.status.flash(text, "bold $error", ERROR_SECONDS)

    async def _judge(self) -> Change | None:
        """Shows notes and preview; the change, where nothing stands against it."""
        notes: dict[str, Note] = {}
        stopped: list[Field] = []
        change, diff, trouble = None, "", ""
        try:
            notes = await in_thread(self.notes)
            stopped = [each for each in self.fields() if notes.get(each.id, Note()).stops]
            if not stopped:
                change = await in_thread(self.plan)
                diff = await in_thread(change.diff)
        except RolecallError as error:
            trouble = explain(error)
        for each in self.fields():
            self._show_note(each, notes.get(each.id, Note()))
        if trouble:
            self._stopped = "", trouble
            self._show_preview(Content.assemble((trouble, "bold $error")))
            return None
        if change is None:
            first = stopped[0]
            missing = labels.FIELD_MISSING.format(field=first.label)
            self._stopped = first.id, notes[first.id].text or missing
            self._show_preview(Content(""))
            return None
        words = self.unchanged if change.is_empty else labels.WILL_CHANGE
        path = self.preview_path
        self._show_preview(Content.assemble((words.format(path=path), "$muted")), diff)
        return change

    def _show_note(self, of: Field, note: Note) -> None:
        line = self.query_one(f"#{of.id}-note", Static)
        line.update(Content.assemble((note.text, note.style)))
        line.set_class(not note.text, "-empty")

    def _show_preview(self, verdict: Content, diff: str = "") -> None:
        self.query_one("#verdict", Static).update(verdict)
        self.query_one(DiffView).show(diff)


def region_note(region: str, known: Sequence[str], *, required: bool) -> Note:
    if not region:
        return Note(stops=required)
    if not naming.is_region(region):
        return Note(save_strings.REGION_INVALID, stops=True)
    return Note() if not known or region in known else Note(save_strings.REGION_UNKNOWN)

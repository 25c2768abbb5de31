"""A form: fields, notes on their values, and a preview of what would be written."""

from __future__ import annotations

from asyncio import get_running_loop
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from contextvars import copy_context
from functools import partial
from typing import Any, ClassVar, Final, TypeVar

from textual import work
from textual.app import ComposeResult
from textual.containers import Container, Horizontal
from textual.content import Content
from textual.widgets import Input, Static

from rolecall.domain.config.file_change import Change
from rolecall.domain.errors import RolecallError
from rolecall.presentation import labels
from rolecall.presentation.commands import BY_ID, Place
from rolecall.presentation.differences import difference
from rolecall.presentation.errors import explain
from rolecall.presentation.paths import config_file
from rolecall.presentation.translation import join_sentences
from rolecall.ui.rendering.styles import stylesheets
from rolecall.ui.screens.base.box import BoxScreen, show_production
from rolecall.ui.screens.base.confirm import ConfirmScreen, committed
from rolecall.ui.screens.base.form_fields import FieldSpec, FormValues, Note, Verdict
from rolecall.ui.widgets.diff_view import DiffView
from rolecall.ui.widgets.status_line import ERROR_SECONDS
from rolecall.ui.widgets.wrapping import ERROR, signed

TRYING_SECONDS = 60.0  # at most
TALL_FOR_FIVE: Final = 31  # lines: room for five fields with their notes, and for the plan

Result = TypeVar("Result")


class FormScreen(BoxScreen[Result]):
    """Enter in any field submits the form, Tab goes to the next field, Esc cancels.

    Keys typed after Enter belong to the screen that follows; the flow that awaits the result passes
    them on.

    `notes`, `plan`, `try_out` and `submit` read and write files, so they run in a thread and must
    not touch a widget. All other methods run on the event loop and must not open files.
    """

    place = Place.FORMS
    CSS_PATH = stylesheets("box", "form")
    step: str  # what the form is for, in the title of the box
    act: ClassVar[str] = "submit"  # the command that Enter is like
    title_text = ""
    trying: ClassVar[str] = ""  # shown while `try_out` runs
    first = ""  # the id of the field that has the cursor at first; "" for the first one
    unchanged: ClassVar[str] = labels.NO_CHANGES  # shown for a plan that changes nothing

    def __init__(self) -> None:
        super().__init__()
        self.services = self.host.services
        self.change: Change | None = None  # the change that was written
        self._fields: Sequence[FieldSpec] = ()
        self._typed: set[str] = set()  # ids of fields that the user has filled in
        self._own_values: dict[str, str] = {}  # what the form itself has filled in
        self._warned_of: FormValues = {}  # the values that need another Enter
        self._room = 0  # lines for the changes
        self._is_checking = False
        self._is_stale = False  # the values have changed since the last check began
        self._is_submitting = False
        self._is_writing = False
        self._call_on_loop: Callable[[Callable[[], None]], Any] = lambda work: work()

    def compose(self) -> ComposeResult:
        self._fields = self.fields()
        self._own_values = {each.id: each.value.strip() for each in self._fields}
        is_production = self.is_production(self._own_values)
        with self.box(self.step, is_production=is_production):
            title = self.title_of(self.title_text, is_production=is_production)
            yield Static(title, classes="title")
            yield from self.introduction()
            for each in self._fields:
                with Horizontal(classes="field", id=f"{each.id}-field"):
                    yield Static(each.group, classes="group", markup=False)
                    yield Static(each.label, classes="label", markup=False)
                    yield each.widget()
                    yield Static(each.help, classes="help", markup=False)
                yield Static("", id=f"{each.id}-note", classes="note -empty", markup=False)
            yield Static("", id="verdict", markup=False)
            yield DiffView(id="preview")
        yield self.status
        yield self.key_line(submit=self.act_name)

    # --- what each form defines

    @property
    def act_name(self) -> str:
        """What Enter does, at the foot."""
        return BY_ID[self.act].name

    def fields(self) -> Sequence[FieldSpec]:
        raise NotImplementedError

    def introduction(self) -> ComposeResult:
        yield from ()

    def notes(self, values: FormValues) -> dict[str, Note]:
        """Return notes by field id. Runs in a thread. May raise RolecallError."""
        raise NotImplementedError

    def plan(self, values: FormValues) -> Change:
        """Return the change that submitting writes. Runs in a thread. May raise RolecallError."""
        raise NotImplementedError

    def try_out(self, values: FormValues) -> FormValues:
        """Check, before `submit`, what only others know. Return the values to write.

        Runs in a thread. Esc still cancels. May raise RolecallError.
        """
        return values

    def asks_again(self, before: FormValues, after: FormValues) -> str:
        """Return what to say if the values of `try_out` need another Enter, or ""."""
        return ""

    def _warning(self, verdict: Verdict, values: FormValues) -> str:
        """Return what a note warns of, once for the same values. What AWS has tried is right."""
        warnings = [note.text for note in verdict.notes.values() if note.warns and not self.trying]
        if not warnings or values == self._warned_of:
            return ""
        self._warned_of = values
        return join_sentences(warnings[0], labels.ENTER_AGAIN)

    def report(self, text: str) -> None:
        """Show the progress of `try_out`, from any thread."""
        with suppress(RuntimeError):  # the loop has ended
            self._call_on_loop(partial(self._show_progress, text))

    def _show_progress(self, text: str) -> None:
        if self._is_submitting and not self._is_writing:
            self.status.flash(text, seconds=TRYING_SECONDS)

    def verdict_on_trial(self, error: RolecallError, values: FormValues) -> Verdict:
        """Return what an error of `try_out` says about the values."""
        return Verdict({}, problem=explain(error))

    def submit(self, values: FormValues, change: Change) -> Result:
        """Write the change and return the result. Runs in a thread. May raise RolecallError."""
        raise NotImplementedError

    def follow(self, changed: str, values: FormValues) -> FormValues:
        """Return new values of fields that follow `changed` until the user types in them."""
        return {}

    def unasked(self, values: FormValues) -> Collection[str]:
        """Return the IDs of the fields that are hidden because nothing depends on them now."""
        return ()

    @property
    def tall(self) -> int:
        """The minimum lines for blank lines between the fields."""
        return 22

    def is_production(self, values: FormValues) -> bool:
        """Return whether these values are about production."""
        return False

    @property
    def preview_path(self) -> str:
        return config_file()

    # --- the fields

    @property
    def has_unsaved_input(self) -> bool:
        return self._values() != self._own_values

    def on_mount(self) -> None:
        self.show_asked_fields()
        (self._input(self.first) if self.first else self.query(Input).first()).focus()
        self._check_later()

    def on_resize(self) -> None:
        self._fit()
        self._fix_height(None)
        self.call_after_refresh(self._keep_height)

    def _keep_height(self) -> None:
        """Keep the height of the box while the user types: the changes have room reserved."""
        if self.is_framed:
            self._room = self.query_one(DiffView).size.height
            self._fix_height(self.query_one("#box").outer_size.height)

    def _fix_height(self, height: int | None) -> None:
        self.query_one("#box").styles.height = height
        self.set_class(height is not None, "-fixed")

    def _grow(self) -> None:
        """Make room for notes of several lines, and leave the changes theirs."""
        box, room = self.query_one("#box"), self._room - self.query_one(DiffView).size.height
        more = max(room, box.virtual_size.height - box.container_size.height)
        if more > 0 and self.has_class("-fixed"):
            self._fix_height(box.outer_size.height + more)

    def _fit(self) -> None:
        self.set_class(self.app.size.height < self.tall, "-short")

    def _input(self, field_id: str) -> Input:
        return self.query_one(f"#{field_id}", Input)

    def _values(self) -> dict[str, str]:
        return {each.id: self._input(each.id).value.strip() for each in self._fields}

    def on_descendant_focus(self) -> None:
        """Show the help of the focused field in the edge of the box."""
        focused = self.focused.id if self.focused else None
        if text := next((each.help for each in self._fields if each.id == focused), ""):
            self.query_one("#box").border_subtitle = text

    def on_input_changed(self, event: Input.Changed) -> None:
        self.status.clear()  # an error is about the old values
        changed, values = event.input.id or "", self._values()
        if values[changed]:
            self._typed.add(changed)
        else:
            self._typed.discard(changed)
        for field_id, value in self.follow(changed, values).items():
            if field_id not in self._typed:
                self._own_values[field_id] = value
                entry = self._input(field_id)
                with entry.prevent(Input.Changed):
                    entry.value = value
                entry.cursor_position = len(value)
        self.show_asked_fields()
        self._show_production()
        self._check_later()

    def _show_production(self) -> None:
        """Show whether a name that is typed makes it production."""
        box, is_production = self.query_one("#box", Container), self.is_production(self._values())
        if is_production is not box.has_class("-production"):
            show_production(box, is_production)
            title = self.title_of(self.title_text, is_production=is_production)
            self.query_one(".title", Static).update(title)

    def show_asked_fields(self) -> None:
        unasked = self.unasked(self._values())
        for each in self._fields:
            self.query_one(f"#{each.id}-field").display = each.id not in unasked
            self.query_one(f"#{each.id}-note").set_class(each.id in unasked, "-unasked")
        self._fit()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take the value at the time of Enter: in a burst the next key may have changed it."""
        self._submit({event.input.id or "": event.value.strip()})

    def do_submit(self) -> None:
        self._submit({})

    def do_next_field(self) -> None:
        """Take the suggestion, as → does, and go to the next field."""
        if isinstance(self.focused, Input) and self.focused.cursor_at_end and self.focused.value:
            self.focused.action_cursor_right()
        self.show_asked_fields()  # in a burst, the message about the last letter comes later
        self.focus_next()

    def do_cancel(self) -> None:
        """Close the form, but not while it writes: the user would not know if it was written."""
        if not self._is_writing:
            if self._is_submitting:
                self.host.type_ahead.end()
            self.dismiss(None)

    # --- checking and submitting

    def _check_later(self) -> None:
        """Check the current values, after the check or the submission that is running."""
        self._is_stale = True
        if not self._is_submitting and not self._is_checking:
            self._check_until_current()

    @work(exclusive=True, group="form")
    async def _check_until_current(self) -> None:
        self._is_checking = True
        try:
            while self._is_stale:
                self._is_stale = False
                await self._check(self._values())
        finally:
            self._is_checking = False

    def _submit(self, at_enter: FormValues) -> None:
        if not self._is_submitting:
            self._is_submitting = True
            if self.host.type_ahead.begin(passing="escape" if self.trying else ""):
                self.do_cancel()
            else:
                self._check_and_submit({**self._values(), **at_enter})

    @work(exclusive=True, group="form")
    async def _check_and_submit(self, values: FormValues) -> None:
        self._is_stale = False
        verdict = await self._check(values)
        if verdict.change is None:
            self._show_problem(verdict)
        else:
            if self.trying:
                self.status.flash(self.trying, seconds=TRYING_SECONDS)
            try:
                loop, context = get_running_loop(), copy_context()
                self._call_on_loop = partial(loop.call_soon_threadsafe, context=context)
                tried = await self.in_thread(partial(self.try_out, values))
                if tried != values:
                    self._fill_in(tried)
                    verdict = await self._check(tried)
                question = self.asks_again(values, tried) or self._warning(verdict, tried)
                if verdict.change is None or question:
                    self._show_problem(verdict if verdict.change is None else Verdict({}))
                    if question:
                        self.status.flash(question, "$warning", ERROR_SECONDS)
                    self._end_submission()
                    return
                self._is_writing = True
                submit = partial(self.submit, tried, verdict.change)
                result = await committed(submit, self.in_thread, self._ask)
            except RolecallError as error:
                if self._is_writing:
                    self._show_problem(Verdict({}, problem=explain(error)))
                else:
                    self._show_problem(self.verdict_on_trial(error, values))
            else:
                self.change = verdict.change
                self.dismiss(result)
                return  # still marked as submitting: it cannot be submitted again
        self._end_submission()

    async def _ask(self, question: ConfirmScreen) -> bool | None:
        """Show the question. The keys that were held until now are not an answer."""
        self.host.type_ahead.end()
        is_wanted = await self.app.push_screen_wait(question)
        self.host.type_ahead.begin()
        return is_wanted

    def _end_submission(self) -> None:
        self.host.type_ahead.end()
        self._is_writing = self._is_submitting = False
        if self._is_stale:
            self._check_later()

    def _fill_in(self, values: FormValues) -> None:
        for field_id, value in values.items():
            entry = self._input(field_id)
            if entry.value.strip() != value:
                with entry.prevent(Input.Changed):
                    entry.value = value
        self.show_asked_fields()

    async def _check(self, values: FormValues) -> Verdict:
        verdict = await self.in_thread(partial(self._verdict_on, values))
        self._show_verdict(verdict)
        return verdict

    def _verdict_on(self, values: FormValues) -> Verdict:
        """Runs in a thread."""
        notes: Mapping[str, Note] = {}
        try:
            notes = self.notes(values)
            for each in self._fields:
                note = notes.get(each.id, Note())
                if note.stops:
                    missing = labels.FIELD_MISSING.format(field=each.label)
                    return Verdict(notes, problem=note.text or missing, field_id=each.id)
            change = self.plan(values)
            return Verdict(notes, change, difference(change))
        except RolecallError as error:
            return Verdict(notes, problem=explain(error))

    def _show_problem(self, verdict: Verdict) -> None:
        """Show the problem below the field that it is about, or at the foot of the screen."""
        self.status.clear()
        if verdict.field_id:
            self._input(verdict.field_id).focus()
            self._show_note(verdict.field_id, Note(verdict.problem, stops=True))
        if not verdict.field_id or self.has_class("-short"):
            self.status.flash(verdict.problem, ERROR, ERROR_SECONDS)

    def _show_note(self, field_id: str, note: Note) -> None:
        line = self.query_one(f"#{field_id}-note", Static)
        line.update(Content.assemble((signed(note.text, note.style), note.style)))
        line.set_class(not note.text, "-empty")
        self.query_one(f"#{field_id}-field").set_class(note.stops and bool(note.text), "-wrong")

    def _show_verdict(self, verdict: Verdict) -> None:
        for each in self._fields:
            self._show_note(each.id, verdict.notes.get(each.id, Note()))
        sentence, _, lines = verdict.diff.partition("\n")
        preview = Content(sentence)
        if verdict.change is not None and verdict.change.is_empty:
            words = self.unchanged.format(path=self.preview_path)
            preview = Content.assemble((words, "$muted"))
        elif verdict.change is None and not verdict.field_id:
            preview = Content.assemble((signed(verdict.problem, ERROR), ERROR))
        self.query_one("#verdict", Static).update(preview)
        self.query_one(DiffView).show(lines)
        self.call_after_refresh(self._grow)

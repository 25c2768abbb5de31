"""A form: fields, what is wrong with each while it is typed, and what is about to be written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from textual import work
from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.suggester import SuggestFromList
from textual.widgets import Input, Static

from rolecall.domain import naming
from rolecall.domain.errors import RolecallError
from rolecall.domain.text import safe
from rolecall.services.profiles import Change
from rolecall.ui import strings
from rolecall.ui.commands import Place
from rolecall.ui.explain import explain
from rolecall.ui.screens.command_screen import CommandScreen
from rolecall.ui.styles import stylesheets
from rolecall.ui.threads import in_thread

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

    @property
    def style(self) -> str:
        return "$error" if self.stops else "$muted"


class FormScreen(CommandScreen[Result]):
    """Enter in any field sends the form, Tab goes on, Esc cancels.

    A form says which fields it has, what it thinks of their values, and plans the change that
    sending would make; the plan is shown before anything is written.
    """

    place = Place.FORMS
    CSS_PATH = stylesheets("form")
    title_text = ""

    def compose(self) -> ComposeResult:
        yield self.header
        yield Static(self.title_text, classes="title", markup=False)
        for each in self.fields():
            with Horizontal(classes="field"):
                yield Static(each.label, classes="label", markup=False)
                entry = Input(
                    each.value,
                    placeholder=each.hint,
                    id=each.id,
                    compact=True,
                    select_on_focus=False,
                    suggester=SuggestFromList(each.suggestions, case_sensitive=False)
                    if each.suggestions
                    else None,
                )
                entry.cursor_blink = False
                yield entry
            yield Static("", id=f"{each.id}-note", classes="note", markup=False)
        with VerticalScroll(id="preview-pane", can_focus=False):
            yield Static("", id="preview", markup=False)
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

    def sent(self, change: Change) -> None:
        """The form was sent with nothing against it."""
        raise NotImplementedError

    def values_changed(self, field_id: str) -> None:
        """A field was typed in: others may follow it."""

    # --- working

    def on_mount(self) -> None:
        self.show_header()
        first = self.query(Input).first()
        first.focus()
        first.cursor_position = len(first.value)
        self.tick()
        self._look()

    def value(self, field_id: str) -> str:
        return self.query_one(f"#{field_id}", Input).value.strip()

    def set_value(self, field_id: str, value: str) -> None:
        entry = self.query_one(f"#{field_id}", Input)
        if entry.value != value:
            with entry.prevent(Input.Changed):
                entry.value = value

    def on_input_changed(self, event: Input.Changed) -> None:
        self.values_changed(event.input.id or "")
        self._look()

    def on_input_submitted(self) -> None:
        self.do_submit()

    def do_submit(self) -> None:
        self._send()

    def do_next_field(self) -> None:
        """On to the next field; what was suggested is taken, as by →."""
        if isinstance(self.focused, Input) and self.focused.cursor_at_end and self.focused.value:
            self.focused.action_cursor_right()
        self.focus_next()

    def do_cancel(self) -> None:
        self.dismiss(None)

    @work(exclusive=True, group="look")
    async def _look(self) -> None:
        """Notes and preview for what the fields say now."""
        await self._judge()

    @work(exclusive=True, group="look")
    async def _send(self) -> None:
        change = await self._judge()
        if change is not None:
            self.sent(change)

    async def _judge(self) -> Change | None:
        """Shows notes and preview; the change, where nothing stands against it."""
        try:
            notes = await in_thread(self.notes)
        except RolecallError as error:
            self._show_preview(None, error)
            return None
        for each in self.fields():
            note = notes.get(each.id, Note())
            content = Content.assemble((note.text, note.style))
            self.query_one(f"#{each.id}-note", Static).update(content)
        stopped = [note for note in notes.values() if note.stops]
        if stopped:
            self._show_preview(None, None)
            return None
        try:
            change = await in_thread(self.plan)
        except RolecallError as error:
            self._show_preview(None, error)
            return None
        self._show_preview(change, None)
        return change

    def _show_preview(self, change: Change | None, error: RolecallError | None) -> None:
        pane = self.query_one("#preview", Static)
        if error is not None:
            pane.update(Content.assemble((explain(error), "bold $error")))
        elif change is None:
            pane.update("")
        else:
            pane.update(preview(change, self.rolecall.config_path))


def region_note(region: str, known: Sequence[str], *, required: bool) -> Note:
    if not region:
        return Note(stops=required)
    if not naming.is_region(region):
        return Note(strings.REGION_INVALID, stops=True)
    return Note() if not known or region in known else Note(strings.REGION_UNKNOWN)


def preview(change: Change, path: str) -> Content:
    """The lines that are new, or where something is there already, the difference."""
    if change.is_empty:
        return Content.assemble((strings.SAVE_ALREADY.format(path=path), "$muted"))
    replaces = any(line.startswith("-") for line in diff_lines(change))
    title = strings.WILL_CHANGE if replaces else strings.WILL_WRITE
    if replaces:
        body = difference(change)
    else:
        body = Content.assemble((_indented(change.lines().splitlines()), "$success"))
    return Content("\n").join([Content.assemble((title.format(path=path), "$muted")), body])


def difference(change: Change) -> Content:
    """A change as a coloured diff."""
    styles = {"+": "$success", "-": "$error", "@": "$primary"}
    return Content("\n").join(
        [
            Content.assemble((_indented([line]), styles.get(line[:1], "$muted")))
            for line in diff_lines(change)
        ]
    )


def diff_lines(change: Change) -> list[str]:
    """The unified diff without its head, which names the file."""
    return [line for line in change.diff().splitlines() if not line.startswith(("---", "+++"))]


def _indented(lines: Sequence[str]) -> str:
    return "\n".join(f"  {safe(line)}" for line in lines)

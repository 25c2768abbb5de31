"""`!`: asks for a command, and lists the rows that it is for."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from textual import events, work
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Input, Static

from rolecall.domain.errors import RolecallError
from rolecall.domain.process.command_line import shell_sign, words_of
from rolecall.presentation.commands import BY_ID, Command, Place
from rolecall.presentation.errors import explain
from rolecall.presentation.texts import run_strings
from rolecall.services.runs.run_events import RunRow
from rolecall.services.services import Services
from rolecall.ui.rendering.styles import stylesheets
from rolecall.ui.screens.base.box import BoxScreen
from rolecall.ui.widgets.diff_view import DiffView
from rolecall.ui.widgets.fields.input_field import FormField
from rolecall.ui.widgets.wrapping import ERROR, signed


class CommandField(FormField):
    """↑ takes an earlier command, and ↓ a later one; after the last one comes what was typed."""

    def __init__(self, value: str, *, hint: str, earlier: Sequence[str]) -> None:
        super().__init__(value, hint=hint, id="command")
        self._earlier = earlier
        self._place = len(earlier)
        self._typed = value

    def takes(self, event: events.Key) -> bool:
        if event.key not in {"up", "down"}:
            return False
        if self._place == len(self._earlier):
            self._typed = self.value
        self._place += -1 if event.key == "up" else 1
        self._place = max(0, min(self._place, len(self._earlier)))
        self.value = [*self._earlier, self._typed][self._place]
        self.cursor_position = len(self.value)
        return True


class RunCommandScreen(BoxScreen[str | None]):
    """The result is the line that was typed; its program exists. None after Esc."""

    place = Place.FORMS
    CSS_PATH = stylesheets("box", "run_command")

    def __init__(
        self,
        rows: Sequence[RunRow],
        earlier: Sequence[str],
        line: str = "",
        *,
        is_production: bool,
        notice: str = "",
    ) -> None:
        """`notice`: which rows these are."""
        super().__init__()
        self._rows = rows
        self._notice = notice
        self._is_production = is_production
        self._line = line
        self._field = CommandField(line, hint=run_strings.COMMAND_HINT, earlier=earlier)
        self._note = Static("", classes="note", markup=False)
        self._is_checking = False

    def compose(self) -> ComposeResult:
        is_production = self._is_production
        with self.box(run_strings.STEP, is_production=is_production):
            title = run_strings.WITH_ROWS(len(self._rows))
            yield Static(self.title_of(title, is_production=is_production), classes="title")
            with Horizontal(classes="field"):
                yield Static(run_strings.COMMAND, classes="label", markup=False)
                yield self._field
            yield self._note
            yield DiffView("\n".join(f" {row.name}" for row in self._rows))
        yield self.status
        yield self.key_line(submit=BY_ID["exec"].name)

    @property
    def has_unsaved_input(self) -> bool:
        return self._field.value != self._line

    def on_mount(self) -> None:
        self._fit()
        self._show_note()
        self._field.focus()
        if self._notice:
            self.flash_warning(self._notice, asked=True)

    def on_resize(self) -> None:
        self._fit()

    def _fit(self) -> None:
        self.set_class(self.app.size.height < 18, "-short")

    def offers(self, command: Command) -> bool:
        return command.id != "next_field" and super().offers(command)

    def on_input_changed(self, event: Input.Changed) -> None:
        self._show_note()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take the value at the time of Enter: in a burst the next key may have changed it."""
        self._submit(event.value)

    def do_submit(self) -> None:
        self._submit(self._field.value)

    def do_cancel(self) -> None:
        self.dismiss(None)

    def _show_note(self, problem: str = "") -> None:
        """Show what is wrong with the line, or that it needs a shell."""
        if problem:
            self._note.update(Content.assemble((signed(problem, ERROR), ERROR)))
        elif sign := shell_sign(self._field.value):
            self._note.update(
                Content.assemble((run_strings.NO_SHELL.format(sign=sign), "$warning"))
            )
        else:
            self._note.update(Content.assemble((run_strings.HELP, "$muted")))

    def _submit(self, line: str) -> None:
        if not self._is_checking:
            self._is_checking = True
            self.host.type_ahead.begin()
            self._check(line)

    @work(exclusive=True)
    async def _check(self, line: str) -> None:
        problem = await self.in_thread(partial(_problem_of, self.host.services, line))
        if not problem:
            self.dismiss(line)
            return
        self.host.type_ahead.end()
        self._is_checking = False
        self._show_note(problem)


def _problem_of(services: Services, line: str) -> str:
    """Return why the line cannot be run, or ""."""
    try:
        words = words_of(line)
        if not words:
            return run_strings.EMPTY
        services.runs.check(words)
    except ValueError:
        return run_strings.NOT_CLOSED
    except RolecallError as error:
        return explain(error)
    return ""

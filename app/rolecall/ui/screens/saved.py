"""After saving a profile: a command to try, and the identity from AWS."""

from __future__ import annotations

from datetime import datetime

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from rolecall.domain.errors import RolecallError
from rolecall.presentation import command_strings, save_strings, token_strings
from rolecall.presentation.commands import BY_ID, Place
from rolecall.presentation.errors import explain
from rolecall.presentation.paths import config_file
from rolecall.ui.screens.base.box import BoxScreen
from rolecall.ui.styles import stylesheets
from rolecall.ui.widgets.key_line import KeyHint


class SavedScreen(BoxScreen[None]):
    """What was saved, and what comes next."""

    place = Place.SAVED
    CSS_PATH = stylesheets("box", "saved")

    def __init__(self, name: str, account: str) -> None:
        super().__init__()
        self._name_saved = name
        self._account = account

    def compose(self) -> ComposeResult:
        name = self._name_saved
        saved = save_strings.SAVED_LINE.format(name=name, path=config_file())
        title = self.title_of([name, self._account], saved)
        with self.box(command_strings.PLACES["saved"], name, self._account):
            yield Static(Content.assemble(("✓ ", "bold $success"), title), classes="title")
            yield Static(save_strings.TRY_IT, classes="intro", markup=False)
            yield Static(save_strings.TRY_COMMAND.format(name=name), id="command", markup=False)
            yield Static("", id="identity", markup=False)
            yield Static("", id="arn", markup=False)
            if self.host.shell_setup:
                yield Static(self.host.shell_setup, id="shell-setup", markup=False)
        yield self.status
        yield self.key_line()

    def on_mount(self) -> None:
        self.show_header()
        self.tick()

    def show_state(self) -> None:
        """Close if the profile is gone: its save was undone."""
        if all(each.name != self._name_saved for each in self.host.state.profiles):
            self.dismiss(None)

    def key_hints(self) -> list[KeyHint]:
        return [*super().key_hints(), self.key_hint(BY_ID["undo"])]

    def do_verify(self) -> None:
        self.flows.profiles.verify(self._name_saved, self)

    def show_verifying(self, name: str) -> None:
        words = save_strings.VERIFYING.format(name=name)
        self._show_identity(Content.assemble(("  ", ""), (words, "$muted")))

    def show_verified(self, arn: str) -> None:
        text = Content.assemble(("✓ ", "bold $success"), save_strings.IT_WORKS)
        self._show_identity(text, arn)

    def show_not_verified(self, error: RolecallError, again_at: datetime | None) -> None:
        text = token_strings.next_try(explain(error), again_at)
        self._show_identity(Content.assemble((f"! {text}", "bold $error")))

    def _show_identity(self, content: Content, arn: str = "") -> None:
        self.query_one("#identity", Static).update(content)
        self.query_one("#arn", Static).update(arn)

    def do_copy_command(self) -> None:
        self.flows.profiles.copy_command(self._name_saved)

    def do_use(self) -> None:
        self.flows.profiles.use(self._name_saved)

    def do_close_saved(self) -> None:
        self.dismiss(None)

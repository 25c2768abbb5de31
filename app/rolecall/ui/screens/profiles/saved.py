"""After saving a profile: its identity from AWS, and what comes next."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from rolecall.domain.errors import RolecallError
from rolecall.domain.model import Account, Profile
from rolecall.presentation.commands import BY_ID, Place
from rolecall.presentation.errors import explain
from rolecall.presentation.paths import config_file
from rolecall.presentation.texts import (
    command_strings,
    profile_strings,
    shell_strings,
    token_strings,
)
from rolecall.ui.rendering.styles import stylesheets
from rolecall.ui.screens.base.box import BoxScreen
from rolecall.ui.widgets.key_line import KeyHint
from rolecall.ui.widgets.wrapping import ERROR, signed, wrap

_INDENT: Final = 2


class SavedScreen(BoxScreen[None]):
    place = Place.SAVED
    CSS_PATH = stylesheets("box", "saved")

    def __init__(self, name: str, account: Account) -> None:
        super().__init__()
        self._name_saved = name
        self._account = account

    def compose(self) -> ComposeResult:
        name = self._name_saved
        saved = profile_strings.SAVED_LINE.format(name=name, path=config_file())
        account = self._account
        is_production = self.host.state.production.is_production(account.id, account.name, name)
        title = self.title_of(saved, is_production=is_production)
        with self.box(command_strings.PLACES["saved"], is_production=is_production):
            yield Static(Content.assemble(("✓ ", "bold $success"), title), classes="title")
            yield Static("", id="identity", markup=False)
            yield Static("", id="arn", markup=False)
            yield Static(self._next(), id="next")
            command = profile_strings.try_command(self._name_saved)
            yield Static(command, id="command", markup=False)
            if bare := self.host.bare_shell():
                yield Static(shell_strings.offered(bare), id="shell-setup", markup=False)
        yield self.status
        yield self.key_line()

    def _next(self) -> Content:
        lines = [
            Content.assemble((f"{BY_ID[each].shown_keys:>2}", "bold $accent"), f"  {words}")
            for each, words in profile_strings.NEXT.items()
        ]
        return Content("\n").join(lines)

    def on_mount(self) -> None:
        self.do_verify()

    def show_state(self) -> None:
        """Close if the profile is gone: its save was undone."""
        if self._profile is None:
            self.dismiss(None)

    def key_hints(self) -> list[KeyHint]:
        return [*super().key_hints(), self.key_hint(BY_ID["undo"])]

    def do_verify(self) -> None:
        self.flows.profiles.verify(self._name_saved, self)

    def show_verifying(self, name: str) -> None:
        words = profile_strings.VERIFYING.format(name=name)
        self._show_identity(Content.assemble(("  ", ""), (words, "$muted")))

    def show_waiting(self, text: str) -> None:
        self._show_identity(Content.assemble(("  ", ""), (text, "$muted")))

    def show_verified(self, arn: str) -> None:
        text = Content.assemble(("✓ ", "bold $success"), profile_strings.IT_WORKS)
        self._show_identity(text, arn)

    def show_not_verified(self, error: RolecallError, again_at: datetime | None) -> None:
        text = token_strings.next_try(explain(error), again_at)
        self._show_identity(Content.assemble((signed(text, ERROR), ERROR)))

    def _show_identity(self, content: Content, arn: str = "") -> None:
        self.query_one("#identity", Static).update(content)
        line = self.query_one("#arn", Static)
        line.update("\n".join(wrap(arn, line.container_size.width - _INDENT)))

    def do_copy_command(self) -> None:
        self.flows.profiles.copy_command(self._name_saved)

    def do_use(self) -> None:
        self.flows.profiles.use(self._name_saved)

    def do_credentials(self) -> None:
        if profile := self._profile:
            self.flows.credentials.of_profile(profile)

    def do_console(self) -> None:
        if profile := self._profile:
            self.flows.credentials.console_of_profile(profile)

    @property
    def _profile(self) -> Profile | None:
        profiles = self.host.state.profiles
        return next((each for each in profiles if each.name == self._name_saved), None)

    def do_close_saved(self) -> None:
        self.dismiss(None)

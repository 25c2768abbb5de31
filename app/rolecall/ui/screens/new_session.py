"""The form for a new session, which is also the welcome of a user without one."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from textual.app import ComposeResult
from textual.widgets import Static

from rolecall.domain.console import assignment_in
from rolecall.domain.errors import RolecallError
from rolecall.domain.file_change import Change
from rolecall.domain.model import SsoSession
from rolecall.presentation import error_strings, labels, sign_in_strings
from rolecall.ui.screens.base.form import FieldSpec, FormValues, Note
from rolecall.ui.screens.base.session_form import SessionForm


class NewSessionScreen(SessionForm):
    """The result is the session that was written."""

    step = labels.SESSION_STEP
    title_text = sign_in_strings.NEW_SESSION_TITLE

    def __init__(self, regions: Sequence[str], region: str, *, is_first: bool) -> None:
        super().__init__(regions)
        self._region = region
        self.assignment: tuple[str, str] | None = None  # what the link names that was pasted
        self._is_first = is_first
        if is_first:
            self.step = sign_in_strings.WELCOME_STEP
            self.title_text = sign_in_strings.WELCOME_TITLE

    def fields(self) -> Sequence[FieldSpec]:
        return (
            FieldSpec("start_url", labels.START_URL, hint=sign_in_strings.START_URL_HINT),
            FieldSpec("region", labels.REGION, self._region, suggestions=self.regions),
            FieldSpec("name", sign_in_strings.SESSION_NAME),
        )

    def introduction(self) -> ComposeResult:
        if self._is_first:
            yield Static(sign_in_strings.WELCOME, id="welcome", markup=False)

    def show_asked_fields(self) -> None:
        """The welcome gives its room to the fields that follow the address."""
        super().show_asked_fields()
        for welcome in self.query("#welcome"):
            welcome.display = not self.address(self._values())

    def unasked(self, values: FormValues) -> Collection[str]:
        """The name is suggested once the address is complete."""
        return {*super().unasked(values), *(() if self.address(values) else ("name",))}

    def follow(self, changed: str, values: FormValues) -> FormValues:
        """The name follows the start URL. The sessions are those known to the state: `notes` reads
        the file, in a thread.
        """
        if changed != "start_url":
            return {}
        sessions = self.host.state.sessions
        try:
            return {"name": self.sign_in.suggest_session_name(values["start_url"], sessions)}
        except RolecallError:
            return {"name": ""}

    def notes(self, values: FormValues) -> dict[str, Note]:
        notes, name = super().notes(values), values["name"]
        url = self.address(values)
        if url and (problem := self.sign_in.check_session_name(name, url)):
            words = error_strings.SESSION_NAME_PROBLEMS[problem].format(subject=name)
            notes["name"] = Note(words, stops=True)
        return notes

    def plan(self, values: FormValues) -> Change:
        return self.sign_in.plan_session(values["name"], values["start_url"], values["region"])

    def filled_in(self, values: FormValues) -> SsoSession:
        return self.sign_in.new_session(values["name"], values["start_url"], values["region"])

    def asks_again(self, before: FormValues, after: FormValues) -> str:
        """A region that was found is written at once, not one in the place of a typed one."""
        is_other = before["region"] not in {"", after["region"]}
        return sign_in_strings.REGION_IS.format(region=after["region"]) if is_other else ""

    def submit(self, values: FormValues, change: Change) -> SsoSession | None:
        self.assignment = assignment_in(values["start_url"])
        return self.sign_in.add_session(values["name"], values["start_url"], values["region"])

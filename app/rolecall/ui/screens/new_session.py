"""The form for a new session: start URL, region and name of an `[sso-session]` section."""

from __future__ import annotations

from collections.abc import Sequence

from rolecall.domain import start_url
from rolecall.domain.errors import RegionInvalid, RolecallError, Unreachable
from rolecall.domain.file_change import Change
from rolecall.domain.model import SsoSession
from rolecall.presentation import error_strings, labels, sign_in_strings
from rolecall.presentation.errors import explain
from rolecall.ui.screens.base.form import FieldSpec, FormScreen, FormValues, Note, region_note


class NewSessionScreen(FormScreen[SsoSession | None]):
    """The result is the session that was written."""

    step = labels.SESSION_STEP
    title_text = sign_in_strings.NEW_SESSION_TITLE
    trying = sign_in_strings.TRYING

    def __init__(self, regions: Sequence[str], region: str) -> None:
        super().__init__()
        self._regions = regions
        self._region = region
        self._service = self.services.sign_in

    def fields(self) -> Sequence[FieldSpec]:
        return (
            FieldSpec("start_url", labels.START_URL, hint=sign_in_strings.START_URL_HINT),
            FieldSpec("region", labels.REGION, self._region, suggestions=self._regions),
            FieldSpec("name", sign_in_strings.SESSION_NAME),
        )

    def follow(self, changed: str, values: FormValues) -> FormValues:
        """The name follows the start URL. The sessions are those known to the state: `notes` reads
        the file, in a thread.
        """
        if changed != "start_url":
            return {}
        sessions = self.host.state.sessions
        try:
            return {"name": self._service.suggest_session_name(values["start_url"], sessions)}
        except RolecallError:
            return {"name": ""}

    def notes(self, values: FormValues) -> dict[str, Note]:
        typed, name = values["start_url"], values["name"]
        notes = {"region": region_note(values["region"], self._regions, required=True)}
        try:
            url = start_url.normalise(typed)
        except RolecallError as error:
            notes["start_url"] = Note(explain(error) if typed else "", stops=True)
            return notes
        if problem := self._service.check_session_name(name, url):
            words = error_strings.SESSION_NAME_PROBLEMS[problem].format(subject=name)
            notes["name"] = Note(words, stops=True)
        return notes

    def plan(self, values: FormValues) -> Change:
        return self._service.plan_session(values["name"], values["start_url"], values["region"])

    def try_out(self, values: FormValues) -> None:
        """Ask for a device code: a wrong start URL or region must not be written."""
        self._service.try_session(values["name"], values["start_url"], values["region"])

    def field_of(self, error: RolecallError) -> str:
        """No answer is most often a region without Identity Center: its host does not exist."""
        return "region" if isinstance(error, RegionInvalid | Unreachable) else "start_url"

    def submit(self, values: FormValues, change: Change) -> SsoSession | None:
        return self._service.add_session(values["name"], values["start_url"], values["region"])

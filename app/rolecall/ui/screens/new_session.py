"""A new session: its start URL, region and name, written to ~/.aws/config as `[sso-session]`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from rolecall.domain import start_url
from rolecall.domain.errors import RolecallError
from rolecall.domain.model import SsoSession
from rolecall.presentation import error_strings, labels, sign_in_strings
from rolecall.presentation.errors import explain
from rolecall.services.profiles import Change
from rolecall.services.sign_in import SignInService
from rolecall.ui.screens.base.form import Field, FormScreen, Note, region_note


class NewSessionScreen(FormScreen[SsoSession | None]):
    title_text = sign_in_strings.NEW_SESSION_TITLE

    def __init__(self, regions: Sequence[str], region: str) -> None:
        super().__init__()
        self._regions = regions
        self._region = region
        self._named = False

    def fields(self) -> Sequence[Field]:
        return (
            Field("start_url", labels.START_URL, hint=sign_in_strings.START_URL_HINT),
            Field("region", labels.REGION, self._region, suggestions=self._regions),
            Field("name", sign_in_strings.SESSION_NAME),
        )

    @property
    def _service(self) -> SignInService:
        return self.rolecall.services.sign_in

    def values_changed(self, field_id: str) -> None:
        """The name follows the URL until it is typed."""
        if field_id == "name":
            self._named = bool(self.value("name"))
        elif field_id == "start_url" and not self._named:
            self.set_value("name", self._suggestion())

    def _suggestion(self) -> str:
        try:
            return self._service.suggest_session_name(self.value("start_url"))
        except RolecallError:
            return ""

    def notes(self) -> dict[str, Note]:
        typed, name = self.value("start_url"), self.value("name")
        notes = {"region": region_note(self.value("region"), self._regions, required=True)}
        try:
            url = start_url.normalise(typed)
        except RolecallError as error:
            notes["start_url"] = Note(explain(error) if typed else "", stops=True)
            return notes
        if problem := self._service.check_session_name(name, url):
            words = error_strings.SESSION_NAME_PROBLEMS[problem].format(subject=name)
            notes["name"] = Note(words, stops=True)
        return notes

    def plan(self) -> Change:
        return self._service.plan_session(
            self.value("name"), self.value("start_url"), self.value("region")
        )

    def sending(self, change: Change) -> Callable[[], SsoSession | None]:
        typed = self.value("name"), self.value("start_url"), self.value("region")
        return partial(self._service.add_session, *typed)

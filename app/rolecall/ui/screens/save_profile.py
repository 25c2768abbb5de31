"""A permission set becomes a profile: name, region, output, and the lines about to be written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from rolecall.domain.model import Assignment, SsoSession
from rolecall.domain.settings import OUTPUTS
from rolecall.services.profiles import Change, ProfileDraft, ProfilesService
from rolecall.ui import strings
from rolecall.ui.screens.command_screen import bindings
from rolecall.ui.screens.form_screen import (
    Field,
    FormScreen,
    Note,
    name_note,
    output_note,
    region_note,
)


class SaveProfileScreen(FormScreen[str | None]):
    """Its result is the name of the profile that was saved."""

    BINDINGS = bindings(FormScreen.place)

    def __init__(
        self, session: SsoSession, row: Assignment, draft: ProfileDraft, regions: Sequence[str]
    ) -> None:
        super().__init__()
        self._session = session
        self._row = row
        self._draft = draft
        self._regions = regions
        self.title_text = strings.SAVE_OF.format(
            account=row.account.name,
            account_id=row.account.id,
            permission_set=row.permission_set.name,
        )

    def fields(self) -> Sequence[Field]:
        draft = self._draft
        return (
            Field("name", strings.PROFILE, draft.name),
            Field("region", strings.REGION, draft.region, suggestions=self._regions),
            Field("output", strings.OUTPUT, draft.output, suggestions=OUTPUTS),
        )

    @property
    def _service(self) -> ProfilesService:
        return self.rolecall.workplace.profiles

    def _typed(self) -> ProfileDraft:
        return ProfileDraft(
            name=self.value("name"),
            session=self._session,
            assignment=self._row,
            region=self.value("region"),
            output=self.value("output"),
        )

    def notes(self) -> dict[str, Note]:
        check = self._service.check_name(self.value("name"), self._row, self._session)
        return {
            "name": name_note(check),
            "region": region_note(self.value("region"), self._regions, required=False),
            "output": output_note(self.value("output")),
        }

    def plan(self) -> Change:
        return self._service.plan_save(self._typed())

    def sending(self, change: Change) -> Callable[[], str | None]:
        return partial(self._save, change, self.value("name"))

    def _save(self, change: Change, name: str) -> str:
        self._service.save(change)
        return name

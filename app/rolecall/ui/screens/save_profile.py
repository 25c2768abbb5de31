"""A permission set becomes a profile: name, region, output, and the lines about to be written."""

from __future__ import annotations

from collections.abc import Sequence

from rolecall.domain.model import Assignment, SsoSession
from rolecall.domain.settings import OUTPUTS
from rolecall.presentation import labels, save_strings
from rolecall.services.profiles import Change, ProfileDraft
from rolecall.ui.screens.base.form import Field, Note, region_note
from rolecall.ui.screens.base.profile_form import ProfileForm, name_note, output_note


class SaveProfileScreen(ProfileForm):
    def __init__(
        self, session: SsoSession, row: Assignment, draft: ProfileDraft, regions: Sequence[str]
    ) -> None:
        title = save_strings.SAVE_OF.format(
            account=row.account.name,
            account_id=row.account.id,
            permission_set=row.permission_set.name,
        )
        super().__init__(title, regions)
        self._session = session
        self._row = row
        self._draft = draft

    @property
    def about(self) -> Sequence[str]:
        return [self._row.account.name]

    def fields(self) -> Sequence[Field]:
        draft = self._draft
        return (
            Field("name", labels.PROFILE, draft.name),
            Field("region", labels.REGION, draft.region, suggestions=self._regions),
            Field("output", labels.OUTPUT, draft.output, suggestions=OUTPUTS),
        )

    def _typed(self) -> ProfileDraft:
        return ProfileDraft(
            name=self.value("name"),
            session=self._session,
            assignment=self._row,
            region=self.value("region"),
            output=self.value("output"),
        )

    def notes(self) -> dict[str, Note]:
        profiles = self.rolecall.services.profiles
        check = profiles.check_name(self.value("name"), self._row, self._session)
        return {
            "name": name_note(check),
            "region": region_note(self.value("region"), self._regions, required=False),
            "output": output_note(self.value("output")),
        }

    def plan(self) -> Change:
        return self.rolecall.services.profiles.plan_save(self._typed())

"""The form that saves a permission set as a profile: name, region and output."""

from __future__ import annotations

from collections.abc import Sequence

from rolecall.domain.access_role import RoleOptions, is_duration, is_session_name
from rolecall.domain.config.file_change import Change
from rolecall.domain.model import Assignment, SsoSession
from rolecall.domain.profiles.plan import target_of
from rolecall.domain.profiles.stored_profiles import StoredProfiles
from rolecall.domain.settings.settings import OUTPUTS
from rolecall.presentation import labels
from rolecall.presentation.texts import credential_strings, profile_strings
from rolecall.services.profiles.profiles import NameStatus, ProfileDraft
from rolecall.ui.screens.base.form import TALL_FOR_FIVE
from rolecall.ui.screens.base.form_fields import FieldSpec, FormValues, Note, region_note
from rolecall.ui.screens.profiles.profile_form import ProfileForm, name_note, output_note


class SaveProfileScreen(ProfileForm):
    step = labels.SAVE_STEP

    def __init__(
        self, session: SsoSession, row: Assignment, draft: ProfileDraft, regions: Sequence[str]
    ) -> None:
        title = profile_strings.SAVE_OF.format(
            account=row.account.name,
            account_id=row.account.id,
            permission_set=row.permission_set.name,
        )
        super().__init__(title, regions)
        self._app_state = self.host.state  # `notes` runs in a thread
        self._session = session
        self._row = row
        self._draft = draft

    @property
    def tall(self) -> int:
        return TALL_FOR_FIVE if self._row.permission_set.is_role else super().tall

    def is_production(self, values: FormValues) -> bool:
        account = self._row.account
        return self.host.state.production.is_production(account.id, account.name, values["name"])

    def fields(self) -> Sequence[FieldSpec]:
        draft = self._draft
        return (
            FieldSpec("name", labels.PROFILE, draft.name),
            FieldSpec("region", labels.REGION, draft.region, suggestions=self._regions),
            FieldSpec("output", labels.OUTPUT, draft.output, suggestions=OUTPUTS),
            *self._role_fields(),
        )

    def _role_fields(self) -> Sequence[FieldSpec]:
        if not self._row.permission_set.is_role:
            return ()
        options, hint = self._draft.options, profile_strings.FROM_SETTINGS
        duration = str(options.duration or "")
        return (
            FieldSpec("session_name", profile_strings.ROLE_SESSION, options.session_name, hint),
            FieldSpec("duration", profile_strings.DURATION, duration, hint),
        )

    def notes(self, values: FormValues) -> dict[str, Note]:
        return {
            **_role_notes(values),
            "name": self._name_note(values["name"]),
            "region": region_note(values["region"], self._regions, required=False),
            "output": output_note(values["output"]),
        }

    def _name_note(self, name: str) -> Note:
        check = self.services.profiles.check_name(name, self._row, self._session)
        note = name_note(check)
        if note.stops:
            return note
        session, is_new = self._session, check.status is not NameStatus.UPDATES
        target = target_of(session.name, session.start_url, *self._row.key)
        stored = StoredProfiles(self._app_state.profiles)
        warnings = profile_strings.save_warnings(stored, name, target, is_new=is_new)
        return Note(labels.join_hints(warnings), warns=True) if warnings else note

    def plan(self, values: FormValues) -> Change:
        draft = ProfileDraft(
            values["name"],
            self._session,
            self._row,
            values["region"],
            values["output"],
            RoleOptions(values.get("session_name", ""), int(values.get("duration", "") or 0)),
        )
        return self.services.profiles.plan_save(draft)


def _role_notes(values: FormValues) -> dict[str, Note]:
    notes = {}
    name, duration = values.get("session_name", ""), values.get("duration", "")
    if name and not is_session_name(name):
        notes["session_name"] = Note(credential_strings.SESSION_NAME_RULE, stops=True)
    is_number = duration.isascii() and duration.isdigit()
    if duration and not (is_number and is_duration(int(duration))):
        notes["duration"] = Note(credential_strings.DURATION_RULE, stops=True)
    return notes

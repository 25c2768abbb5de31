"""The form that copies profiles to another region."""

from __future__ import annotations

from collections.abc import Sequence

from rolecall.domain.config.file_change import Change
from rolecall.domain.model import Profile
from rolecall.presentation import labels
from rolecall.presentation.texts import profile_strings
from rolecall.ui.screens.base.form_fields import FieldSpec, FormValues, Note, region_note
from rolecall.ui.screens.profiles.profile_form import ProfileForm, name_note


class DuplicateProfilesScreen(ProfileForm):
    """The second field is the new name or, for several profiles, a suffix for each name."""

    step = labels.DUPLICATE_STEP
    act = "duplicate"

    def __init__(self, profiles: Sequence[Profile], regions: Sequence[str]) -> None:
        title = profile_strings.duplicate_title([each.name for each in profiles])
        super().__init__(title, regions, profiles)

    def fields(self) -> Sequence[FieldSpec]:
        label = labels.PROFILE if self._one else profile_strings.SUFFIX
        return (
            FieldSpec(
                "region",
                profile_strings.OTHER_REGION,
                hint=profile_strings.OTHER_REGION_HINT,
                suggestions=self._regions,
            ),
            FieldSpec("name", label),
        )

    def follow(self, changed: str, values: FormValues) -> FormValues:
        if changed != "region":
            return {}
        region, start = values["region"], self._one.name if self._one else ""
        return {"name": f"{start}-{region}" if region else ""}

    def new_names(self, values: FormValues) -> dict[str, str]:
        typed = values["name"]
        if self._one:
            return {self._one.name: typed}
        return {each.name: f"{each.name}{typed}" for each in self._profiles}

    def notes(self, values: FormValues) -> dict[str, Note]:
        notes = {"region": region_note(values["region"], self._regions, required=True)}
        if not values["name"]:
            return notes | {"name": Note(stops=True)}
        for name, check in self.services.profiles.check_all_free(
            self.new_names(values).values()
        ).items():
            if (note := name_note(check)).stops:
                text = note.text if self._one else f"{name}: {note.text}"
                return notes | {"name": Note(text, stops=True)}
        if stored := self._edits.names_in_credentials_file(each.name for each in self._profiles):
            not_copied = profile_strings.not_copied(stored)
            text = labels.join_hints((profile_strings.NAME_FREE, not_copied))
            return notes | {"name": Note(text, warns=True)}
        return notes | {"name": Note(profile_strings.NAME_FREE)}

    def plan(self, values: FormValues) -> Change:
        return self._edits.plan_duplicates(self.new_names(values), values["region"])

    def written_name(self, values: FormValues) -> str:
        return next(iter(self.new_names(values).values()))

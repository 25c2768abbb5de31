"""Profiles once more, in another region."""

from __future__ import annotations

from collections.abc import Sequence

from rolecall.domain.model import Profile
from rolecall.presentation import labels, profile_strings, save_strings
from rolecall.services.profile_changes import Change
from rolecall.ui.screens.base.form import Field, Note, region_note
from rolecall.ui.screens.base.profile_form import ProfilesForm, name_note


class DuplicateProfilesScreen(ProfilesForm):
    """The second field is the new name or, for several, what is put behind each name; it follows
    the region until it is typed.
    """

    def __init__(self, profiles: Sequence[Profile], regions: Sequence[str]) -> None:
        words = profile_strings
        super().__init__(words.DUPLICATE_OF, words.DUPLICATE_SEVERAL, profiles, regions)
        self._named = False

    def fields(self) -> Sequence[Field]:
        label = labels.PROFILE if self._one else profile_strings.ENDING
        return (
            Field(
                "region",
                profile_strings.OTHER_REGION,
                hint=profile_strings.OTHER_REGION_HINT,
                suggestions=self._regions,
            ),
            Field("name", label),
        )

    def values_changed(self, field_id: str) -> None:
        if field_id == "name":
            self._named = bool(self.value("name"))
        elif not self._named:
            region = self.value("region")
            start = self._one.name if self._one else ""
            self.set_value("name", f"{start}-{region}" if region else "")

    def _names(self) -> dict[str, str]:
        typed = self.value("name")
        if self._one:
            return {self._one.name: typed}
        return {each.name: f"{each.name}{typed}" for each in self._profiles}

    def notes(self) -> dict[str, Note]:
        notes = {"region": region_note(self.value("region"), self._regions, required=True)}
        if not self.value("name"):
            return notes | {"name": Note(stops=True)}
        checks = self.rolecall.services.profiles.check_all_free(self._names().values())
        said = {name: name_note(check) for name, check in checks.items()}
        stops = next((name for name, note in said.items() if note.stops), None)
        if stops is None:
            return notes | {"name": Note(save_strings.NAME_FREE)}
        text = said[stops].text
        return notes | {"name": Note(text if self._one else f"{stops}: {text}", stops=True)}

    def plan(self) -> Change:
        return self._service.plan_duplicates(self._names(), self.value("region"))

    def written_name(self) -> str:
        return next(iter(self._names().values()))

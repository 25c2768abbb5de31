"""Another name, region or output for a profile; the same region and output for several."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from rolecall.domain.model import Profile
from rolecall.domain.settings import OUTPUTS
from rolecall.services.profile_changes import Change, ProfileChanges
from rolecall.ui import profile_strings, strings
from rolecall.ui.screens.command_screen import bindings
from rolecall.ui.screens.form_screen import (
    Field,
    FormScreen,
    Note,
    name_note,
    output_note,
    region_note,
)


class EditProfilesScreen(FormScreen[str | None]):
    """Its result is the name of the (first) profile, as it is afterwards."""

    BINDINGS = bindings(FormScreen.place)

    def __init__(self, profiles: Sequence[Profile], regions: Sequence[str]) -> None:
        super().__init__()
        self._profiles = profiles
        self._regions = regions
        self._one = profiles[0] if len(profiles) == 1 else None
        self.title_text = (
            profile_strings.EDIT_OF.format(name=self._one.name)
            if self._one
            else profile_strings.EDIT_SEVERAL.format(count=len(profiles))
        )

    @property
    def _service(self) -> ProfileChanges:
        return self.rolecall.workplace.profile_changes

    def fields(self) -> Sequence[Field]:
        region, region_hint = self._common("region")
        output, output_hint = self._common("output")
        return (
            *([Field("name", strings.PROFILE, self._one.name)] if self._one else []),
            Field("region", strings.REGION, region, region_hint, self._regions),
            Field("output", strings.OUTPUT, output, output_hint, OUTPUTS),
        )

    def _common(self, key: str) -> tuple[str, str]:
        """What all of them have, and what to say of an empty field."""
        if self._one:
            return self._one.settings.get(key, ""), profile_strings.REMOVE_HINT
        found = {each.settings.get(key, "") for each in self._profiles}
        if len(found) > 1:
            return "", profile_strings.SEVERAL_HINT
        return found.pop(), profile_strings.LEAVE_HINT

    def notes(self) -> dict[str, Note]:
        notes = {
            "region": region_note(self.value("region"), self._regions, required=False),
            "output": output_note(self.value("output")),
        }
        if self._one:
            notes["name"] = self._name_note(self._one, self.value("name"))
        return notes

    def _name_note(self, profile: Profile, name: str) -> Note:
        if name == profile.name:
            return Note(profile_strings.NAME_KEPT)
        note = name_note(self._service.check_new_name(profile, name))
        if note.stops:
            return note
        if self._service.has_keys_elsewhere(profile):
            return Note(profile_strings.KEYS_STAY, stops=True)
        said = [note.text]
        if users := [each.name for each in self._service.users_of(profile)]:
            said.append(profile_strings.RENAMES_TOO.format(names=profile_strings.names(users)))
        if variable := self._service.variable_that_says(profile.name):
            words = profile_strings.VARIABLE_SAYS
            said.append(words.format(variable=variable, name=profile.name))
            return Note("; ".join(said), warns=True)
        return Note("; ".join(said))

    def plan(self) -> Change:
        region, output = self.value("region"), self.value("output")
        if self._one:
            return self._service.plan_edit(self._one, self.value("name"), region, output)
        return self._service.plan_edit_all(self._profiles, region, output)

    def sending(self, change: Change) -> Callable[[], str | None]:
        name = self.value("name") if self._one else self._profiles[0].name
        return partial(self._write, change, name)

    def _write(self, change: Change, name: str) -> str:
        self._service.commit(change)
        return name

"""Another name, region or output for a profile; for several the same region and output, and names
with one text in the place of another.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from rolecall.domain.model import Profile
from rolecall.domain.settings import OUTPUTS
from rolecall.presentation import labels, profile_strings
from rolecall.services.profile_changes import Change
from rolecall.ui.screens.base.form import Field, Note, region_note
from rolecall.ui.screens.base.profile_form import ProfilesForm, name_note, output_note


class EditProfilesScreen(ProfilesForm):
    def __init__(self, profiles: Sequence[Profile], regions: Sequence[str]) -> None:
        words = profile_strings
        super().__init__(words.EDIT_OF, words.EDIT_SEVERAL, profiles, regions)

    def fields(self) -> Sequence[Field]:
        region, region_hint = self._common("region")
        output, output_hint = self._common("output")
        words = profile_strings
        return (
            *(
                [Field("name", labels.PROFILE, self._one.name)]
                if self._one
                else [
                    Field("find", words.REPLACE, hint=words.REPLACE_HINT),
                    Field("put", words.REPLACE_BY),
                ]
            ),
            Field("region", labels.REGION, region, region_hint, self._regions),
            Field("output", labels.OUTPUT, output, output_hint, OUTPUTS),
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
        else:
            notes["put"] = self._names_note(self._renamed())
        return notes

    def _renamed(self) -> dict[str, str]:
        """The new names of those that the text to replace is in, by their old ones."""
        find, put = self.value("find"), self.value("put")
        if not find:
            return {}
        names = {each.name: each.name.replace(find, put) for each in self._profiles}
        return {old: new for old, new in names.items() if new != old}

    def _names_note(self, renamed: Mapping[str, str]) -> Note:
        if not renamed:
            return Note(profile_strings.NONE_RENAMED if self.value("find") else "")
        new = Counter(renamed.values())
        for name, check in self.rolecall.services.profiles.check_all_free(new).items():
            note = name_note(check)
            if new[name] > 1:
                note = Note(profile_strings.NAMED_TWICE, stops=True)
            if note.stops:
                return Note(f"{name}: {note.text}", stops=True)
        if left := self._service.with_keys_elsewhere(renamed):
            return Note(f"{profile_strings.names(left)}: {profile_strings.KEYS_STAY}", stops=True)
        said = profile_strings.RENAMED.format(count=f"{len(renamed):,}", example=next(iter(new)))
        return self._with_warnings(said, renamed)

    def _with_warnings(self, said: str, names: Collection[str]) -> Note:
        """What is said and, where the credentials file or the shell around us has one of the old
        names and goes on to, that too.
        """
        warnings = []
        if users := self._service.users_elsewhere(names):
            shown, path = profile_strings.names(users), self.rolecall.credentials_path
            warnings.append(profile_strings.USERS_STAY.format(names=shown, path=path))
        for name in names:
            if variable := self._service.variable_that_says(name):
                words = profile_strings.VARIABLE_SAYS
                warnings.append(words.format(variable=variable, name=name))
        return Note("; ".join([said, *warnings]), warns=bool(warnings))

    def _name_note(self, profile: Profile, name: str) -> Note:
        if name == profile.name:
            return Note(profile_strings.NAME_KEPT)
        note = name_note(self._service.check_new_name(profile, name))
        if note.stops:
            return note
        if self._service.with_keys_elsewhere([profile.name]):
            return Note(profile_strings.KEYS_STAY, stops=True)
        said = [note.text]
        if users := [each.name for each in self._service.users_of(profile)]:
            said.append(profile_strings.RENAMES_TOO.format(names=profile_strings.names(users)))
        return self._with_warnings("; ".join(said), [profile.name])

    def plan(self) -> Change:
        region, output = self.value("region"), self.value("output")
        if self._one:
            return self._service.plan_edit(self._one, self.value("name"), region, output)
        return self._service.plan_edit_all(self._profiles, self._renamed(), region, output)

    def written_name(self) -> str:
        first = self._profiles[0].name
        return self.value("name") if self._one else self._renamed().get(first, first)

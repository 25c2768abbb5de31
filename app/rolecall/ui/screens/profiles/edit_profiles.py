"""The form that edits one profile, or the region, the output and a part of the names of several."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

from rolecall.domain.config.file_change import Change
from rolecall.domain.model import Profile
from rolecall.domain.settings.settings import OUTPUTS
from rolecall.presentation import labels
from rolecall.presentation.paths import credentials_file
from rolecall.presentation.texts import profile_strings
from rolecall.ui.screens.base.form_fields import FieldSpec, FormValues, Note, region_note
from rolecall.ui.screens.profiles.profile_form import ProfileForm, name_note, output_note


class EditProfilesScreen(ProfileForm):
    step = labels.EDIT_STEP

    def __init__(self, profiles: Sequence[Profile], regions: Sequence[str]) -> None:
        title = profile_strings.edit_title([each.name for each in profiles])
        super().__init__(title, regions, profiles)
        self._credentials_path = credentials_file()

    def fields(self) -> Sequence[FieldSpec]:
        region, region_hint = self._common("region")
        output, output_hint = self._common("output")
        words = profile_strings
        return (
            *(
                [FieldSpec("name", labels.PROFILE, self._one.name)]
                if self._one
                else [
                    FieldSpec("find", words.REPLACE, hint=words.REPLACE_HINT),
                    FieldSpec("put", words.REPLACE_BY),
                ]
            ),
            FieldSpec("region", labels.REGION, region, region_hint, self._regions),
            FieldSpec("output", labels.OUTPUT, output, output_hint, OUTPUTS),
        )

    def _common(self, key: str) -> tuple[str, str]:
        """Return the value that all profiles share, or "", and the hint for an empty field."""
        if self._one:
            return self._one.in_config(key) or "", profile_strings.REMOVE_HINT
        found = {each.in_config(key) or "" for each in self._profiles}
        if len(found) > 1:
            return "", profile_strings.SEVERAL_HINT
        return found.pop(), profile_strings.LEAVE_HINT

    def notes(self, values: FormValues) -> dict[str, Note]:
        notes = {
            key: self._with_overridden(key, note)
            for key, note in (
                ("region", region_note(values["region"], self._regions, required=False)),
                ("output", output_note(values["output"])),
            )
        }
        if self._one:
            notes["name"] = self._name_note(self._one, values["name"])
        else:
            notes["put"] = self._names_note(values)
        return notes

    def _with_overridden(self, key: str, note: Note) -> Note:
        names = [each.name for each in self._profiles if key in each.overridden]
        if note.stops or not names:
            return note
        text = profile_strings.overridden([key])
        if not self._one:
            text = f"{profile_strings.first_names(names)}: {text}"
        return Note(labels.join_hints((note.text, text)), warns=True)

    def new_names(self, values: FormValues) -> dict[str, str]:
        """Return the new names of the renamed profiles, by the old names."""
        if self._one:
            return {self._one.name: values["name"]}
        find, put = values["find"], values["put"]
        if not find:
            return {}
        names = {each.name: each.name.replace(find, put) for each in self._profiles}
        return {old: new for old, new in names.items() if new != old}

    def _names_note(self, values: FormValues) -> Note:
        renamed = self.new_names(values)
        if not renamed:
            return Note(profile_strings.NONE_RENAMED if values["find"] else "")
        if left := self._edits.names_in_credentials_file(renamed):
            return Note(
                f"{profile_strings.first_names(left)}: {profile_strings.KEYS_STAY}", stops=True
            )
        new = Counter(renamed.values())
        renamed_profiles = [each for each in self._profiles if each.name in renamed]
        checks = self.services.profiles.check_all_free(new, renamed_profiles)
        for name, check in checks.items():
            note = name_note(check)
            if new[name] > 1:
                note = Note(profile_strings.NAMED_TWICE, stops=True)
            if note.stops:
                return Note(f"{name}: {note.text}", stops=True)
        text = profile_strings.RENAMED.format(count=f"{len(renamed):,}", example=next(iter(new)))
        return self._with_warnings(text, renamed)

    def _with_warnings(self, text: str, old_names: Collection[str]) -> Note:
        """Return a note that also says where the old names stay in use."""
        warnings = []
        if users := self._edits.profiles.credentials.users_of(old_names):
            shown, path = profile_strings.first_names(users), self._credentials_path
            warnings.append(profile_strings.USERS_STAY.format(names=shown, path=path))
        for name in old_names:
            if variable := self._edits.variable_naming(name):
                words = profile_strings.VARIABLE_SAYS
                warnings.append(words.format(variable=variable, name=name))
        return Note(labels.join_hints([text, *warnings]), warns=bool(warnings))

    def _name_note(self, profile: Profile, name: str) -> Note:
        if name == profile.name:
            return Note(profile_strings.NAME_KEPT)
        if self._edits.names_in_credentials_file([profile.name]):
            return Note(profile_strings.KEYS_STAY, stops=True)
        note = name_note(self._edits.check_new_name(profile, name))
        if note.stops:
            return note
        texts = [note.text]
        if users := [each.name for each in self._edits.users_of(profile)]:
            texts.append(
                profile_strings.RENAMES_TOO.format(names=profile_strings.first_names(users))
            )
        return self._with_warnings(labels.join_hints(texts), [profile.name])

    def plan(self, values: FormValues) -> Change:
        region, output = values["region"], values["output"]
        if self._one:
            return self._edits.plan_edit(self._one, values["name"], region, output)
        return self._edits.plan_edit_all(self._profiles, self.new_names(values), region, output)

    def written_name(self, values: FormValues) -> str:
        first = self._profiles[0].name
        return self.new_names(values).get(first, first)

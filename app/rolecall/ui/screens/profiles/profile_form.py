"""What the forms for profiles share: writing, and the notes on names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from rolecall.domain.config.file_change import Change
from rolecall.domain.model import Profile
from rolecall.domain.settings.settings import OUTPUTS
from rolecall.presentation import labels
from rolecall.presentation.paths import credentials_file
from rolecall.presentation.texts import profile_strings
from rolecall.services.profiles.profiles import NameCheck, NameStatus
from rolecall.ui.screens.base.form import FormScreen
from rolecall.ui.screens.base.form_fields import FormValues, Note


class ProfileForm(FormScreen[str | None]):
    """The result is the name of the profile that was written, or of the first of several.

    `profiles`: those that the form changes or copies; none for a new one.
    """

    act = "save"

    def __init__(
        self, title: str, regions: Sequence[str], profiles: Sequence[Profile] = ()
    ) -> None:
        super().__init__()
        self.title_text = title
        self._regions = regions
        self._edits = self.services.profile_edits
        self._profiles = profiles
        self._one = profiles[0] if len(profiles) == 1 else None

    def new_names(self, values: FormValues) -> Mapping[str, str]:
        """Return the new names of the profiles, by the old names."""
        return {}

    def written_name(self, values: FormValues) -> str:
        """Return the name that the (first) profile gets."""
        return values["name"]

    def is_production(self, values: FormValues) -> bool:
        new, is_production = self.new_names(values), self.host.state.production.is_production
        return any(
            is_production(each.acts_in, each.name, new.get(each.name, ""))
            for each in self._profiles
        )

    def submit(self, values: FormValues, change: Change) -> str:
        self.services.profiles.commit(change)
        return self.written_name(values)


_NAME_NOTES: Final = {
    NameStatus.FREE: Note(profile_strings.NAME_FREE),
    NameStatus.UPDATES: Note(profile_strings.NAME_UPDATES),
    NameStatus.CASE: Note(profile_strings.NAME_CASE, stops=True),
    NameStatus.DEFAULT: Note(profile_strings.NAME_DEFAULT, warns=True),
}


def name_note(check: NameCheck) -> Note:
    match check.status:
        case NameStatus.INVALID:
            return Note(profile_strings.NAME_PROBLEMS[check.problem or "empty"], stops=True)
        case NameStatus.TAKEN:
            what = labels.profile_summary(check.profile) if check.profile else ""
            return Note(profile_strings.NAME_TAKEN.format(what=what), stops=True)
        case NameStatus.IN_CREDENTIALS_FILE | NameStatus.STORED:
            has_keys = check.status is NameStatus.IN_CREDENTIALS_FILE
            text = profile_strings.NAME_IN_CREDENTIALS if has_keys else profile_strings.NAME_STORED
            return Note(text.format(path=credentials_file()), stops=True)
        case NameStatus.FREE | NameStatus.UPDATES | NameStatus.CASE | NameStatus.DEFAULT:
            return _NAME_NOTES[check.status]


def output_note(output: str) -> Note:
    is_known = not output or output in OUTPUTS
    return Note() if is_known else Note(profile_strings.OUTPUT_INVALID, stops=True)

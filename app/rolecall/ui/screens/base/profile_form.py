"""What the forms for profiles share: the write, and what is said of a name while it is typed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from rolecall.domain.model import Profile
from rolecall.domain.settings import OUTPUTS
from rolecall.presentation import labels, save_strings
from rolecall.presentation.paths import credentials_file
from rolecall.services.profile_changes import Change, ProfileChanges
from rolecall.services.profiles import NameCheck, NameStatus
from rolecall.ui.screens.base.form import FormScreen, Note


class ProfileForm(FormScreen[str | None]):
    """Its result is the name of the (first) profile that was written."""

    def __init__(self, title: str, regions: Sequence[str]) -> None:
        super().__init__()
        self.title_text = title
        self._regions = regions

    @property
    def _service(self) -> ProfileChanges:
        return self.rolecall.services.profile_changes

    def written_name(self) -> str:
        """What the (first) profile will be called."""
        return self.value("name")

    def sending(self, change: Change) -> Callable[[], str | None]:
        return partial(self._write, change, self.written_name())

    def _write(self, change: Change, name: str) -> str:
        self._service.commit(change)
        return name


class ProfilesForm(ProfileForm):
    """For one profile, with a `title` that names it, or for `several` at once."""

    def __init__(
        self, title: str, several: str, profiles: Sequence[Profile], regions: Sequence[str]
    ) -> None:
        self._profiles = profiles
        self._one = profiles[0] if len(profiles) == 1 else None
        words = title if self._one else several
        super().__init__(words.format(name=profiles[0].name, count=len(profiles)), regions)

    @property
    def about(self) -> Sequence[str]:
        return self.rolecall.state.names_of(*self._profiles)


def name_note(check: NameCheck) -> Note:
    match check.status:
        case NameStatus.INVALID:
            return Note(save_strings.NAME_PROBLEMS[check.problem or "empty"], stops=True)
        case NameStatus.TAKEN:
            what = labels.profile_summary(check.profile) if check.profile else ""
            return Note(save_strings.NAME_TAKEN.format(what=what), stops=True)
        case NameStatus.UPDATES:
            return Note(save_strings.NAME_UPDATES)
        case NameStatus.IN_CREDENTIALS_FILE:
            return Note(
                save_strings.NAME_IN_CREDENTIALS.format(path=credentials_file()), stops=True
            )
        case NameStatus.FREE:
            return Note(save_strings.NAME_FREE)


def output_note(output: str) -> Note:
    is_known = not output or output in OUTPUTS
    return Note() if is_known else Note(save_strings.OUTPUT_INVALID, stops=True)

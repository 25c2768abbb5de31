"""Profiles once more, in another region."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from rolecall.domain.model import Profile
from rolecall.services.profile_changes import Change, ProfileChanges
from rolecall.ui import profile_strings, strings
from rolecall.ui.screens.command_screen import bindings
from rolecall.ui.screens.form_screen import Field, FormScreen, Note, name_note, region_note


class DuplicateProfilesScreen(FormScreen[str | None]):
    """Its result is the name of the (first) new profile.

    The second field is the new name or, for several, what is put behind each name; it follows the
    region until it is typed.
    """

    BINDINGS = bindings(FormScreen.place)

    def __init__(self, profiles: Sequence[Profile], regions: Sequence[str]) -> None:
        super().__init__()
        self._profiles = profiles
        self._regions = regions
        self._one = profiles[0] if len(profiles) == 1 else None
        self._named = False
        self.title_text = (
            profile_strings.DUPLICATE_OF.format(name=self._one.name)
            if self._one
            else profile_strings.DUPLICATE_SEVERAL.format(count=len(profiles))
        )

    @property
    def _service(self) -> ProfileChanges:
        return self.rolecall.workplace.profile_changes

    def fields(self) -> Sequence[Field]:
        label = strings.PROFILE if self._one else profile_strings.ENDING
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
        checks = self.rolecall.workplace.profiles.check_all_free(self._names().values())
        said = {name: name_note(check) for name, check in checks.items()}
        stops = next((name for name, note in said.items() if note.stops), None)
        if stops is None:
            return notes | {"name": Note(strings.NAME_FREE)}
        text = said[stops].text
        return notes | {"name": Note(text if self._one else f"{stops}: {text}", stops=True)}

    def plan(self) -> Change:
        return self._service.plan_duplicates(self._names(), self.value("region"))

    def sending(self, change: Change) -> Callable[[], str | None]:
        return partial(self._write, change, next(iter(self._names().values())))

    def _write(self, change: Change, name: str) -> str:
        self._service.commit(change)
        return name

"""Asks where the team's file is. What it changes is shown next, before anything is taken over."""

from __future__ import annotations

from collections.abc import Sequence

from rolecall.domain.config.file_change import Change
from rolecall.domain.text import original
from rolecall.presentation.texts import team_strings as words
from rolecall.services.team.team import TeamPlan
from rolecall.ui.screens.base.form import FormScreen
from rolecall.ui.screens.base.form_fields import FieldSpec, FormValues, Note


class TeamLocationScreen(FormScreen[TeamPlan]):
    """The result is the plan to take a file over."""

    step = words.LOCATION
    title_text = words.TITLE
    trying = words.FETCHING
    unchanged = ""

    def __init__(self, location: str) -> None:
        """`location`: where the file is that was taken over before, if any."""
        super().__init__()
        self._location = location
        self._plan: TeamPlan | None = None

    @property
    def act_name(self) -> str:
        return words.ADD_STEP

    def fields(self) -> Sequence[FieldSpec]:
        location = self._location
        return (
            FieldSpec(
                "location", words.LOCATION, location, words.LOCATION_HINT, help=words.LOCATION_HELP
            ),
        )

    def notes(self, values: FormValues) -> dict[str, Note]:
        return {"location": Note(words.FETCHES) if values["location"] else Note(stops=True)}

    def plan(self, values: FormValues) -> Change:
        """Return no change: the file is fetched only with Enter."""
        return Change(self.services.locations.team, None, b"", "")

    def try_out(self, values: FormValues) -> FormValues:
        self._plan = self.services.team.plan(original(values["location"]))
        return values

    def submit(self, values: FormValues, change: Change) -> TeamPlan:
        assert self._plan is not None
        return self._plan

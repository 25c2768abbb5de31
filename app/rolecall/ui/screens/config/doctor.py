"""What `rolecall doctor` finds in the AWS files, the caches and the settings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from textual import work

from rolecall.domain.errors import RolecallError
from rolecall.domain.records import NamedTuple
from rolecall.presentation import labels
from rolecall.presentation.commands import Command, Place
from rolecall.presentation.errors import describe, explain
from rolecall.presentation.paths import as_written
from rolecall.presentation.texts import finding_strings, inventory_strings, settings_strings
from rolecall.services.config.doctor import Examination
from rolecall.ui.screens.base.detail import DetailScreen
from rolecall.ui.widgets.table.columns import Column


class Problem(NamedTuple):
    """`where` is a file and its line. `subject` may be a profile."""

    where: str
    text: str
    subject: str = ""


class DoctorScreen(DetailScreen[Problem]):
    place = Place.DOCTOR
    noun = finding_strings.PROBLEMS_NOUN

    def __init__(self) -> None:
        super().__init__()
        self._problems: Sequence[Problem] | None = None  # None: being looked for
        self._failure = ""

    def columns(self) -> Sequence[Column[Problem]]:
        return (
            Column("text", labels.WHAT, lambda row: row.text, None, 30, is_name=True),
            Column("where", finding_strings.PLACE, lambda row: row.where, "muted", 14),
        )

    def row_key(self, row: Problem) -> Problem:
        return row

    def rows(self) -> Sequence[Problem]:
        return self._problems or ()

    def has_read_rows(self) -> bool:
        return self._problems is not None

    def placeholder(self) -> str:
        if not self.has_read_rows():
            return finding_strings.EXAMINING
        return self._failure or finding_strings.CLEAN

    def on_screen_resume(self) -> None:
        self._examine()

    def do_refresh_all(self) -> None:
        self._examine()

    @work(exclusive=True)
    async def _examine(self) -> None:
        examine = self.host.services.examine
        try:
            self._problems = await self.in_thread(lambda: list(_problems(examine())))
        except RolecallError as error:
            self._problems, self._failure = (), explain(error)
        self.show_state()

    def blocked(self, command: Command) -> str | None:
        if reason := super().blocked(command):
            return reason
        if command.id == "go_to_profile" and (row := self.current) and not self._is_profile(row):
            return finding_strings.NOT_OF_A_PROFILE
        return None

    def _is_profile(self, row: Problem) -> bool:
        return any(each.name == row.subject for each in self.host.state.profiles)

    def do_go_to_profile(self) -> None:
        if row := self.current:
            self.flows.profiles.show(row.subject)


def _problems(found: Examination) -> Iterator[Problem]:
    for error in found.errors:
        yield Problem("", explain(error))
    for each in found.findings:
        line = f":{each.line}" if each.line else ""
        yield Problem(f"{as_written(each.path)}{line}", describe(each), each.subject)
    own = as_written(found.settings.file.path)
    for bad in found.settings.last.bad:
        yield Problem(bad.path or own, settings_strings.bad(bad))
    if not found.has_cache:
        yield Problem("", inventory_strings.NO_CACHE)

"""What was taken over from a team's file: a row for each of its entries."""

from __future__ import annotations

from collections.abc import Sequence

from rolecall.domain.search.folding import Prose
from rolecall.presentation import labels, times
from rolecall.presentation.commands import Command, Place, with_keys
from rolecall.presentation.texts import command_strings, inventory_strings, team_strings
from rolecall.services.team.team_overview import TeamEntry, TeamOverview, TeamPart
from rolecall.ui.screens.base.detail import DetailScreen, annotation_lines
from rolecall.ui.widgets.detail_pane import Detail, DetailLine, section
from rolecall.ui.widgets.table.columns import Column


class TeamScreen(DetailScreen[TeamEntry]):
    place = Place.TEAM
    noun = team_strings.NOUN

    def __init__(self, overview: TeamOverview, problem: str) -> None:
        """`problem`: why it is unknown what was taken over, or ""."""
        super().__init__()
        self._overview = overview
        self._problem = problem

    def columns(self) -> Sequence[Column[TeamEntry]]:
        return (
            Column("what", team_strings.WHAT, _what, "muted", minimum=10, drop_order=3),
            Column(
                "name", labels.NAME_COLUMN, self._title_of, "strong",
                minimum=12, badge=self._badge, is_name=True,
            ),
            Column("id", labels.ACCOUNT_ID, _account_id, "muted", 12, drop_order=4),
            Column(
                "value", team_strings.VALUE, lambda row: Prose(row.value),
                minimum=16,
            ),
            Column(
                "own", team_strings.OWN, lambda row: row.own, "accent",
                minimum=8, drop_order=2,
            ),
            Column(
                "groups", inventory_strings.GROUPS, lambda row: row.said.group_words,
                wanted=lambda: False,
            ),
        )  # fmt: skip

    def row_key(self, row: TeamEntry) -> tuple[str, str]:
        return row.part.value, row.name

    def rows(self) -> Sequence[TeamEntry]:
        return self._overview.entries

    def on_screen_resume(self) -> None:
        """Read again what a form may have changed over this screen, or in another place."""
        self.flows.team.refresh()

    def show(self, overview: TeamOverview, problem: str) -> None:
        self._overview, self._problem = overview, problem
        self.show_state()

    async def detail_of(self, row: TeamEntry) -> Detail:
        lines = [DetailLine(_what(row), "strong")]
        if row.part is TeamPart.ACCOUNT:
            lines += [DetailLine(row.name), *annotation_lines(row.said)]
        else:
            lines += section(team_strings.VALUE, row.value.split(" · "), "text")
        if row.own:
            lines += section(team_strings.OWN, [row.own], "accent")
            lines += section("", [team_strings.OWN_COUNTS], "muted")
        lines += section("", [command_strings.about(self.place.value)], "muted")
        return Detail(self._title_of(row) or _what(row), lines, self._badge(row))

    def _title_of(self, row: TeamEntry) -> str:
        if row.part is not TeamPart.ACCOUNT:
            return row.name
        account = self.host.state.account_with(row.name, None)
        return account.name if account else row.said.alias or row.name

    def _badge(self, row: TeamEntry) -> str:
        is_account = row.part is TeamPart.ACCOUNT
        return self.production_badge(row.name, *row.said.names) if is_account else ""

    # --- texts

    def trail(self) -> tuple[str, ...]:
        return (self._overview.location,) if self._overview.location else ()

    def placeholder(self) -> str:
        if self._problem:
            return self._problem
        return with_keys(team_strings.EMPTY if self._overview.location else team_strings.NONE)

    def count_text(self) -> str:
        return super().count_text() if self._overview.location else ""

    def foot_text(self) -> str:
        fetched = self._overview.fetched_at
        if fetched is None:
            return super().foot_text()
        when = team_strings.FETCHED.format(when=times.moment(fetched, self.host.now()))
        return labels.SEPARATOR.join(filter(None, (super().foot_text(), when)))

    # --- commands

    def blocked(self, command: Command) -> str | None:
        has_none = not (self._overview.location or self._problem)
        if has_none and command.id in {"team_update", "team_remove"}:
            return with_keys(team_strings.NONE)
        return super().blocked(command)

    def do_team_add(self) -> None:
        self.flows.team.add()

    def do_team_update(self) -> None:
        self.flows.team.update()

    def do_team_remove(self) -> None:
        self.flows.team.remove()


def _what(row: TeamEntry) -> str:
    return team_strings.PARTS[row.part.value]


def _account_id(row: TeamEntry) -> str:
    return row.name if row.part is TeamPart.ACCOUNT else ""

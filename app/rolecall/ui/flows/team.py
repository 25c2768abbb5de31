"""The Team place: show what a team's file brings, take one over, fetch it again, remove it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from rolecall.domain.errors import RolecallError
from rolecall.domain.text import safe
from rolecall.presentation.commands import Place
from rolecall.presentation.differences import difference
from rolecall.presentation.errors import explain
from rolecall.presentation.paths import config_file
from rolecall.presentation.texts import team_strings
from rolecall.ui.flows.dialogs import Flow, asked, confirmed, in_background, unflash, written
from rolecall.ui.state.events import ConfigChanged
from rolecall.ui.work import WorkGroup, in_thread

if TYPE_CHECKING:
    from rolecall.services.team.team import TeamPlan
    from rolecall.services.team.team_overview import TeamOverview
    from rolecall.ui.state.host import Host


class TeamFlow(Flow):
    def __init__(self, host: Host) -> None:
        super().__init__(host)
        self._reads = 0  # the number of reads; only the last one is shown

    @in_background(WorkGroup.TEAM_ROWS)
    async def refresh(self) -> None:
        await self.show_again()

    async def show_again(self) -> None:
        """Show what was taken over now, if the Team place is visible."""
        screen = self._host.screen
        if getattr(screen, "place", None) is Place.TEAM:
            from rolecall.ui.screens.team.team import TeamScreen

            assert isinstance(screen, TeamScreen)
            self._reads += 1
            read = self._reads
            overview, problem = await in_thread(self._overview)
            if screen.is_open and read == self._reads:
                screen.show(overview, problem)

    def _overview(self) -> tuple[TeamOverview, str]:
        """Return what was taken over, and what is wrong with it."""
        from rolecall.services.team.team_overview import TeamOverview

        try:
            return self._host.services.team.overview(), ""
        except RolecallError as error:
            return TeamOverview(), explain(error)

    @in_background(WorkGroup.TEAM, opens=True)
    async def open(self) -> None:
        """Show what was taken over."""
        from rolecall.ui.screens.team.team import TeamScreen

        found = await in_thread(self._overview)
        self._host.require_asker()
        if not isinstance(self._host.screen, TeamScreen):
            self._host.push_screen(TeamScreen(*found))

    @in_background(WorkGroup.TEAM, opens=True)
    async def add(self) -> None:
        """Ask for the location of a team's file, show the changes, and take it over."""
        from rolecall.ui.screens.team.team_location import TeamLocationScreen

        location = await in_thread(self._host.services.team.last_location)
        plan = await self._host.ask(TeamLocationScreen(location))
        turn = self._host.type_ahead.turn
        if plan is not None:
            await self._take_over(plan)
        await self._host.deliver_typed_keys(turn)

    @in_background(WorkGroup.TEAM)
    async def update(self) -> None:
        """Fetch the file again. Keys work until there is a question."""
        self._host.flash(team_strings.FETCHING)
        plan = await asked(self._host, self._host.services.team.plan_update)
        unflash(self._host, team_strings.FETCHING)
        await self._take_over(plan)

    @in_background(WorkGroup.TEAM, opens=True)
    async def remove(self) -> None:
        """Remove what was taken over, after a confirmation."""
        await self._take_over(await in_thread(self._host.services.team.plan_removal))

    async def _take_over(self, plan: TeamPlan) -> None:
        location = plan.shown_location
        if plan.is_empty:
            await written(self._host, partial(self._host.services.team.commit, plan))
            await self.show_again()
            self._host.flash(team_strings.UNCHANGED.format(location=location))
            return
        act, title = team_strings.REMOVE, team_strings.REMOVE_TITLE
        if location:
            act, title = team_strings.TAKE_OVER, team_strings.ADD_TITLE.format(location=location)
        kept = ""
        if plan.kept:
            names = safe(" ".join(plan.kept))
            kept = team_strings.KEPT.format(names=names, config=config_file())
        diff = await in_thread(partial(difference, plan.copy, plan.config))
        if await confirmed(self._host, act, title, diff, warnings=kept):
            await written(self._host, partial(self._host.services.team.commit, plan))
            await self._host.announce(ConfigChanged())
            words = team_strings.ADDED if location else team_strings.REMOVED
            self._host.flash(words.format(location=location, config=config_file()))

"""The team's file: take it over, fetch it again, remove it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from rolecall.domain.errors import RolecallError
from rolecall.domain.text import safe
from rolecall.presentation import labels, team_strings
from rolecall.presentation.paths import as_written, config_file
from rolecall.ui.events import ConfigChanged
from rolecall.ui.flows.dialogs import confirmed
from rolecall.ui.threads import in_thread
from rolecall.ui.work_group import WorkGroup

if TYPE_CHECKING:
    from rolecall.services.team import TeamPlan
    from rolecall.ui.host import Host


class TeamFlow:
    def __init__(self, host: Host) -> None:
        self._host = host

    def open(self) -> None:
        """Ask where the file is, and show what it changes."""
        self._host.spawn(self._open, WorkGroup.TEAM, opens=True)

    async def _open(self) -> None:
        from rolecall.ui.screens.team import TeamScreen

        service = self._host.services.team
        location = await in_thread(service.last_location)
        plan = await self._host.ask(TeamScreen(location))
        turn = self._host.type_ahead.turn
        if plan is not None:
            try:
                await self._take_over(plan)
            except RolecallError as error:
                self._host.flash_error(error)
        await self._host.deliver_typed_keys(turn)

    async def _take_over(self, plan: TeamPlan) -> None:
        location = safe(plan.location)
        if plan.is_empty:
            self._host.flash(team_strings.UNCHANGED.format(location=location))
            return
        act, title = team_strings.REMOVE, team_strings.REMOVE_TITLE
        if location:
            act, title = team_strings.TAKE_OVER, team_strings.ADD_TITLE.format(location=location)
        kept = ""
        if plan.kept:
            names = safe(" ".join(plan.kept))
            kept = team_strings.KEPT.format(names=names, config=config_file())
        path = as_written(self._host.services.locations.team)
        intro = labels.WILL_CHANGE.format(path=f"{path}, {config_file()}")
        diff = await in_thread(plan.diff)
        if await confirmed(self._host, act, title, diff, intro=intro, warnings=kept):
            await in_thread(partial(self._host.services.team.commit, plan))
            await self._host.announce(ConfigChanged())
            words = team_strings.ADDED if location else team_strings.REMOVED
            self._host.flash(words.format(location=location, config=config_file()))

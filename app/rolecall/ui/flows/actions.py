"""Actions of the settings: ask for what they need, then run their command."""

from __future__ import annotations

import os
import shlex
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from rolecall.domain.errors.run_errors import ActionProblem, ActionRefused
from rolecall.domain.records import replace
from rolecall.domain.settings.action import RunsIn
from rolecall.domain.settings.settings import ACTIONS
from rolecall.domain.text import original, safe
from rolecall.presentation import keymap, labels
from rolecall.presentation.commands import ACTIONS as COMMANDS
from rolecall.presentation.texts import action_strings, inventory_strings, run_strings
from rolecall.services.runs.board import Stage
from rolecall.ui.flows.dialogs import Flow, asked, confirmed, in_background, save_profile, unflash
from rolecall.ui.work import WorkGroup, in_thread

if TYPE_CHECKING:
    from rolecall.domain.model import Profile
    from rolecall.domain.settings.action import Action
    from rolecall.services.runs.actions import Choice, Prepared
    from rolecall.services.runs.run_events import RunRow
    from rolecall.ui.state.rows import AssignmentRow


class ActionsFlow(Flow):
    """Runs actions with the row under the cursor. They are named as commands: "actions.eks"."""

    @in_background(WorkGroup.ACTION, opens=True)
    async def with_roles(self, name: str, rows: Sequence[AssignmentRow], unlisted: int = 0) -> None:
        """Run an action with one of these permission sets. `unlisted` accounts are left out."""
        if (action := self._action(name)) is None:
            return
        _check_tmux(action)
        if not rows:
            self._host.flash_warning(inventory_strings.why_no_sets(unlisted), asked=True)
            return
        row = rows[0] if len(rows) == 1 else await self._one_of(action, rows)
        if row is None:
            return
        has_profile = not action.needs_profile or self._host.state.profiles_of(row)
        if not has_profile and await save_profile(self._host, row) is None:
            return
        turn = self._host.type_ahead.turn
        role = row.session, row.assignment
        found = await in_thread(lambda: self._host.services.runs.of_roles([role]))
        await self._run(action, found[0])
        await self._host.deliver_typed_keys(turn)  # those after the Enter of the form

    @in_background(WorkGroup.ACTION, opens=True)
    async def with_profile(self, name: str, profile: Profile) -> None:
        if (action := self._action(name)) is None:
            return
        _check_tmux(action)
        names = [original(profile.name)]
        found = await in_thread(lambda: self._host.services.runs.of_profiles(names))
        await self._run(action, found[0])

    def _action(self, name: str) -> Action | None:
        """Return the action, or None if the settings no longer have it."""
        settings = self._host.settings_service
        action = settings.settings.actions.get(name.removeprefix(f"{ACTIONS}."))
        if action is None:
            keymap.use_actions(settings.settings, settings.last.line_of)
            self._host.show_state()
            return None
        return replace(action, name=COMMANDS[name].name)

    async def _one_of(self, action: Action, rows: Sequence[AssignmentRow]) -> AssignmentRow | None:
        names = {row.permission_set.name: row for row in rows}
        choices = [
            {
                labels.PERMISSION_SET: name,
                labels.PROFILE: " ".join(p.name for p in self._host.state.profiles_of(row)),
            }
            for name, row in names.items()
        ]
        chosen = await self._chosen(action, [rows[0].account.name], choices)
        return names[chosen[labels.PERMISSION_SET]] if chosen else None

    async def _chosen(
        self, action: Action, about: Sequence[str], choices: Sequence[Choice]
    ) -> Choice | None:
        from rolecall.ui.screens.base.choices import ChoicesScreen

        screen = ChoicesScreen(action.name, about, choices)
        await self._host.ask(screen)
        return screen.chosen

    async def _run(self, action: Action, row: RunRow) -> None:
        is_production = self._host.state.production.is_production(row.account_id, *row.names)
        if is_production and not await self._may_run(action, row):
            return
        services = self._host.services
        self._host.flash(action_strings.PREPARING.format(name=action.name))
        prepared = await asked(self._host, lambda: services.actions.prepare(action, row))
        if action.choose:
            about = [row.name]
            if not (choices := await self._listed(prepared, about)):
                return
            choice = await self._chosen(action, about, choices)
            if choice is None:
                return
            prepared = prepared.with_choice(choice)
        command = prepared.command()
        self._host.require_asker()
        match action.runs_in:
            case RunsIn.TERMINAL:
                self._in_terminal(prepared, command)
            case RunsIn.TMUX:
                await in_thread(partial(_in_window, prepared, command))
                self._host.flash(action_strings.IN_WINDOW.format(name=action.name))
            case RunsIn.BACKGROUND:
                self._in_background(prepared, command, row)

    async def _may_run(self, action: Action, row: RunRow) -> bool:
        title = action_strings.PRODUCTION_TITLE.format(name=action.name)
        what = run_strings.WHAT_RUNS(1, command=safe(shlex.join(action.command)))
        names = labels.SEPARATOR.join(dict.fromkeys(filter(None, (row.name, row.account))))
        return await confirmed(
            self._host, action_strings.RUN, title, names, intro=what, is_production=True
        )

    async def _listed(self, prepared: Prepared, about: Sequence[str]) -> list[Choice] | None:
        """List the choices. A screen says that they are being listed."""
        from rolecall.ui.screens.base.choices import ListingScreen

        action = prepared.action
        get = partial(self._host.services.actions.choices, prepared)
        screen = ListingScreen(action.name, about, shlex.join(action.choose), get)
        await self._host.ask(screen)
        return screen.choices

    def _in_terminal(self, prepared: Prepared, command: Sequence[str]) -> None:
        from rolecall.services.runs.action_programs import in_terminal

        action = prepared.action

        def pause(status: int) -> str:
            text = action_strings.ENTER_AFTER.format(name=action.name, status=status)
            return text if status or action.waits else ""

        status = self._host.run_outside(lambda: in_terminal(command, prepared.environ, pause))
        self._show_ended(action, status, "")

    @in_background()
    async def _in_background(self, prepared: Prepared, command: Sequence[str], row: RunRow) -> None:
        action = prepared.action
        board = self._host.services.runs.board(
            [row], command, self._host.state.production, lambda *_: prepared.environ
        )
        running = action_strings.RUNNING.format(name=action.name)
        self._host.flash(running)
        self._host.state.running_actions += 1
        try:
            await in_thread(board.run)
        finally:
            self._host.state.running_actions -= 1
        unflash(self._host, running)
        state = board.states[0]
        if state.ended is not None and state.ended.error is not None:
            raise state.ended.error
        if state.stage is Stage.STOPPED or state.ended is None or state.ended.status is None:
            self._host.flash(action_strings.STOPPED.format(name=action.name))
        else:
            self._show_ended(action, state.ended.status, board.output.last_line(0))

    def _show_ended(self, action: Action, status: int, line: str) -> None:
        if status:
            text = action_strings.FAILED.format(name=action.name, status=status, line=line)
            self._host.flash_warning(text.strip())
        else:
            text = action_strings.DONE.format(name=action.name, line=line)
            self._host.flash(text.strip(), asked=False)


def _check_tmux(action: Action) -> None:
    if action.runs_in is RunsIn.TMUX and not os.environ.get("TMUX"):
        raise ActionRefused(action.name, ActionProblem.NO_TMUX)


def _in_window(prepared: Prepared, command: Sequence[str]) -> None:
    from rolecall.services.runs.action_programs import in_tmux_window

    name = prepared.action.name
    pause = action_strings.ENTER_CLOSES.format(name=name, status="\0")
    in_tmux_window(name, command, prepared.environ, pause)

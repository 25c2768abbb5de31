"""The aliases, notes and groups of accounts: read them, and change the user's own."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from rolecall.domain.errors import RolecallError
from rolecall.presentation.errors import explain
from rolecall.presentation.paths import as_written
from rolecall.presentation.texts import inventory_strings
from rolecall.ui.flows.dialogs import Flow, in_background
from rolecall.ui.work import WorkGroup, in_thread

if TYPE_CHECKING:
    from rolecall.domain.model import Account


class AnnotationsFlow(Flow):
    async def read(self) -> None:
        """Read the annotations. If a file is wrong, the old ones stay, and all roles are
        production.
        """
        state = self._host.state
        found, problem, before = state.annotations, "", state.annotations_problem
        try:
            found = await in_thread(self._host.services.annotations.read)
        except RolecallError as error:
            problem = explain(error)
        state.annotations_problem = problem
        if found != state.annotations or bool(problem) != bool(before):
            state.set_annotations(found)
            self._host.refresh_texts()
            self._host.show_state()
        if problem and problem != before:
            self._host.flash_warning(problem)

    @in_background(WorkGroup.ANNOTATION, opens=True)
    async def edit(self, account: Account) -> None:
        """Change the user's alias, note and groups of the account."""
        from rolecall.ui.screens.inventory.annotate import AnnotateScreen

        service = self._host.services.annotations
        said = await in_thread(partial(service.own_and_shared, account.id))
        is_changed = await self._host.ask(AnnotateScreen(account, *said))
        turn = self._host.type_ahead.turn
        if is_changed:
            await self.read()
            path = as_written(self._host.services.locations.accounts)
            self._host.flash(inventory_strings.SAVED.format(path=path))
        await self._host.deliver_typed_keys(turn)

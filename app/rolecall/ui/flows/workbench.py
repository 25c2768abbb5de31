"""The naming workbench: opened with what is marked, and written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from rolecall.domain.errors import RolecallError
from rolecall.presentation import workbench_strings as words
from rolecall.presentation.commands import with_keys
from rolecall.presentation.paths import config_file
from rolecall.ui.threads import in_thread

if TYPE_CHECKING:
    from rolecall.domain.model import Assignment, SsoSession
    from rolecall.domain.plan import ExistingProfiles, NamingRules, Row, Target
    from rolecall.domain.template import Template
    from rolecall.ui.app import RolecallApp
    from rolecall.ui.screens.workbench import WorkbenchScreen

Chosen = Sequence[tuple["SsoSession", "Assignment"]]


class WorkbenchFlow:
    def __init__(self, app: RolecallApp) -> None:
        self._app = app
        # Rows that were left unwritten: what was typed in them is there when they come again.
        self._left: dict[Target, Row] = {}
        self._template: Template | None = None  # likewise, where it was not the usual one

    def open(self, chosen: Chosen, written: Callable[[], None]) -> None:
        """What each of these would become; `written` is called when they have been written."""
        self._app.spawn(partial(self._open, chosen, written), "save", opens=True)

    def write(self, screen: WorkbenchScreen) -> None:
        """Shows the difference in ~/.aws/config, and writes it if that is wanted."""
        self._app.spawn(partial(self._write, screen), "write", opens=True)

    async def _open(self, chosen: Chosen, written: Callable[[], None]) -> None:
        from rolecall.ui.screens.workbench import WorkbenchScreen

        bulk = self._app.services.bulk
        if not chosen:
            self._app.flash(words.NOTHING_LISTED)
            return

        def prepare() -> tuple[list[Row], ExistingProfiles, NamingRules, list[str]]:
            regions = self._app.services.sign_in.regions()
            return (
                bulk.rows(chosen),
                bulk.existing_profiles(),
                bulk.default_rules(chosen[0][0]),
                regions,
            )

        try:
            rows, ground, wishes, regions = await in_thread(prepare)
        except RolecallError as error:
            self._app.flash_error(error)
            return
        for row in rows:
            if (left := self._left.get(row.target)) is not None:
                row.take_over(left)
            self._left[row.target] = row
        usual = wishes.template
        wishes = replace(wishes, template=self._template or usual)
        screen = WorkbenchScreen(rows, ground, wishes, regions)
        await self._app.push_screen_wait(screen)
        is_left = not screen.is_written and screen.template != usual
        self._template = screen.template if is_left else None
        if screen.is_written:
            for row in rows:
                self._left.pop(row.target, None)
            written()
            await self._app.profiles.read_now()
            counts = words.written(screen.counts)
            self._app.flash(with_keys(words.WRITTEN, counts=counts, path=config_file()))

    async def _write(self, screen: WorkbenchScreen) -> None:
        bulk = self._app.services.bulk
        try:
            # Others may have written since it was opened, a profile of one of these names even.
            ground = await in_thread(bulk.existing_profiles)
            if not screen.is_attached:
                return
            screen.set_existing(ground)
            if not screen.is_ready():
                return
            change = await in_thread(partial(bulk.plan, screen.planned))
            diff = await in_thread(change.diff)
        except RolecallError as error:
            self._app.flash_error(error)
            return
        title = words.WRITE_TITLE.format(counts=words.written(screen.counts))
        intro = with_keys(words.WRITE_INTRO, path=config_file())
        if await self._app.changes.confirmed(title, diff, intro=intro):
            try:
                await in_thread(partial(bulk.save, change))
            except RolecallError as error:
                self._app.flash_error(error)
                return
            screen.is_written = True
            screen.dismiss(None)

"""The naming workbench: many profiles from many permission sets, in one write."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from rolecall.domain.records import replace
from rolecall.presentation import labels
from rolecall.presentation.commands import with_keys
from rolecall.presentation.paths import config_file
from rolecall.presentation.texts import inventory_strings
from rolecall.presentation.texts import workbench_strings as words
from rolecall.ui.flows.dialogs import Flow, confirmed, in_background, written
from rolecall.ui.state.events import ConfigChanged
from rolecall.ui.work import WorkGroup, asker, in_thread

if TYPE_CHECKING:
    from rolecall.domain.model import Assignment, SsoSession
    from rolecall.domain.naming.template import Template
    from rolecall.domain.profiles.plan import ExistingProfiles, NamingRules, PlanKey, PlanRow
    from rolecall.ui.state.host import Host

Chosen = Sequence[tuple["SsoSession", "Assignment"]]


class WorkbenchFlow(Flow):
    def __init__(self, host: Host) -> None:
        super().__init__(host)
        # What was typed but not written. It is there again when the rows are opened again.
        self._unwritten: dict[PlanKey, PlanRow] = {}
        self._template: Template | None = None  # None for the default one

    @in_background(WorkGroup.WORKBENCH, opens=True)
    async def open(self, chosen: Chosen, written: Callable[[], None], unlisted: int = 0) -> None:
        """Name these. `written` is called after the write. `unlisted` accounts are left out."""
        from rolecall.ui.screens.profiles.workbench import WorkbenchScreen

        services = self._host.services
        if not chosen:
            self._host.flash(inventory_strings.why_no_sets(unlisted))
            return

        def prepare() -> tuple[list[PlanRow], ExistingProfiles, NamingRules, list[str]]:
            bulk = services.bulk
            rules = bulk.default_rules(chosen[0][0])
            return bulk.rows(chosen), bulk.profiles.existing(), rules, services.sign_in.regions()

        rows, existing, rules, regions = await in_thread(prepare)
        for row in rows:
            if (unwritten := self._unwritten.get(row.target)) is not None:
                row.take_over(unwritten)
            self._unwritten[row.target] = row
        default = rules.template
        rules = replace(rules, template=self._template or default)
        screen = WorkbenchScreen(rows, existing, rules, regions, unlisted)
        await self._host.ask(screen)
        is_unwritten = not screen.is_written and screen.template != default
        self._template = screen.template if is_unwritten else None
        if screen.is_written:
            for row in rows:
                self._unwritten.pop(row.target, None)
            written()
            await self._host.announce(ConfigChanged())
            counts = words.written(screen.counts)
            self._host.flash(with_keys(words.WRITTEN, counts=counts, path=config_file()))

    @in_background(WorkGroup.WORKBENCH_FILE, opens=True)
    async def write(self) -> None:
        """Show what the workbench changes in ~/.aws/config, and write it if the user agrees."""
        from rolecall.ui.screens.profiles.workbench import WorkbenchScreen

        screen, bulk = asker(), self._host.services.bulk
        # Others may have written in the meantime, even a profile with one of these names.
        existing = await in_thread(bulk.profiles.existing)
        if not isinstance(screen, WorkbenchScreen) or not screen.is_open:
            return
        screen.set_existing(existing)
        if not screen.is_ready():
            return
        change = await in_thread(partial(bulk.plan, screen.planned))
        diff = await in_thread(change.diff)
        title = words.WRITE_TITLE.format(counts=words.written(screen.counts))
        intro = with_keys(words.WRITE_INTRO, path=config_file())
        if await confirmed(self._host, labels.WRITE, title, diff, intro=intro):
            await written(self._host, partial(self._host.services.profiles.commit, change))
            screen.is_written = True
            screen.dismiss(None)

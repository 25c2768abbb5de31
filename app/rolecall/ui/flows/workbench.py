"""The naming workbench: many profiles from many permission sets, in one write."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from rolecall.domain.profiles.plan import counts
from rolecall.presentation import labels
from rolecall.presentation.commands import with_keys
from rolecall.presentation.differences import difference
from rolecall.presentation.paths import config_file
from rolecall.presentation.texts import inventory_strings
from rolecall.presentation.texts import workbench_strings as words
from rolecall.ui.flows.dialogs import Flow, confirmed, in_background, written
from rolecall.ui.state.events import ConfigChanged
from rolecall.ui.work import Left, WorkGroup, asker, in_thread

if TYPE_CHECKING:
    from rolecall.domain.model import Assignment, SsoSession
    from rolecall.domain.profiles.plan import (
        ExistingProfiles,
        NamingRules,
        PlanKey,
        Planned,
        PlanRow,
    )
    from rolecall.ui.state.host import Host

Chosen = Sequence[tuple["SsoSession", "Assignment"]]


class WorkbenchFlow(Flow):
    def __init__(self, host: Host) -> None:
        super().__init__(host)
        # The values of rows that were typed but not written. They are there again when the rows
        # are opened again.
        self._unwritten: dict[PlanKey, PlanRow] = {}

    @in_background(WorkGroup.WORKBENCH, opens=True)
    async def open(self, chosen: Chosen, written: Callable[[], None], unlisted: int = 0) -> None:
        """Name these. `written` is called after the write. `unlisted` accounts are left out."""
        from rolecall.ui.screens.profiles.workbench import WorkbenchScreen

        services = self._host.services
        if not chosen:
            self._host.flash_warning(inventory_strings.why_no_sets(unlisted), asked=True)
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
        screen = WorkbenchScreen(rows, existing, rules, regions, unlisted)
        try:
            await self._host.ask(screen)
        finally:
            if screen.is_written:
                written()
        if screen.last_written:
            await self._offer_to_verify(screen.last_written)

    @in_background(WorkGroup.WORKBENCH_FILE, opens=True)
    async def write(self) -> None:
        """Show what the workbench changes in ~/.aws/config, and write it if the user agrees.

        The rows that cannot be written stay there.
        """
        from rolecall.ui.screens.profiles.workbench import WorkbenchScreen

        screen, bulk = asker(), self._host.services.bulk
        # Others may have written in the meantime, even a profile with one of these names.
        existing = await in_thread(bulk.profiles.existing)
        if not isinstance(screen, WorkbenchScreen) or not screen.is_open:
            return
        screen.set_existing(existing)
        if not screen.is_ready():
            return
        good = screen.plan.good
        change = await in_thread(partial(bulk.plan, good))
        diff = await in_thread(partial(difference, change))
        title = words.WRITE_TITLE.format(counts=words.written(screen.plan.counts))
        intro = with_keys(words.WRITE_INTRO)
        stay = words.stay(screen.plan.counts)
        if not await confirmed(self._host, labels.WRITE, title, diff, intro=intro, warnings=stay):
            return
        await written(self._host, partial(self._host.services.profiles.commit, change))
        for each in good:
            self._unwritten.pop(each.row.target, None)
        await self._host.announce(ConfigChanged())
        if screen.note_written(good, await in_thread(bulk.profiles.existing)):
            await self._offer_to_verify(good, words.WRITTEN_TITLE)
        else:
            screen.last_written = good
            screen.dismiss(None)

    async def _offer_to_verify(
        self, written: Sequence[Planned], message: str = words.WRITTEN
    ) -> None:
        """Say what was written, and offer to ask AWS about these profiles."""
        from rolecall.ui.screens.profiles.verified import VerifiedScreen

        said, names = words.written(counts(written)), {each.name for each in written}
        title = words.WRITTEN_TITLE.format(counts=said, path=config_file())
        intro, no = words.VERIFY_INTRO, labels.NOT_NOW
        is_wanted = False
        with suppress(Left):
            is_wanted = await confirmed(self._host, words.VERIFY, title, "", intro=intro, no=no)
        if is_wanted:
            found = [each for each in self._host.state.profiles if each.name in names]
            await self._host.push_screen(VerifiedScreen(found))
        else:
            self._host.flash(with_keys(message, counts=said, path=config_file()))

"""What is lent: reading it again and again, and taking it back."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from rolecall.domain.text import safe
from rolecall.presentation.texts import command_strings, lending_strings
from rolecall.ui.flows.dialogs import Flow, confirmed, in_background
from rolecall.ui.work import WorkGroup, in_thread

if TYPE_CHECKING:
    from rolecall.domain.lending.lent import Loan
    from rolecall.ui.state.host import Host


class LendsFlow(Flow):
    def __init__(self, host: Host) -> None:
        super().__init__(host)
        self._is_reading = False

    def tick(self) -> None:
        """Read what is lent. To be called once a second."""
        if not self._is_reading:
            self.read()

    @in_background(WorkGroup.LOANS)
    async def read(self) -> None:
        self._is_reading = True
        try:
            loans = await in_thread(self._host.services.lends.all)
        finally:
            self._is_reading = False
        if loans != self._host.state.loans:
            self._host.state.loans = loans
            self._host.show_state()

    def show(self) -> None:
        from rolecall.ui.screens.lending.lent import LentScreen

        if not isinstance(self._host.screen, LentScreen):
            self._host.push_screen(LentScreen())

    @in_background(WorkGroup.LOAN, opens=True)
    async def take_back(self, loan: Loan) -> None:
        """Take it back after a confirmation, which says what the program keeps."""
        lent, now = loan.lent, self._host.now()
        names = {"profile": safe(lent.profile), "program": safe(lent.program)}
        title = lending_strings.TAKE_BACK_TITLE.format(**names)
        act = command_strings.COMMAND_TEXTS["take_back"][0]
        intro = lending_strings.take_back_lines(loan, now)
        if await confirmed(self._host, act, title, "", intro=intro, is_production=lent.production):
            await in_thread(partial(self._host.services.lends.take_back, lent))
            keys = lending_strings.keys_until(loan, now)
            self._host.flash(lending_strings.TAKEN_BACK.format(**names, keys=keys))
            self.read()

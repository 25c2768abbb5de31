"""What is lent: reading it again and again, taking it back, and what programs ask for."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from rolecall.domain.lending.lent import Loan, waiting
from rolecall.domain.text import safe
from rolecall.presentation.commands import Place
from rolecall.presentation.texts import command_strings, lending_strings
from rolecall.ui.flows.dialogs import Flow, confirmed, in_background
from rolecall.ui.screens.base.box import BoxScreen
from rolecall.ui.screens.base.command import CommandScreen
from rolecall.ui.screens.base.table import TableScreen
from rolecall.ui.work import WorkGroup, in_thread

if TYPE_CHECKING:
    from rolecall.ui.screens.lending.request import Answer, RequestScreen
    from rolecall.ui.state.host import Host


_CHECK_EVERY: Final = 2  # ticks


class LendsFlow(Flow):
    def __init__(self, host: Host) -> None:
        super().__init__(host)
        self._ticks = 0
        self._is_reading = False
        self._told: set[str] = set()  # the requests that the user knows of
        self._later: set[str] = set()  # those that the user has put off
        self._muted: set[str] = set()  # the lends whose requests are not shown

    def tick(self) -> None:
        """Read what is lent; less often while nothing is. To be called once a second."""
        self._ticks += 1
        is_due = self._host.state.loans or self._ticks % _CHECK_EVERY == 0
        if is_due and not self._is_reading:
            self.read()

    @in_background(WorkGroup.LOANS)
    async def read(self) -> None:
        self._is_reading = True
        try:
            loans = await in_thread(self._host.services.lends.watched)
        finally:
            self._is_reading = False
        if loans != self._host.state.loans:
            self._host.state.loans = loans
            self._host.show_state()
        self._look_at_requests(loans)

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

    # --- requests

    def _look_at_requests(self, loans: list[Loan]) -> None:
        """Show the next request in a box, once the user is at a list. Tell of each program once."""
        now = self._host.now()
        undecided = waiting(loans, now)
        self._close_decided(undecided)
        heard = [each for each in undecided if each.lent.lend_id not in self._muted]
        told = {each.lent.lend_id for each in heard if each.lent.id in self._told}
        new = {each.lent.lend_id: each for each in reversed(heard) if each.lent.lend_id not in told}
        self._told = {each.lent.id for each in heard}
        for each in new.values():
            self._tell(each)
        following = next((each for each in heard if each.lent.id not in self._later), None)
        if following is not None and self._is_free:
            self.answer(following)

    @property
    def _is_free(self) -> bool:
        """Whether the user is at a list, and types nothing."""
        screen = self._host.screen
        is_list = isinstance(screen, TableScreen) and not isinstance(screen, BoxScreen)
        return is_list and isinstance(screen, CommandScreen) and not screen.is_typing

    def _tell(self, loan: Loan) -> None:
        text = lending_strings.asks(loan.lent)
        if not self._is_free:
            self._host.flash_warning(text)
        if self._host.settings.bell:
            self._host.bell()
        self._host.notify_outside(text, loan.lent.id)

    def _close_decided(self, undecided: list[Loan]) -> None:
        screen = self._host.screen
        if getattr(screen, "place", None) is Place.REQUEST:
            from rolecall.ui.screens.lending.request import RequestScreen

            assert isinstance(screen, RequestScreen)
            if screen.request not in (each.lent for each in undecided):
                screen.dismiss(None)
                self._host.flash(lending_strings.DECIDED)

    def answer(self, loan: Loan) -> None:
        """Show a request, to be decided about."""
        from rolecall.ui.screens.lending.request import RequestScreen

        loans, now, lend_id = self._host.state.loans or (), self._host.now(), loan.lent.lend_id
        same = [each for each in waiting(loans, now) if each.lent.lend_id == lend_id]
        screen = RequestScreen(loan.lent, len(same) - 1)

        def decide(answer: Answer | None) -> None:
            if screen.is_muted:
                self._muted.add(lend_id)
                self._host.flash(lending_strings.MUTED)
            elif answer is None:
                self._later.update(each.lent.id for each in same)
            else:
                self._decide(screen, answer)

        self._host.push_screen(screen, decide)

    @in_background()
    async def _decide(self, screen: RequestScreen, answer: Answer) -> None:
        lends, request = self._host.services.lends, screen.request
        if (lent := answer.lent) is not None:
            is_first = await in_thread(partial(lends.approve, request, lent.rights, lent.minutes))
            said = lending_strings.approved(lent)
        else:
            is_first = await in_thread(partial(lends.deny, request, answer.reason))
            said = lending_strings.DENIED.format(profile=safe(request.profile))
        self._host.flash(said if is_first else lending_strings.DECIDED)
        self.read()

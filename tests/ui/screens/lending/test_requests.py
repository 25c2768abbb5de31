"""What a program asks for, in a box: nothing is approved by accident, or unseen."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from rolecall.domain.lending.lent import Lent, LoanState
from rolecall.files.own.lends import LendRecord
from rolecall.files.own.processes import started
from rolecall.ui.screens.inventory.accounts import AccountsScreen
from rolecall.ui.screens.lending import request as request_screen
from rolecall.ui.screens.lending.lent import LentScreen
from rolecall.ui.screens.lending.request import RequestScreen
from rolecall.ui.widgets.diff_view import DiffView
from tests.support.screens.full_screen import FullScreen, open_full_screen

SIZE = (120, 40)
LENT = Lent("0123abcd", os.getpid(), started(os.getpid()), "claude", "/src/pay", "pay-ro")
ASKED = LENT._replace(
    id="0123abcd.1", profile="pay-admin", account="payments", account_id="123456789012",
    role="Admin", rights="allow s3:write,logs", minutes=15, reason="fix the upload",
)  # fmt: skip
PRODUCTION = ASKED._replace(production=True)


class Asking:
    """A full screen, and a program that asks."""

    def __init__(self, it: FullScreen, record: LendRecord) -> None:
        self.it = it
        self.record = record

    async def ask(self, request: Lent) -> RequestScreen:
        self.record.add(request)
        return await self.it.until_shown(RequestScreen)

    def state(self, request: Lent) -> LoanState:
        return self.record.loan(request).state(self.it.desk.clock())

    async def until_state(self, request: Lent, state: LoanState) -> None:
        await self.it.until(lambda: self.state(request) is state)


@asynccontextmanager
async def asking(
    home: Path, monkeypatch: pytest.MonkeyPatch, readable: float = 0.0
) -> AsyncIterator[Asking]:
    monkeypatch.setattr(request_screen, "_READABLE", readable)
    async with open_full_screen(home, size=SIZE) as it:
        record = LendRecord(it.desk.services.locations.state, LENT.id)
        with record.open(LENT):
            yield Asking(it, record)


def text_of(screen: RequestScreen) -> str:
    view = screen.query_one(DiffView)
    return "\n".join([*(text for _, text in view.words), view.text])


async def placed(it: FullScreen, screen: RequestScreen) -> None:
    """Wait until it can be read, as on a busy machine the layout may come after the box."""
    view = screen.query_one(DiffView)

    def is_readable() -> bool:
        is_whole = 0 < view.virtual_size.height <= view.size.height
        return is_whole and screen._readable_at < float("inf")

    await it.until(is_readable)


@pytest.mark.quick
async def test_all_that_matters_is_shown_and_a_key_approves_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with asking(tmp_path, monkeypatch) as asks:
        screen = await asks.ask(ASKED)
        await placed(asks.it, screen)
        shown = text_of(screen)
        for each in ("claude", str(LENT.pid), "/src/pay", "payments 123456789012", "Admin"):
            assert each in shown
        for each in ("pay-admin", "s3: write; logs: list, read", "15 min", "“fix the upload”"):
            assert each in shown
        await asks.it.pilot.press("ctrl+y")
        await asks.until_state(ASKED, LoanState.RUNS)
        decision = asks.record.loan(ASKED).decision
        assert decision is not None
        assert (decision.rights, decision.minutes) == (ASKED.rights, 15)


async def test_nothing_is_approved_in_the_first_second_or_while_keys_come(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with asking(tmp_path, monkeypatch, readable=3600.0) as asks:
        screen = await asks.ask(ASKED)
        await placed(asks.it, screen)
        await asks.it.pilot.press("ctrl+y", "ctrl+y", "enter", "y", "space")
        assert asks.state(ASKED) is LoanState.WAITS
        screen._readable_at = 0.0  # an hour later
        await asks.it.pilot.press("j", "ctrl+y")  # another key came right before
        assert asks.state(ASKED) is LoanState.WAITS
        screen._readable_at = 0.0
        await asks.it.pilot.press("ctrl+y")
        await asks.until_state(ASKED, LoanState.RUNS)


async def test_production_needs_the_name_of_its_account(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with asking(tmp_path, monkeypatch) as asks:
        screen = await asks.ask(PRODUCTION)
        await placed(asks.it, screen)
        await asks.it.press_until(lambda: screen.is_typing, "ctrl+y")
        await asks.it.pilot.press("enter", *"payment", "enter")
        assert asks.state(PRODUCTION) is LoanState.WAITS
        await asks.it.pilot.press("s", "enter")
        await asks.until_state(PRODUCTION, LoanState.RUNS)


async def test_less_can_be_approved_but_not_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with asking(tmp_path, monkeypatch) as asks:
        screen = await asks.ask(ASKED)
        await placed(asks.it, screen)
        await asks.it.press_until(lambda: screen.is_typing, "e")
        field = screen._field
        assert field.value == "--allow s3:write,logs --minutes 15"
        for wider in (
            "--allow s3:all",
            "--minutes 16",
            "--allow iam",
            "--deny s3",
            "s3",
            "--allow",
        ):
            field.value = wider
            await asks.it.pilot.press("enter")
            assert screen.is_typing
        field.value = "--allow logs:read --minutes 5"
        await asks.it.press_until(lambda: not screen.is_typing, "enter")
        assert "logs: read (it asks for s3: write; logs: list, read)" in text_of(screen)
        await asks.it.pilot.press("ctrl+y")
        await asks.until_state(ASKED, LoanState.RUNS)
        decision = asks.record.loan(ASKED).decision
        assert decision is not None
        assert (decision.rights, decision.minutes) == ("allow logs:read", 5)


async def test_a_denial_has_a_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with asking(tmp_path, monkeypatch) as asks:
        screen = await asks.ask(ASKED)
        await placed(asks.it, screen)
        await asks.it.press_until(lambda: screen.is_typing, "x")
        await asks.it.pilot.press("enter", *"not A", "enter")
        await asks.until_state(ASKED, LoanState.DENIED)
        decision = asks.record.loan(ASKED).decision
        assert decision is not None
        assert decision.reason == "not A"


async def test_later_leaves_it_and_enter_in_lent_shows_it_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with asking(tmp_path, monkeypatch) as asks:
        await asks.ask(ASKED)
        await asks.it.open_screen(AccountsScreen, "escape")
        screen = await asks.it.open_screen(LentScreen, "colon", *"lent", "enter")
        await asks.it.until(lambda: bool(screen.table.shown) and bool(screen.current))
        assert asks.state(ASKED) is LoanState.WAITS
        await asks.it.open_screen(RequestScreen, "enter")


async def test_many_requests_are_one_box_with_a_number(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with asking(tmp_path, monkeypatch) as asks:
        for number in range(2, 201):
            asks.record.add(ASKED._replace(id=f"{LENT.id}.{number}"))
        screen = await asks.ask(ASKED)
        assert "more requests of this program wait." in text_of(screen)
        await asks.it.open_screen(AccountsScreen, "M")
        asks.record.add(ASKED._replace(id=f"{LENT.id}.201"))
        loans = asks.it.app.state
        await asks.it.until(lambda: len(loans.loans or ()) == 202)
        assert isinstance(asks.it.app.screen, AccountsScreen)  # muted


async def test_a_box_of_a_request_that_was_decided_elsewhere_closes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with asking(tmp_path, monkeypatch) as asks:
        await asks.ask(ASKED)
        assert asks.it.desk.another().lends.deny(ASKED, "no")
        await asks.it.until_shown(AccountsScreen)


async def test_who_types_is_not_interrupted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with asking(tmp_path, monkeypatch) as asks:
        await asks.it.pilot.press("slash", *"al")
        asks.record.add(ASKED)
        status = asks.it.screen.status
        await asks.it.until(lambda: "claude asks for pay-admin" in str(status.flashed))
        await asks.it.pilot.press("ctrl+y")
        assert isinstance(asks.it.app.screen, AccountsScreen)
        await asks.it.open_screen(RequestScreen, "escape")


async def test_what_is_not_all_visible_cannot_be_approved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with asking(tmp_path, monkeypatch) as asks:
        screen = await asks.ask(ASKED._replace(reason="long " * 40))
        await placed(asks.it, screen)
        await asks.it.pilot.resize_terminal(40, 8)
        view = screen.query_one(DiffView)
        await asks.it.until(lambda: view.virtual_size.height > view.size.height)
        await asks.it.pilot.press("ctrl+y")
        assert asks.state(ASKED) is LoanState.WAITS

"""A listing that fails: what the screen says, and that it continues by itself."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from rolecall.demo.faults import Fault
from rolecall.domain.question import SLOW_AFTER
from rolecall.services.base import retry
from rolecall.ui.screens.inventory.permission_sets import PermissionSetsScreen
from tests.support.desk import Desk, FakeClock
from tests.support.screens.full_screen import failing, open_full_screen

pytestmark = pytest.mark.usefixtures("short_pauses")
MANY = [f"team {number}" for number in range(250)]


async def test_a_listing_that_is_cut_short_is_not_shown_as_the_whole(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path, MANY, failing("ListAccounts", 400, skip=1)) as it:
        await it.until(lambda: it.session_state.is_cut_short)
        assert it.position_text.startswith("100 accounts so far · the listing was cut short · R ")
        assert it.screen.count_text() == "100 accounts so far"
        await it.filter("7")
        assert it.screen.count_text() == "19 of 100 accounts so far"
        await it.filter("249")
        assert "there may be more: R" in it.screen.no_match_text()
        it.desk.server.faults.clear()
        it.desk.clock.forward(11)
        await it.until(lambda: it.session_state.complete)
        assert len(it.session_state.catalogue) == 250
        await it.until(lambda: it.shown == ["team 249"])
        await it.until(lambda: not it.session_state.crawling)
        assert "cut short" not in it.position_text
        assert it.screen.count_text() == "1 of 250 accounts"


async def test_counts_of_a_listing_under_way_say_so(tmp_path: Path) -> None:
    def second_page_hangs(desk: Desk) -> None:
        desk.server.faults.add("ListAccounts", Fault.HANG, skip=1)
        desk.server.faults.add("ListAccountRoles", 403, account_id=f"{99:012}")

    async with open_full_screen(tmp_path, MANY[:200], second_page_hangs) as it:
        await it.until(lambda: it.session_state.catalogue.assignment_count == 198)
        assert it.screen.count_text() == "100 accounts so far"
        await it.filter("nothing")
        assert it.screen.no_match_text().endswith("The list is not complete yet.")
        await it.press_until(lambda: isinstance(it.screen, PermissionSetsScreen), "2")
        assert it.screen.count_text() == "198 permission sets so far"
        it.desk.server.faults.clear()
        await it.until(lambda: it.session_state.complete and not it.session_state.crawling)
        # The permission sets of one account have failed.
        assert it.screen.count_text() == "398 permission sets so far"
        await it.press_until(lambda: not isinstance(it.screen, PermissionSetsScreen), "1")
        await it.pilot.press("escape")
        assert it.screen.count_text() == "200 accounts"


async def test_the_filter_gets_the_room_that_the_counts_no_longer_need(tmp_path: Path) -> None:
    fails = failing("ListAccounts", 400, skip=1)
    async with open_full_screen(tmp_path, MANY, fails, size=(80, 24)) as it:
        await it.until(lambda: it.session_state.is_cut_short)
        await it.pilot.press("slash", *"team")
        narrow = it.screen.filter_bar.size.width
        it.desk.server.faults.clear()
        it.desk.clock.forward(11)
        await it.until(lambda: it.session_state.complete)
        await it.until(lambda: it.screen.filter_bar.size.width > narrow)


async def test_an_empty_screen_says_why_and_when_the_next_try_is(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path, before=failing("ListAccounts", Fault.EMPTY)) as it:
        await it.until(lambda: it.session_state.retry_at is not None)
        assert "to ListAccounts cannot be read" in it.screen.placeholder()
        first = it.session_state.retry_at
        assert first is not None
        assert it.screen.count_text() == ""
        assert f"The next try is at {first.astimezone():%H:%M:%S}." in it.screen.placeholder()
        it.desk.clock.forward(11)
        await it.until(lambda: it.session_state.retry_at not in {None, first})
        second = it.session_state.retry_at
        assert second is not None
        assert (second - it.desk.clock.now).total_seconds() == 20
        it.desk.server.faults.clear()
        it.desk.clock.forward(21)
        await it.until(lambda: it.session_state.complete)


async def test_accounts_that_failed_are_listed_again(tmp_path: Path) -> None:
    fails = failing("ListAccountRoles", 500, account_id="000000000003")
    async with open_full_screen(tmp_path, before=fails) as it:
        await it.until(lambda: it.session_state.retry_at is not None)
        assert it.session_state.catalogue.failed == 1
        it.desk.server.faults.clear()
        it.desk.server.calls.clear()
        it.desk.clock.forward(11)
        await it.until(lambda: it.session_state.catalogue.failed == 0)
        assert it.count_listed() == 1


@pytest.mark.quick
async def test_an_error_stays_when_what_is_in_the_cache_is_shown(tmp_path: Path) -> None:
    """The age of the list is checked once a minute, also just after it was listed."""

    fails = failing("ListAccountRoles", 500, account_id="000000000003")
    async with open_full_screen(tmp_path, before=fails) as it:
        await it.until(lambda: it.session_state.retry_at is not None)
        await it.app.flows.inventory.load(it.desk.session, replace=True)
        assert it.session_state.catalogue.failed == 1
        it.desk.server.faults.clear()
        it.desk.services.inventory.list_everything(it.desk.session, lambda _: None)
        await it.app.flows.inventory.load(it.desk.session, replace=True)
        assert it.session_state.catalogue.failed == 0


@pytest.mark.parametrize(
    ("operation", "said"),
    [
        ("ListAccounts", "The access portal cannot answer now. rolecall asks again…"),
        ("ListAccountRoles", "0/8 accounts · 8 tried again after an error"),
    ],
)
async def test_a_call_that_is_made_again_is_said_while_it_waits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, operation: str, said: str
) -> None:
    monkeypatch.setattr(retry, "PAUSES", (20.0,))

    async with open_full_screen(tmp_path, before=failing(operation, 503)) as it:
        await it.until(lambda: said in f"{it.screen.placeholder()} {it.position_text}")


@pytest.mark.quick
async def test_a_crawl_without_an_answer_says_what_it_waits_for(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path, before=failing("ListAccountRoles", Fault.HANG)) as it:
        await it.until(lambda: len(it.session_state.catalogue) == len(it.ids))
        it.desk.clock.forward(SLOW_AFTER + 1)
        await it.until(lambda: it.position_text.startswith("0/8 accounts · waiting for AWS"))
        it.desk.server.faults.clear()
        await it.until(lambda: it.session_state.complete and not it.session_state.crawling)


@pytest.mark.quick
async def test_a_pause_that_another_rolecall_got_is_said(tmp_path: Path) -> None:
    def pause(desk: Desk) -> None:
        rate = desk.services.inventory.request_rate(desk.session)
        rate.record_throttling(desk.clock.monotonic(), 300.0)

    async with open_full_screen(tmp_path, before=pause) as it:
        await it.until(lambda: "limits the rate of calls" in it.screen.placeholder())


@pytest.mark.quick
async def test_a_row_that_is_listed_again_says_that_aws_is_asked(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path) as it:
        it.desk.server.faults.add("ListAccountRoles", Fault.HANG)
        await it.pilot.press("r")
        await it.until(lambda: it.screen.status.text.startswith("Asking the access portal"))
        it.desk.server.faults.clear()
        await it.until(lambda: it.screen.status.text == "Listed again.")


async def test_a_wrong_clock_is_reported(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path) as it:
        it.desk.clock.now += timedelta(hours=3)
        wrong = FakeClock(it.desk.clock.now - timedelta(hours=3))
        object.__setattr__(it.desk.server.options, "clock", wrong)
        await it.press_until(lambda: "3 h 0 min ahead of that of AWS" in it.screen.status.text, "R")


@pytest.mark.quick
async def test_a_token_that_is_refused_however_often_it_is_renewed(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path, before=failing("ListAccountRoles", 401)) as it:
        await it.until(lambda: it.desk.server.calls.count("CreateToken") == 2)
        await it.until(lambda: it.session_state.retry_at is not None)
        assert it.desk.server.calls.count("CreateToken") == 2


async def test_roles_that_are_not_listed_say_what_lists_them(tmp_path: Path) -> None:
    fails = failing("ListRoles", 500)
    async with open_full_screen(tmp_path, before=fails, size=(100, 24), with_roles=True) as it:
        await it.until(lambda: it.session_state.retry_at is not None)
        next_try = it.session_state.retry_at
        assert next_try is not None
        again = f"roles not listed: R tries again, or {next_try.astimezone():%H:%M:%S} by itself"
        assert again in it.position_text
        assert "ListRoles failed at" in it.screen.status.text
        it.desk.server.faults.clear()
        it.desk.clock.forward(11)
        await it.until(lambda: it.session_state.roles_error is None and it.session_state.complete)
        await it.until(lambda: not it.session_state.crawling)
        assert "roles" not in it.position_text
        assert all(each.roles for each in it.session_state.catalogue)


@pytest.mark.quick
async def test_a_wrong_account_access_portal_is_corrected_in_the_session(tmp_path: Path) -> None:
    def wrong(desk: Desk) -> None:
        object.__setattr__(desk.server.options, "tenant", "aa-other")

    async with open_full_screen(tmp_path, before=wrong, size=(100, 24), with_roles=True) as it:
        await it.until(lambda: it.session_state.complete and not it.session_state.crawling)
        assert "roles not listed: S, then e corrects their portal" in it.position_text


@pytest.mark.parametrize(
    "fault",
    [
        {"operation": "ListAccountRoles", "fault": 403, "account_id": f"{2:012}"},
        {"operation": "ListAccounts", "fault": 400, "skip": 1},
    ],
    ids=["one account", "accounts"],
)
async def test_a_token_that_is_refused_is_renewed_although_a_listing_before_was_refused(
    tmp_path: Path, fault: dict[str, Any]
) -> None:
    def refuse_one(desk: Desk) -> None:
        desk.server.faults.add("ListAccountRoles", 401, times=1)
        desk.server.faults.add(**fault)

    def is_called_revoked() -> bool:
        return "AWS has revoked" in it.session_state.crawl_problem

    async with open_full_screen(tmp_path, before=refuse_one) as it:
        await it.until(lambda: it.session_state.retry_at is not None)
        assert not is_called_revoked()
        renewals = it.desk.server.calls.count("CreateToken")
        it.desk.server.faults.clear()
        it.desk.server.faults.add("ListAccounts", 401, times=1)
        await it.pilot.press("R")
        await it.until(
            lambda: is_called_revoked() or it.desk.server.calls.count("CreateToken") > renewals
        )
        assert not is_called_revoked()

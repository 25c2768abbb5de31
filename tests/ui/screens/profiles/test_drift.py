"""Drift without a complete listing: what the screen says, and that the comparison follows."""

from __future__ import annotations

import sys
from pathlib import Path
from shutil import rmtree

import pytest

from rolecall.demo.faults import Fault
from rolecall.services.profiles.drift import DriftOverview
from rolecall.ui.screens.profiles.drift import DriftScreen
from rolecall.ui.screens.profiles.workbench import WorkbenchScreen
from tests.support.desk import Desk
from tests.support.screens.full_screen import NAMES, FullScreen, failing, open_full_screen

pytestmark = pytest.mark.usefixtures("short_pauses")
SIZE = (100, 24)
MISSING = "16 permission sets have no profile · s names them"
NONE_YET = "There is no complete listing of corp yet. "


def add_next(desk: Desk) -> None:
    """Add a session that is not signed in."""
    first = desk.session
    desk.services.session_edits.add_session("next", first.start_url, first.region)


def lost(desk: Desk) -> None:
    desk.add("[profile lost]\nsso_session = gone\nsso_account_id = 1\nsso_role_name = A")


async def open_drift(it: FullScreen) -> DriftScreen:
    return await it.open_screen(DriftScreen, "3", "w")


async def test_the_comparison_follows_the_listing_that_is_under_way(tmp_path: Path) -> None:
    async with open_full_screen(
        tmp_path, before=failing("ListAccounts", Fault.HANG), size=SIZE
    ) as it:
        await it.until(lambda: it.session_state.crawling)
        screen = await open_drift(it)
        assert screen.placeholder() == f"{NONE_YET}It is in progress."
        it.desk.server.faults.clear()
        await it.until(lambda: screen.foot_text() == MISSING)
        assert screen.count_text() == "0 differences"
        assert screen.placeholder() == "Every profile matches what AWS lists."
        workbench = await it.open_screen(WorkbenchScreen, "s")
        assert len(workbench.table.shown) == 2 * len(NAMES)


async def test_a_listing_that_failed_says_why_and_when_the_next_is(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path, before=failing("ListAccounts", 400), size=SIZE) as it:
        await it.until(lambda: it.session_state.is_cut_short)
        screen = await open_drift(it)
        at = it.session_state.retry_at
        assert at is not None
        said = screen.placeholder()
        assert said.startswith(f"{NONE_YET}ListAccounts was rejected")
        assert said.endswith(f"The next try is at {at.astimezone():%H:%M:%S}.")
        it.desk.server.faults.clear()
        it.desk.clock.forward(11)
        await it.until(lambda: screen.foot_text() == MISSING)


@pytest.mark.quick
def test_without_a_session_the_keys_that_add_one_are_named() -> None:
    """`n` alone adds one in the list of sessions, and nowhere else."""
    said = DriftScreen(DriftOverview()).placeholder()
    assert said == "No session yet. S, then n adds the start URL of your access portal."


@pytest.mark.quick
async def test_only_who_is_signed_out_is_told_to_sign_in(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path, size=SIZE, signed_in=False) as it:
        await it.until(lambda: it.session_state.loaded)
        screen = await open_drift(it)
        assert screen.placeholder() == f"{NONE_YET}S signs in."
        assert screen.count_text() == "1 session not listed"
        await it.press_until(lambda: screen.status.text == screen.placeholder(), "s")


async def test_a_profile_without_its_session_is_not_said_to_be_listed(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path, before=lost, size=SIZE) as it:
        await it.until(lambda: it.session_state.complete_at is not None)
        screen = await open_drift(it)
        await it.press_until(lambda: len(screen.table.shown) == 1, "slash", *"lost", "enter")
        await it.pilot.press("x")
        await it.until(lambda: screen.status.text == "There is no [sso-session gone] in the file.")


@pytest.mark.quick
async def test_a_session_that_was_not_opened_is_not_said_to_match(tmp_path: Path) -> None:
    def second_session(desk: Desk) -> None:
        add_next(desk)
        for each in desk.server.organisation.accounts:
            for name in ("A", "B"):
                account = f"sso_account_id = {each.id}\nsso_role_name = {name}"
                desk.add(f"[profile {each.id}-{name}]\nsso_session = corp\n{account}")

    async with open_full_screen(tmp_path, before=second_session, size=SIZE) as it:
        await it.until(lambda: it.session_state.complete_at is not None)
        screen = await open_drift(it)
        assert screen.placeholder() == (
            "There is no complete listing of next yet. S signs in."
            " The profiles of the other sessions match what AWS lists."
        )
        it.desk.add("[profile again]\nsso_session = corp\n" + account_of(it))
        await it.press_until(lambda: len(screen.table.shown) == 1, "R")
        assert screen.count_text() == "1 duplicate · 1 session not listed"


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_sessions_without_a_listing_are_named_below_the_rows(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    def with_lost(desk: Desk) -> None:
        add_next(desk)
        lost(desk)

    async with open_full_screen(tmp_path, before=with_lost, size=size) as it:
        await it.until(lambda: it.session_state.complete_at is not None)
        screen = await open_drift(it)
        await it.until(lambda: len(screen.table.shown) == 1)
        what = "There is no [sso-session gone]"
        await it.until(lambda: any(what in line for line in screen.painted_lines()))
        why = "There is no complete listing of next yet. S signs in."
        await it.until(lambda: any(why in line for line in screen.painted_lines()))


@pytest.mark.quick
async def test_a_listing_without_gaps_has_no_note(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path, size=(80, 24)) as it:
        await it.until(lambda: it.session_state.complete_at is not None)
        screen = await open_drift(it)
        await it.until(lambda: screen.foot_text() == MISSING)
        assert not screen.note.display


async def test_a_listing_whose_cache_was_deleted_is_made_again(tmp_path: Path) -> None:
    fails = failing("ListAccountRoles", Fault.HANG, account_id=f"{7:012}")
    async with open_full_screen(tmp_path, before=fails, size=SIZE) as it:
        await it.until(lambda: it.session_state.catalogue.listed == len(NAMES) - 1)
        rmtree(it.desk.services.locations.cache)
        it.desk.server.faults.clear()
        await it.until(lambda: it.session_state.complete_at is not None)
        screen = await open_drift(it)
        await it.until(lambda: screen.foot_text() == MISSING)
        assert not it.session_state.is_lost


@pytest.mark.quick
async def test_a_listing_that_cannot_be_kept_is_made_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(
        sys.modules, "rolecall.files.inventory.database", None
    )  # as without sqlite3
    async with open_full_screen(tmp_path, size=SIZE) as it:
        await it.until(lambda: it.session_state.is_lost)
        screen = await open_drift(it)
        assert screen.placeholder() == f"{NONE_YET}The cache could not keep the last one."
        assert not it.session_state.crawling
        assert it.desk.server.calls.count("ListAccounts") == 1


def account_of(it: FullScreen) -> str:
    return f"sso_account_id = {it.ids[0]}\nsso_role_name = A"

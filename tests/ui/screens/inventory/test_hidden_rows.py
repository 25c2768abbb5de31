"""Rows that cannot be seen, because a filter hides them or AWS has not listed them: what is marked
can be changed, and no sentence is about other rows than it says.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from rolecall.demo.faults import Fault
from rolecall.demo.organisation import Organisation
from rolecall.presentation.commands import commands_of
from rolecall.ui.screens.base.confirm import ConfirmScreen
from rolecall.ui.screens.base.table import TableScreen
from rolecall.ui.screens.profiles.drift import DriftScreen
from rolecall.ui.screens.profiles.profiles import ProfilesScreen
from rolecall.ui.screens.profiles.verified import VerifiedScreen
from rolecall.ui.screens.profiles.workbench import WorkbenchScreen
from rolecall.ui.screens.runs.run_command import RunCommandScreen
from rolecall.ui.screens.sign_in.sessions import SessionsScreen
from rolecall.ui.widgets.diff_view import DiffView
from tests.support.desk import Desk
from tests.support.screens.full_screen import NAMES, FullScreen, open_full_screen

SIZE = (130, 20)
NO_MATCH = "Nothing matches “zzz”. Esc clears the filter."
LEFT_OUT = "2 accounts are not listed yet and are left out."


async def hide_all(it: FullScreen, screen: TableScreen[Any]) -> None:
    await it.press_until(lambda: not screen.table.shown, "slash", *"zzz")
    await it.pilot.press("enter")


async def mark_and_hide(it: FullScreen) -> ProfilesScreen:
    """Go to Profiles, read the files again, mark the first row, and hide all."""
    screen = await it.open_screen(ProfilesScreen, "3")
    await it.press_until(lambda: screen.current is not None, "R")
    await it.pilot.press("space")
    await hide_all(it, screen)
    return screen


async def test_marked_profiles_are_changed(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path, size=SIZE) as it:
        it.desk.add("[profile here]\nregion = eu-west-1")
        screen = await mark_and_hide(it)
        hints = {each.name: each.enabled for each in screen.key_hints()}
        assert hints["delete 1"]
        await it.open_screen(ConfirmScreen, "x")


async def test_missing_profiles_are_named_whatever_the_filter_of_the_drift_hides(
    tmp_path: Path,
) -> None:
    async with open_full_screen(tmp_path, size=SIZE) as it:
        await it.until(lambda: it.session_state.complete_at is not None)
        target = f"sso_session = corp\nsso_account_id = {it.ids[0]}\nsso_role_name = A"
        it.desk.add(f"[profile a]\n{target}\n[profile b]\n{target}")
        screen = await it.open_screen(DriftScreen, "3", "w")
        await hide_all(it, screen)
        await it.press_until(lambda: screen.status.text == NO_MATCH, "x")
        workbench = await it.open_screen(WorkbenchScreen, "s")
        assert len(workbench.rows()) == 2 * len(NAMES) - 1


@asynccontextmanager
async def two_unlisted(home: Path) -> AsyncIterator[FullScreen]:
    """Open the full screen with the second and third account not listed, and all marked."""

    def two_hang(desk: Desk) -> None:
        for number in (1, 2):
            desk.server.faults.add("ListAccountRoles", Fault.HANG, account_id=f"{number:012}")

    async with open_full_screen(home, before=two_hang, size=SIZE) as it:
        await it.until(lambda: it.session_state.catalogue.listed == len(NAMES) - 2)
        await it.until(lambda: len(it.screen.table.shown) == len(NAMES))
        await it.pilot.press("a")
        yield it


async def test_accounts_that_are_not_listed_are_left_out_and_stay_marked(tmp_path: Path) -> None:
    async with two_unlisted(tmp_path) as it:
        accounts = it.screen
        workbench = await it.open_screen(WorkbenchScreen, "s")
        assert len(workbench.rows()) == 2 * (len(NAMES) - 2)
        await it.until(lambda: workbench.status.text == LEFT_OUT)
        await it.open_screen(ConfirmScreen, "escape", "s")
        await it.press_until(lambda: accounts.table.marks.count < len(NAMES), "enter")
        assert [row.account.id for row in accounts.table.marks.rows] == it.ids[1:3]


async def test_a_command_says_which_accounts_are_not_listed(tmp_path: Path) -> None:
    async with two_unlisted(tmp_path) as it:
        accounts = it.screen
        form = await it.open_screen(RunCommandScreen, "exclamation_mark")
        assert form.query_one(DiffView).text.count("\n") == 2 * (len(NAMES) - 2) - 1
        await it.until(lambda: form.status.text == LEFT_OUT)
        await it.press_until(lambda: it.app.screen is accounts, "escape")
        accounts.table.marks.clear()
        for marks, what in (("j", "this account"), ("space,space", "these accounts")):
            await it.pilot.press(*marks.split(","), "exclamation_mark")
            said = f"The permission sets of {what} are not listed yet."
            await it.until(partial(lambda text: accounts.status.text == text, said))


def without_sets(desk: Desk) -> None:
    accounts = desk.server.organisation.accounts
    desk.server.organisation = Organisation([(each, ()) for each in accounts])


@pytest.mark.quick
@pytest.mark.parametrize("key", ["s", "exclamation_mark"])
async def test_an_account_without_a_permission_set_is_not_said_to_be_unlisted(
    tmp_path: Path, key: str
) -> None:
    async with open_full_screen(tmp_path, before=without_sets, size=SIZE) as it:
        await it.until(lambda: it.session_state.catalogue.listed == len(NAMES))
        await it.until(lambda: it.screen.current is not None)
        await it.pilot.press(key)
        await it.until(lambda: "No permission set is assigned to you" in it.screen.status.text)


async def test_sessions_are_not_said_to_be_missing(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path, size=SIZE) as it:
        screen = await it.open_screen(SessionsScreen, "S")
        await hide_all(it, screen)
        for key in ("enter", "e", "x"):
            screen.status.clear()
            await it.press_until(lambda: screen.status.text == NO_MATCH, key)


@pytest.mark.parametrize(
    "keys", ["1", "2", "3", "4", "3,w"], ids=["accounts", "sets", "profiles", "tokens", "drift"]
)
async def test_each_key_for_a_row_says_that_the_filter_hides_all(tmp_path: Path, keys: str) -> None:
    async with open_full_screen(tmp_path, size=SIZE) as it:
        lost = "sso_session = gone\nsso_account_id = 1\nsso_role_name = A"
        it.desk.add(f"[profile here]\nregion = eu-west-1\n[profile lost]\n{lost}")
        await it.until(lambda: it.session_state.complete_at is not None)
        screen = await it.open_screen(TableScreen, "3", "R", *keys.split(","))
        await it.until(lambda: screen.current is not None)
        await hide_all(it, screen)
        found = [each for each in commands_of(screen.place) if screen.needs_row(each)]
        assert {each.id: screen.blocked(each) for each in found} == {
            each.id: NO_MATCH for each in found
        }
        await it.press_until(lambda: screen.status.text == NO_MATCH, found[0].keys[0])


@pytest.mark.quick
async def test_a_key_for_a_row_says_why_the_table_has_none(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path, size=SIZE) as it:
        screen = await it.open_screen(ProfilesScreen, "3")
        await it.until(screen.has_read_rows)
        await it.press_until(lambda: "There is no profile in " in screen.status.text, "v")


async def test_what_is_done_with_all_rows_is_done_while_the_filter_hides_them(
    tmp_path: Path,
) -> None:
    async with open_full_screen(tmp_path, size=SIZE) as it:
        it.desk.add("[profile here]\nregion = eu-west-1")
        profiles = await it.open_screen(ProfilesScreen, "3", "R")
        await it.until(lambda: profiles.current is not None)
        verified = await it.open_screen(VerifiedScreen, "a", "v")
        await it.until(lambda: all(row.answer is not None for row in verified.rows()))
        await hide_all(it, verified)
        await it.press_until(lambda: "verify" not in _blocked(verified), "v")
        workbench = await it.open_screen(WorkbenchScreen, "2", "a", "s")
        assert not _blocked(workbench)
        await it.pilot.press("escape")
        await hide_all(it, workbench)
        assert _blocked(workbench) == {"edit_row", "take_name"}
        await it.open_screen(ConfirmScreen, "s")


def _blocked(screen: TableScreen[Any]) -> set[str]:
    return {each.id for each in commands_of(screen.place) if screen.blocked(each)}

"""Enter on a profile goes to its permission set, also if AWS lists that only later."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from rolecall.demo.faults import Fault
from rolecall.ui.screens.inventory.permission_sets import PermissionSetsScreen
from rolecall.ui.screens.profiles.profiles import ProfilesScreen
from tests.support.desk import Desk
from tests.support.screens.full_screen import FullScreen, open_full_screen

pytestmark = pytest.mark.usefixtures("short_pauses")
MANY = [f"team {number}" for number in range(250)]
LAST, NOWHERE = f"{249:012}", f"{999:012}"
SIZE = (120, 24)
LATER = "000000000249 B is not listed yet. The cursor goes there when it is."
ABSENT = "This session does not list {account} B."


def with_profile(account_id: str, *faults: Fault | int, page: int = 2) -> Callable[[Desk], None]:
    """Save a profile of the account, and let a page of the accounts fail."""

    def prepare(desk: Desk) -> None:
        profile = f"sso_account_id = {account_id}\nsso_role_name = B\nregion = eu-west-1"
        desk.add(f"[profile far]\nsso_session = corp\n{profile}")
        for fault in faults:
            desk.server.faults.add("ListAccounts", fault, skip=page - 1)

    return prepare


async def go_to_row(it: FullScreen) -> PermissionSetsScreen:
    """Press Enter on the profile, and wait until the screen says what follows."""
    profiles = await it.open_screen(ProfilesScreen, "3")
    await it.until(lambda: profiles.current is not None)
    screen = await it.open_screen(PermissionSetsScreen, "enter")
    await it.until(lambda: bool(screen.status.flashed) or is_at(screen, LAST))
    return screen


def is_at(screen: PermissionSetsScreen, account_id: str) -> bool:
    row = screen.current
    return row is not None and row.key == (account_id, "B")


@pytest.mark.parametrize(
    ("session", "said"),
    [
        ("", "“far” is meant for SSO and lacks sso_start_url, sso_region, so the AWS CLI"),
        ("sso_session = half\n[sso-session half]\nsso_region = us-east-1", "lacks sso_start_url,"),
        ("sso_session = gone", "There is no [sso-session gone] in the file."),
    ],
)
async def test_a_profile_that_no_session_lists_says_what_it_lacks(
    tmp_path: Path, session: str, said: str
) -> None:
    def prepare(desk: Desk) -> None:
        desk.add(f"[profile far]\nsso_account_id = {LAST}\nsso_role_name = B\n{session}")

    async with open_full_screen(tmp_path, before=prepare, size=SIZE) as it:
        profiles = await it.open_screen(ProfilesScreen, "3")
        await it.until(lambda: profiles.current is not None)
        await it.press_until(lambda: said in profiles.status.text, "enter")
        assert it.app.screen is profiles


@pytest.mark.parametrize("page", [1, 2])
async def test_the_cursor_goes_to_a_row_that_is_listed_later(tmp_path: Path, page: int) -> None:
    prepare = with_profile(LAST, Fault.HANG, page=page)
    async with open_full_screen(tmp_path, MANY, prepare, SIZE) as it:
        await it.until(lambda: it.session_state.crawling)
        await it.until(lambda: len(it.session_state.catalogue) == 100 * (page - 1))
        screen = await go_to_row(it)
        assert screen.status.text == LATER
        it.desk.server.calls.clear()
        it.desk.server.faults.clear()
        await it.until(lambda: is_at(screen, LAST))
        assert screen.status.text != LATER
        asked = [call.account_id for call in it.desk.server.calls.all("ListAccountRoles")]
        of_its_page = [each for each in asked if each and int(each) >= 200]
        assert of_its_page.index(LAST) < 25  # of 50: among the first


async def test_a_listing_that_was_cut_short_is_called_incomplete(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path, MANY, with_profile(LAST, 400), SIZE) as it:
        await it.until(lambda: it.session_state.is_cut_short)
        screen = await go_to_row(it)
        at = it.session_state.retry_at
        assert at is not None
        assert screen.status.text == (
            "000000000249 B is not in the listing, which is incomplete: R tries again, or"
            f" {at.astimezone():%H:%M:%S} by itself."
        )
        it.desk.server.faults.clear()
        await it.press_until(lambda: is_at(screen, LAST), "R")


async def test_only_a_complete_listing_does_not_list_a_row(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path, MANY, with_profile(NOWHERE, Fault.HANG), SIZE) as it:
        await it.until(lambda: len(it.session_state.catalogue) == 100)
        screen = await go_to_row(it)
        assert screen.status.text == LATER.replace(LAST, NOWHERE)
        it.desk.server.faults.clear()
        await it.until(lambda: screen.status.text == ABSENT.format(account=NOWHERE))
        assert it.session_state.complete
        assert not it.session_state.crawling
        screen = await go_to_row(it)
        assert screen.status.text == ABSENT.format(account=NOWHERE)


async def test_a_complete_list_that_is_listed_again_may_get_the_row(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path, MANY[:100], size=SIZE) as it:
        with_profile(NOWHERE)(it.desk)
        it.desk.server.faults.add("ListAccounts", Fault.HANG)
        await it.press_until(lambda: it.session_state.crawling, "R", "3", "R")
        screen = await go_to_row(it)
        assert screen.status.text == LATER.replace(LAST, NOWHERE)
        it.desk.server.faults.clear()
        await it.until(lambda: screen.status.text == ABSENT.format(account=NOWHERE))


@pytest.mark.parametrize("keys", [["j"], ["slash", "1", "enter"], ["1", "2"]])
async def test_a_user_who_goes_elsewhere_stays_there(tmp_path: Path, keys: list[str]) -> None:
    async with open_full_screen(tmp_path, MANY, with_profile(LAST, Fault.HANG), SIZE) as it:
        await it.until(lambda: len(it.session_state.catalogue) == 100)
        screen = await go_to_row(it)
        await it.until(lambda: bool(screen.table.shown))
        await it.press_until(lambda: screen.awaiting.awaited is None, *keys)
        assert screen.status.text != LATER
        it.desk.server.faults.clear()
        await it.until(lambda: it.session_state.complete and not it.session_state.crawling)
        it.app.show_state()
        assert not is_at(screen, LAST)


@pytest.mark.parametrize("key", ["question_mark", "colon", "s"])
@pytest.mark.parametrize("account_id", [LAST, NOWHERE])
async def test_a_row_is_awaited_below_another_screen(
    tmp_path: Path, key: str, account_id: str
) -> None:
    async with open_full_screen(tmp_path, MANY, with_profile(account_id, Fault.HANG), SIZE) as it:
        await it.until(lambda: len(it.session_state.catalogue) == 100)
        screen = await go_to_row(it)
        await it.until(lambda: bool(screen.table.shown))
        await it.press_until(lambda: it.app.screen is not screen, key)
        it.desk.server.faults.clear()
        await it.until(lambda: it.session_state.complete and not it.session_state.crawling)
        await it.pilot.press("escape")
        if account_id == LAST:
            await it.until(lambda: is_at(screen, LAST))
        else:
            await it.until(lambda: screen.status.text == ABSENT.format(account=NOWHERE))


async def test_a_switch_of_place_from_another_screen_forgets_the_row(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path, MANY, with_profile(LAST, Fault.HANG), SIZE) as it:
        await it.until(lambda: len(it.session_state.catalogue) == 100)
        screen = await go_to_row(it)
        await it.press_until(lambda: it.app.screen is not screen, "question_mark")
        await it.app.switch_mode("accounts")
        assert screen.awaiting.awaited is None
        assert screen.status.text != LATER


@pytest.mark.quick
async def test_a_session_that_is_signed_out_says_what_lists_it(tmp_path: Path) -> None:
    prepare = with_profile(LAST)
    async with open_full_screen(tmp_path, MANY, prepare, SIZE, signed_in=False) as it:
        await it.until(lambda: it.session_state.loaded)
        screen = await go_to_row(it)
        assert screen.status.text == "000000000249 B is not listed yet: S signs in."

"""A filter that hides every row: what is marked can still be changed, and no sentence is about all
rows.
"""

from __future__ import annotations

from pathlib import Path

from rolecall.ui.screens.confirm import ConfirmScreen
from rolecall.ui.screens.drift import DriftScreen
from rolecall.ui.screens.profiles import ProfilesScreen
from rolecall.ui.screens.sessions import SessionsScreen
from rolecall.ui.screens.workbench import WorkbenchScreen
from tests.support.full_screen import FullScreen, open_full_screen

SIZE = (130, 20)
NO_ROW = "No row is selected."


async def hide_all(it: FullScreen, screen: ProfilesScreen | DriftScreen | SessionsScreen) -> None:
    await it.pilot.press("slash", *"zzz")
    await it.until(lambda: not screen.table.shown)
    await it.pilot.press("enter")


async def test_marked_profiles_are_changed(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path, size=SIZE) as it:
        it.desk.add("[profile here]\nregion = eu-west-1")
        await it.pilot.press("3")
        screen = await it.until_shown(ProfilesScreen)
        await it.pilot.press("R")
        await it.until(lambda: screen.current is not None)
        await it.pilot.press("space")
        await hide_all(it, screen)
        hints = {each.name: each.enabled for each in screen.key_hints()}
        assert hints["delete 1"]
        await it.pilot.press("x")
        await it.until_shown(ConfirmScreen)


async def test_profiles_of_the_other_file_are_not_and_the_screen_says_why(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path, size=SIZE) as it:
        path = it.desk.config.parent / "credentials"
        path.write_text("[there]\nsso_session = corp\nsso_account_id = 1\nsso_role_name = A\n")
        await it.pilot.press("3")
        screen = await it.until_shown(ProfilesScreen)
        await it.pilot.press("R")
        await it.until(lambda: screen.current is not None)
        await it.pilot.press("space")
        await hide_all(it, screen)
        for key in ("e", "x", "D"):
            screen.status.clear()
            await it.pilot.press(key)
            await it.until(lambda: "there is in " in screen.status.text)
        assert it.app.screen is screen


async def test_missing_profiles_that_are_marked_are_saved_and_nothing_is_said_of_none(
    tmp_path: Path,
) -> None:
    async with open_full_screen(tmp_path, size=SIZE) as it:
        await it.until(lambda: it.session_state.complete_at is not None)
        await it.pilot.press("3", "w")
        screen = await it.until_shown(DriftScreen)
        await hide_all(it, screen)
        for key in ("s", "x"):
            screen.status.clear()
            await it.pilot.press(key)
            await it.until(lambda: screen.status.text == NO_ROW)
        await it.pilot.press("escape", "space")
        await it.until(lambda: screen.table.marked_count == 1)
        await hide_all(it, screen)
        await it.pilot.press("s")
        workbench = await it.until_shown(WorkbenchScreen)
        assert len(workbench.rows()) == 1


async def test_sessions_are_not_said_to_be_missing(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path, size=SIZE) as it:
        await it.pilot.press("S")
        screen = await it.until_shown(SessionsScreen)
        await hide_all(it, screen)
        for key in ("enter", "e", "x"):
            screen.status.clear()
            await it.pilot.press(key)
            await it.until(lambda: screen.status.text == NO_ROW)

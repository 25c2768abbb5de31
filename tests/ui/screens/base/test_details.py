"""The pane of a table as a place: going into it, its pages, and what it explains."""

from __future__ import annotations

from pathlib import Path

import pytest

from rolecall.domain.config.file_change import Change
from rolecall.domain.log.hand_out import HandOutKind
from rolecall.domain.switching.variables import SwitchTarget
from rolecall.services.log.hand_outs import HandOuts
from rolecall.services.profiles.profiles import ProfileDraft, ProfilesService
from rolecall.ui.screens.base.detail import DetailScreen
from rolecall.ui.screens.inventory.permission_sets import PermissionSetsScreen
from rolecall.ui.screens.profiles.profiles import ProfilesScreen
from rolecall.ui.screens.sign_in.sessions import SessionsScreen
from tests.support.screens.full_screen import FullScreen, open_full_screen
from tests.support.settings import write_settings

SIZE = (120, 24)


def pane_text(it: FullScreen) -> str:
    assert isinstance(it.app.screen, DetailScreen)
    title, lines, _ = it.app.screen.detail.shown
    return "\n".join([title, *(line.text for line in lines)])


async def test_tab_goes_into_the_pane_and_back_and_y_copies_a_line(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path, size=SIZE) as it:
        await it.until(lambda: "000000000000" in pane_text(it))
        await it.pilot.press("tab")
        assert it.screen.is_in_pane
        assert next(hint.name for hint in it.screen.key_hints()) == "copy line"
        await it.pilot.press("j", "y")
        assert it.app.clipboard == "000000000000"
        assert it.screen.table.position == 0, "the row stays"
        await it.pilot.press("escape", "j")
        assert not it.screen.is_in_pane
        assert it.screen.table.position == 1


@pytest.mark.parametrize("leave", ["tab", "escape"])
async def test_a_pane_without_room_is_there_until_it_is_left(tmp_path: Path, leave: str) -> None:
    async with open_full_screen(tmp_path, size=(80, 24)) as it:
        assert not it.screen.detail.display
        await it.pilot.press("tab")
        await it.until(lambda: it.screen.is_in_pane and "000000000000" in pane_text(it))
        await it.until(lambda: it.screen.detail.size.height > 10)
        await it.pilot.press(leave)
        await it.until(lambda: not it.screen.detail.display)


async def test_the_config_is_planned_once_it_is_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan, planned = ProfilesService.plan_save, list[ProfileDraft]()

    def counted(service: ProfilesService, draft: ProfileDraft) -> Change:
        planned.append(draft)
        return plan(service, draft)

    monkeypatch.setattr(ProfilesService, "plan_save", counted)
    async with open_full_screen(tmp_path, size=SIZE) as it:
        await it.open_screen(PermissionSetsScreen, "2")
        await it.until(lambda: "AWSReservedSSO_A" in pane_text(it))
        assert not planned
        await it.pilot.press("tab", "right")
        await it.until(lambda: "sso_role_name = A" in pane_text(it))
        assert "Would be saved as" in pane_text(it)
        it.save_profile()
        await it.app.flows.profiles.read_config()
        await it.until(lambda: "[profile mine]" in pane_text(it))
        assert "Would be saved as" not in pane_text(it)


async def test_the_config_of_an_account_has_all_its_permission_sets(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path, size=SIZE) as it:
        it.save_profile()
        await it.app.flows.profiles.read_config()
        await it.pilot.press("tab", "l")
        await it.until(lambda: "sso_role_name = B" in pane_text(it))
        saved, _, would_be = pane_text(it).partition("Would be saved as")
        assert "[profile mine]" in saved
        assert "sso_role_name = B" in would_be


async def test_the_activity_is_what_the_log_has_about_the_row(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path, size=SIZE) as it:
        write_settings(it.desk.home, 'log = "full"\n')
        log = HandOuts(it.desk.environ, it.app.now)
        mine, other = (SwitchTarget(f"p{n}", it.ids[n], "A", "corp") for n in range(2))
        log.note(HandOutKind.EXPORT, mine, "ASIAKEY", reason="INC-4711")
        log.note(HandOutKind.EXEC, mine, command=("mysql", "--password=hunter2", "hunter2"))
        log.note(HandOutKind.USE, other)
        await it.pilot.press("tab", "left")
        await it.until(lambda: "INC-4711" in pane_text(it))
        text = pane_text(it)
        assert text.index("exec") < text.index("export"), "the newest is first"
        assert "mysql --password=… …" in text
        assert "hunter2" not in text
        assert "p1" not in text
        await it.pilot.press("escape", "down")
        await it.until(lambda: "p1" in pane_text(it))
        await it.pilot.press("down")
        await it.until(lambda: "The log has nothing about this yet." in pane_text(it))


async def test_a_profile_shows_its_facts_its_section_and_its_uses(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path, size=SIZE) as it:
        it.save_profile()
        HandOuts(it.desk.environ, it.app.now).note_profile(HandOutKind.USE, "mine")
        await it.open_screen(ProfilesScreen, "3", "R")
        await it.until(lambda: "alpha" in pane_text(it))
        await it.pilot.press("tab", "right")
        await it.until(lambda: "sso_account_id = 000000000000" in pane_text(it))
        await it.pilot.press("right")
        await it.until(lambda: " · use · mine" in pane_text(it))


async def test_the_pane_explains_what_is_empty(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path, size=SIZE, signed_in=False) as it:
        await it.open_screen(SessionsScreen, "S")
        await it.until(lambda: "A session is an access portal" in pane_text(it))
        await it.pilot.press("slash", *"nothing", "enter")
        await it.until(lambda: "add the start URL of another access portal" in pane_text(it))


async def test_a_message_leaves_the_rest_of_the_border_visible(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path, size=(120, 24)) as it:
        await it.press_until(lambda: "clipboard" in it.screen.status.text, "y")

        def edges() -> list[str]:
            return [line for line in it.screen.painted_lines() if line.startswith("╰─ Sent to")]

        await it.until(lambda: bool(edges()) and edges()[0].endswith("╯"))

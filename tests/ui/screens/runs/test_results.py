"""A result belongs to the screen that asked for it, wherever the user is by then."""

from __future__ import annotations

import os
from pathlib import Path
from threading import Event

import pytest
from textual.worker import WorkerState

from rolecall.demo.faults import Fault
from rolecall.domain.errors.file_errors import FileBusy
from rolecall.domain.model import Assignment, PermissionSet
from rolecall.services.identity.verification import VerificationService
from rolecall.services.inventory.inventory import InventoryService
from rolecall.services.profiles.profiles import ProfilesService
from rolecall.services.sign_in.sign_in import SignInService
from rolecall.services.tokens.tokens import TokensService
from rolecall.ui.rendering.theme import first_theme
from rolecall.ui.screens.base.choices import ChoicesScreen, ListingScreen
from rolecall.ui.screens.base.confirm import ConfirmScreen
from rolecall.ui.screens.base.help import HelpScreen
from rolecall.ui.screens.inventory.accounts import AccountsScreen
from rolecall.ui.screens.inventory.permission_sets import PermissionSetsScreen
from rolecall.ui.screens.profiles.drift import DriftScreen
from rolecall.ui.screens.profiles.profiles import ProfilesScreen
from rolecall.ui.screens.profiles.save_profile import SaveProfileScreen
from rolecall.ui.screens.profiles.saved import SavedScreen
from rolecall.ui.screens.profiles.workbench import WorkbenchScreen
from rolecall.ui.screens.sign_in.sessions import SessionsScreen
from rolecall.ui.screens.sign_in.sign_in import SignInScreen
from rolecall.ui.screens.tokens.tokens import TokensScreen
from rolecall.ui.state.events import ConfigChanged
from rolecall.ui.work import WorkGroup
from tests.support.desk import Desk, save
from tests.support.gate import Gate
from tests.support.screens.full_screen import FullScreen, open_full_screen
from tests.support.settings import write_settings


async def save_one(it: FullScreen) -> SavedScreen:
    """Save a profile. Return the screen after it."""
    await it.open_screen(PermissionSetsScreen, "2")
    await it.open_screen(SaveProfileScreen, "s")
    return await it.open_screen(SavedScreen, "enter")


@pytest.mark.quick
async def test_a_region_that_was_warned_about_is_saved_by_a_second_enter(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path) as it:
        await it.open_screen(PermissionSetsScreen, "2")
        form = await it.open_screen(SaveProfileScreen, "s")
        await it.pilot.press("tab", "ctrl+u", *"us-esat-1")
        await it.press_until(lambda: "Enter again saves it" in form.status.text, "enter")
        assert "Did you mean us-east-1?" in form.status.text
        assert "us-esat-1" not in it.desk.config.read_text()
        await it.open_screen(SavedScreen, "enter")
        assert "us-esat-1" in it.desk.config.read_text()


@pytest.mark.quick
async def test_a_theme_that_is_not_offered_is_named_and_the_default_is_used(tmp_path: Path) -> None:
    def choose(desk: Desk) -> None:
        write_settings(desk.home, 'theme = "atom-one-dark"\n')

    async with open_full_screen(tmp_path, before=choose) as it:
        await it.until(lambda: "theme: must be one of auto, dark" in it.screen.status.text)
        assert it.app.theme == first_theme(os.environ)


@pytest.mark.quick
async def test_enter_is_called_sign_in_on_a_session_that_is_signed_out(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path) as it:
        more = "[sso-session more]\nsso_start_url = https://more.awsapps.com/start\n"
        it.desk.add(f"{more}sso_region = eu-west-1")
        screen = await it.open_screen(SessionsScreen, "S")
        await it.until(lambda: screen.table.total == 3)
        names = {}
        for _ in range(3):
            row = screen.current
            assert row is not None
            names[row.session.label if row.session else ""] = screen.key_hints()[0].name
            await it.pilot.press("down")
        assert names == {"": "open", "corp": "open", "more": "sign in"}


async def test_leaving_a_bulk_write_for_another_place_closes_only_the_workbench(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_full_screen(tmp_path) as it:
        await it.open_screen(WorkbenchScreen, "2", "a", "s")
        await it.open_screen(ConfirmScreen, "escape", "s")
        gate = Gate(monkeypatch, ProfilesService, "commit")
        await it.press_until(gate.entered.is_set, "enter")
        await it.open_screen(ProfilesScreen, "3")
        gate.open()
        await it.until(lambda: len(it.app.state.profiles) == 16)
        await it.until_work_is_done()
        assert isinstance(it.app.screen, ProfilesScreen)
        assert "written to" in it.app.screen.status.text
        await it.open_screen(PermissionSetsScreen, "2")
        assert not it.screen.table.marks.count


async def test_a_preset_is_not_offered_for_a_row_that_is_being_edited(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path, size=(100, 24)) as it:
        workbench = await it.open_screen(WorkbenchScreen, "2", "a", "s")
        assert "preset" in [each.name for each in workbench.key_hints()]
        await it.press_until(lambda: workbench._edited is not None, "escape", "enter")
        name = workbench.fields.name_field.value
        await it.pilot.press("ctrl+n")
        assert "preset" not in [each.name for each in workbench.key_hints()]
        assert workbench.fields.name_field.value == name


async def test_the_screen_after_a_save_quotes_a_name_with_spaces(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path, size=(100, 24)) as it:
        target = f"sso_account_id = {it.ids[0]}\nsso_role_name = A"
        it.desk.add(f"[profile 'my own']\nsso_session = corp\n{target}")
        saved = await save_one(it)
        command = "aws sts get-caller-identity --profile 'my own'"
        await it.until(lambda: any(command in line for line in saved.painted_lines()))
        await it.press_until(lambda: command in saved.status.text, "y")


async def test_the_command_after_a_save_has_the_name_of_the_file(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path, size=(100, 24)) as it:
        target = f"sso_account_id = {it.ids[0]}\nsso_role_name = A"
        it.desk.add(f"[profile my\u200bown]\nsso_session = corp\n{target}")
        await save_one(it)
        await it.press_until(lambda: "--profile 'my\u200bown'" in it.app.clipboard, "y")


async def test_the_screen_after_a_save_is_left_and_closed_after_another_save(
    tmp_path: Path,
) -> None:
    async with open_full_screen(tmp_path) as it:
        first = await save_one(it)
        await it.open_screen(AccountsScreen, "1")
        await it.open_screen(PermissionSetsScreen, "j", "enter")
        await it.open_screen(SaveProfileScreen, "s")
        await it.open_screen(SavedScreen, "enter")
        await it.open_screen(PermissionSetsScreen, "enter")
        await it.press_until(lambda: it.app.screen is first, "2")
        await it.open_screen(PermissionSetsScreen, "enter")
        await it.until_work_is_done()
        assert len(it.app.state.profiles) == 2


async def test_the_screen_after_a_save_closes_when_the_save_was_undone_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_full_screen(tmp_path) as it:
        monkeypatch.setattr(it.app, "tick_flows", lambda: None)  # they show the state, too
        await save_one(it)
        await it.until(lambda: not it.app.state.verifying)
        await it.open_screen(AccountsScreen, "1")
        await it.open_screen(ConfirmScreen, "z")
        await it.press_until(lambda: not it.app.state.profiles, "enter")
        await it.open_screen(PermissionSetsScreen, "2")


async def test_the_drift_shows_what_was_saved_elsewhere(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path) as it:
        drift = await it.open_screen(DriftScreen, "3", "w")
        assert drift.foot_text().startswith("16 permission sets have no profile")
        await save_one(it)
        await it.press_until(lambda: it.app.screen is drift, "3")
        await it.until(lambda: drift.foot_text().startswith("15 permission sets"))


@pytest.mark.quick
async def test_choices_that_were_listed_below_the_help_are_shown_after_it(tmp_path: Path) -> None:
    listed = Event()

    def list_choices(_: Event) -> list[dict[str, str]]:
        listed.wait(20)
        return [{"name": "x"}]

    async with open_full_screen(tmp_path) as it:

        async def choose() -> None:
            listing = ListingScreen("Quick", ["alpha"], "echo", list_choices)
            await it.app.ask(listing)
            await it.app.ask(ChoicesScreen("Quick", ["alpha"], listing.choices or []))

        it.app.spawn(choose)
        await it.until_shown(ListingScreen)
        await it.open_screen(HelpScreen, "question_mark")
        listing = next(each for each in it.app.screen_stack if isinstance(each, ListingScreen))
        listed.set()
        await it.until(lambda: listing.choices is not None)
        await it.open_screen(ChoicesScreen, "escape")


async def test_an_account_is_listed_again_in_two_sessions_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_full_screen(tmp_path) as it:
        mine = it.desk.session
        add = it.desk.services.session_edits.add_session
        it.desk.session = other = add("other", mine.start_url, mine.region)
        it.desk.sign_in()
        await it.app.announce(ConfigChanged())
        await it.app.flows.tokens.read()
        gate = Gate(monkeypatch, InventoryService, "permission_sets")
        for session in (mine, other):
            it.app.flows.inventory.list_again(session, it.ids[0])
        await it.until(gate.entered.is_set)
        await it.pilot.pause()
        group = WorkGroup.ACCOUNT.value
        states = [each.state for each in it.app.workers if each.group.startswith(f"{group} ")]
        assert states == [WorkerState.RUNNING] * 2
        gate.open()


async def test_an_answer_that_comes_while_the_screen_closes_is_not_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_full_screen(tmp_path) as it:
        screen = await save_one(it)
        (name,) = (each.name for each in it.app.state.profiles)
        await it.until(lambda: it.app.state.verification_of(name) is True)
        flow = it.app.flows.profiles
        answers: list[object] = []

        async def verify_again(_: SavedScreen) -> None:
            """Its widgets have gone, and it is not detached yet."""
            assert screen.is_attached
            answers.append(await flow._verify_once(name, screen))

        monkeypatch.setattr(SavedScreen, "on_unmount", verify_again, raising=False)
        await it.press_until(lambda: not screen.is_attached, "enter")
        assert answers == [None], "it works"


async def test_each_profile_that_is_verified_gets_its_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_full_screen(tmp_path) as it:
        for account, name in zip(it.desk.server.organisation.accounts, ("a", "b"), strict=False):
            save(it.desk, name, Assignment(account, PermissionSet("A")))
        await it.open_screen(ProfilesScreen, "3")
        await it.until(lambda: len(it.app.state.profiles) == 2)
        gate = Gate(monkeypatch, VerificationService, "verify")
        await it.press_until(gate.entered.is_set, "v", "j", "v")
        gate.open()
        await it.until_work_is_done()
        state = it.app.state
        assert (state.verification_of("a"), state.verification_of("b")) == (True, True)


async def test_favourites_typed_in_a_burst_are_all_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_full_screen(tmp_path) as it:
        gate = Gate(monkeypatch, InventoryService, "set_favourite")
        await it.pilot.press("f", "j", "f", "j", "f", "f")  # the last one takes itself back
        await it.until(gate.entered.is_set)
        gate.open()
        await it.until_work_is_done()
        wanted = {(account_id, "") for account_id in it.ids[:2]}
        assert it.session_state.favourites.favourites == wanted
        assert it.desk.services.inventory.favourites(it.desk.session).favourites == wanted


async def test_a_sign_out_that_fails_leaves_the_crawl_running(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_full_screen(tmp_path) as it:
        it.desk.server.faults.add("ListAccountRoles", Fault.HANG)
        await it.press_until(lambda: it.session_state.crawling, "R")
        await it.open_screen(TokensScreen, "4")

        def fails(*_: object) -> None:
            raise FileBusy(it.desk.config)

        for step in ("plan_sign_out", "sign_out"):
            with monkeypatch.context() as context:
                context.setattr(TokensService, step, fails)
                await it.pilot.press("x")
                if step == "sign_out":
                    await it.until_shown(ConfirmScreen)
                    await it.pilot.press("enter")
                await it.until(lambda: "Another program" in it.app.screen.status.text)  # type: ignore[attr-defined]
            assert it.session_state.crawling
            assert it.session_state.token is not None
            await it.open_screen(TokensScreen, "escape", "4")
        it.desk.server.faults.clear()


@pytest.mark.quick
async def test_choosing_a_session_does_not_stop_the_look_for_a_token(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Gate(monkeypatch, SignInService, "valid_token")
    async with open_full_screen(tmp_path, signed_in=False) as it:
        await it.until(gate.entered.is_set)
        assert it.app.state.looking_for_token
        await it.open_screen(SessionsScreen, "S")
        await it.open_screen(AccountsScreen, "escape")
        gate.open()
        await it.until_shown(SignInScreen)
        assert not it.app.state.looking_for_token


async def test_a_sign_in_that_replaces_the_start_leaves_nothing_unread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Gate(monkeypatch, ProfilesService, "read")
    async with open_full_screen(tmp_path, signed_in=False) as it:
        await it.until(gate.entered.is_set)
        await it.open_screen(SessionsScreen, "S")
        await it.until(lambda: bool(it.app.state.sessions))
        await it.open_screen(SignInScreen, "enter")
        await it.open_screen(SessionsScreen, "escape")
        await it.open_screen(AccountsScreen, "escape")
        assert not it.app.state.looking_for_token
        gate.open()
        await it.until(lambda: it.app.state.config is not None)


@pytest.mark.quick
async def test_a_sign_in_that_replaces_the_start_leaves_the_report_of_bad_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_settings(desk: Desk) -> None:
        write_settings(desk.home, "mouse = 3\n")

    gate = Gate(monkeypatch, SignInService, "valid_token")
    async with open_full_screen(tmp_path, before=break_settings) as it:
        await it.until(gate.entered.is_set)
        assert "mouse" not in it.app.screen.status.text  # type: ignore[attr-defined]
        it.app.flows.sign_in.show_all()
        await it.until(lambda: "mouse" in it.app.screen.status.text)  # type: ignore[attr-defined]
        gate.open()
        await it.until_work_is_done()


async def test_the_header_says_that_the_settings_are_not_read_until_they_are(
    tmp_path: Path,
) -> None:
    def break_settings(desk: Desk) -> None:
        write_settings(desk.home, "theme =\n")

    async with open_full_screen(tmp_path, before=break_settings, size=(40, 10)) as it:
        await it.until(lambda: bool(it.shown))
        assert "settings not read" in it.screen.header.render().plain
        await it.open_screen(PermissionSetsScreen, "2")
        assert "settings not read" in it.screen.header.render().plain
        it.desk.services.locations.settings.write_text('theme = "dark"\n')
        it.app.flows.tokens.check(force=True)
        await it.until(lambda: "settings" not in it.screen.header.render().plain)


async def test_a_form_that_is_late_does_not_open_over_another_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_full_screen(tmp_path) as it:
        await it.open_screen(PermissionSetsScreen, "2")
        gate = Gate(monkeypatch, ProfilesService, "suggest_name")
        await it.press_until(gate.entered.is_set, "s")
        it.app.type_ahead.end()  # as after some seconds
        await it.open_screen(ProfilesScreen, "3")
        gate.open()
        await it.until_work_is_done()
        await it.pilot.pause()
        assert [type(screen) for screen in it.app.screen_stack] == [ProfilesScreen]


async def test_who_waits_for_a_screen_hears_that_it_was_closed(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path) as it:
        await save_one(it)
        await it.open_screen(PermissionSetsScreen, "2")
        await it.until_work_is_done()

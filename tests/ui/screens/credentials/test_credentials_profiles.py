"""Profiles that only ~/.aws/credentials has, on the full screen."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import Input, Static

from rolecall.files.safe import atomic
from rolecall.presentation.commands import BY_ID
from rolecall.ui.screens.base.confirm import ConfirmScreen
from rolecall.ui.screens.credentials.console import ConsoleScreen
from rolecall.ui.screens.inventory.permission_sets import PermissionSetsScreen
from rolecall.ui.screens.profiles.profiles import ProfilesScreen
from rolecall.ui.screens.profiles.workbench import WorkbenchScreen
from rolecall.ui.widgets.diff_view import DiffView
from tests.support.screens.full_screen import FullScreen, open_full_screen


def write_one(it: FullScreen, *, has_session: bool = True) -> bytes:
    """Write a profile to the credentials file, and return the bytes of the file.

    Without a session, it has its own start URL and region.
    """
    session = it.desk.session
    account = it.desk.server.organisation.accounts[0]
    role = it.desk.server.organisation.permission_sets(account.id)[0]
    text = f"[there]\nsso_session = {session.name}\n"
    if not has_session:
        text = f"[there]\nsso_start_url = {session.start_url}\nsso_region = {session.region}\n"
    text += f"sso_account_id = {account.id}\nsso_role_name = {role}\nregion = eu-west-1\n"
    path = it.desk.config.parent / "credentials"
    path.write_text(text)
    return path.read_bytes()


def note_of(it: FullScreen, field: str) -> str:
    notes = it.app.screen.query(f"#{field}-note").results(Static)
    return "".join(str(each.content) for each in notes)


def warnings_of(it: FullScreen) -> str:
    return "".join(dict(each.words)["warning"] for each in it.app.screen.query(DiffView))


async def show(it: FullScreen) -> ProfilesScreen:
    screen = await it.open_screen(ProfilesScreen, "3", "R")
    await it.until(lambda: any(each.name == "there" for each in it.app.state.profiles))
    await it.until(lambda: screen.current is not None)
    return screen


async def test_it_is_listed_and_works(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path, size=(130, 20)) as it:
        write_one(it)
        screen = await show(it)
        await it.pilot.press("tab", "right", "tab")  # the tab with the section
        lines: list[str] = []

        def is_shown() -> bool:
            lines[:] = [line.text for line in screen.detail.shown.lines]
            return "sso_session = corp" in lines

        await it.until(is_shown)
        assert lines[0] == "in ~/.aws/credentials"
        assert "credentials" in screen.foot_text()
        await it.press_until(lambda: it.app.state.verification_of("there") is True, "v")
        await it.open_screen(ConsoleScreen, "o")
        await it.open_screen(PermissionSetsScreen, "escape", "enter")
        await it.press_until(lambda: it.app.return_value == "there", "3", "u")


@pytest.mark.parametrize("command", ["edit", "edit_section", "delete", "duplicate"])
@pytest.mark.parametrize("marked", [False, True])
async def test_it_is_not_changed_and_the_screen_says_why(
    tmp_path: Path, command: str, marked: bool
) -> None:
    async with open_full_screen(tmp_path, size=(130, 20)) as it:
        credentials, config = write_one(it), it.desk.config.read_bytes()
        screen = await show(it)
        if marked:
            await it.pilot.press("space")
        screen.run_command(BY_ID[command])
        await it.until(lambda: "there is in " in screen.status.text)
        assert it.app.screen is screen
        assert it.desk.config.read_bytes() == config
        assert (it.desk.config.parent / "credentials").read_bytes() == credentials


@pytest.mark.quick
async def test_of_marked_rows_those_of_the_config_are_changed(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path, size=(130, 20)) as it:
        write_one(it)
        it.desk.add("[profile here]\nregion = eu-west-1")
        await show(it)
        await it.open_screen(ConfirmScreen, "a", "x")
        await it.pilot.press("enter")
        await it.until(lambda: [each.name for each in it.app.state.profiles] == ["there"])
        assert "here" not in it.desk.config.read_text()


async def test_the_foot_counts_the_marked_rows_that_a_key_changes(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path, size=(130, 20)) as it:
        write_one(it)
        it.desk.add("[profile here]\nregion = eu-west-1")
        screen = await show(it)
        await it.pilot.press("a")
        names = {each.name for each in screen.key_hints()}
        assert {"verify 2", "edit 1", "delete 1"} <= names
        await it.pilot.press("A", "g", "j", "space", "k")
        assert screen.current is not None
        assert screen.current.name == "here"
        names = {each.name for each in screen.key_hints()}
        assert "verify 1" in names
        assert not any(each.startswith(("edit", "delete")) for each in names)
        await it.press_until(lambda: "there is in " in screen.status.text, "x")


async def test_the_screen_says_what_credentials_override(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path, size=(130, 24)) as it:
        it.desk.add("[profile there]\nregion = eu-west-1\n\n[profile other]\nregion = eu-west-1")
        write_one(it)
        path = it.desk.config.parent / "credentials"
        path.write_text(path.read_text().replace("eu-west-1", "us-east-2"))
        screen = await show(it)
        says = "from ~/.aws/credentials and ignore what ~/.aws/config says about it"
        pane = f"clients use sso_session, sso_account_id, sso_role_name, region {says}"
        await it.until(lambda: pane in [line.text for line in screen.detail.shown.lines])
        await it.press_until(lambda: note_of(it, "region") == f"clients use region {says}", "e")
        assert it.app.screen.query_one("#region", Input).value == "eu-west-1"
        assert not note_of(it, "output")
        await it.pilot.press("escape", "a", "e")
        await it.until(lambda: note_of(it, "region") == f"there: clients use region {says}")


async def test_the_form_that_saves_says_what_credentials_override(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path, size=(130, 24)) as it:
        write_one(it)
        path = it.desk.config.parent / "credentials"
        it.desk.add(path.read_text().replace("[there]", "[profile there]"))
        path.write_text("[there]\nsso_role_name = other\n")
        await show(it)
        await it.pilot.press("2", "s")
        await it.until(lambda: note_of(it, "name").startswith("clients use sso_role_name from ~"))
        assert it.app.screen.query_one("#name", Input).value == "there"
        await it.press_until(lambda: note_of(it, "name") == "free", "x")
        workbench = await it.open_screen(WorkbenchScreen, "escape", "a", "s")
        says = "clients use sso_role_name from ~/.aws/credentials and ignore what"
        await it.until(lambda: any(says in line.text for line in workbench.detail.shown.lines))


async def test_the_form_that_saves_names_a_profile_that_only_credentials_have(
    tmp_path: Path,
) -> None:
    async with open_full_screen(tmp_path, size=(130, 24)) as it:
        write_one(it)
        await show(it)
        says = (
            "~/.aws/credentials has a profile for this permission set, there;"
            " use that one, or delete it there"
        )
        await it.press_until(lambda: note_of(it, "name") == says, "2", "s")
        workbench = await it.open_screen(WorkbenchScreen, "escape", "a", "s")
        await it.until(lambda: any(says in line.text for line in workbench.detail.shown.lines))


async def test_the_files_are_not_read_again_for_what_credentials_override(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_full_screen(tmp_path, size=(130, 24)) as it:
        it.desk.add("[profile there]\nregion = eu-west-1")
        write_one(it)
        await show(it)
        # The regular look for changed files reads them, too.
        monkeypatch.setattr(it.app, "tick_flows", lambda: None)
        await it.until_work_is_done()
        path = it.desk.config.parent / "credentials"
        opened = list[str]()
        workbench = await it.open_screen(WorkbenchScreen, "2", "a", "s")
        await it.until(lambda: bool(workbench.detail.shown.lines))
        read = atomic.read

        def watched(each: Path) -> bytes | None:
            opened.append(str(each))
            return read(each)

        monkeypatch.setattr(atomic, "read", watched)
        before = workbench.detail.shown
        await it.press_until(lambda: workbench.detail.shown is not before, "down")
        assert str(path) not in opened


async def test_the_copy_and_the_deletion_of_a_profile_say_what_credentials_keep(
    tmp_path: Path,
) -> None:
    async with open_full_screen(tmp_path, size=(130, 24)) as it:
        it.desk.add("[profile there]\nregion = eu-west-1\n\n[profile other]\nregion = eu-west-1")
        write_one(it)
        screen = await show(it)
        screen.run_command(BY_ID["duplicate"])
        await it.pilot.press(*"us-east-2")
        says = "what ~/.aws/credentials has for there is not copied"
        await it.until(lambda: note_of(it, "name") == f"free; {says}")
        await it.open_screen(ConfirmScreen, "escape", "x")
        assert "~/.aws/credentials keeps what it has for there." in warnings_of(it)
        await it.pilot.press("escape", "down")
        screen.run_command(BY_ID["duplicate"])
        await it.pilot.press(*"us-east-2")
        await it.until(lambda: note_of(it, "name") == "free")
        await it.open_screen(ConfirmScreen, "escape", "x")
        assert "credentials" not in warnings_of(it)


async def test_its_own_start_url_is_a_session_to_sign_in_to(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path, size=(130, 20)) as it:
        write_one(it, has_session=False)
        await show(it)
        await it.until(lambda: len(it.app.state.sessions) == 2)
        session = it.app.state.sessions[1]
        (profile,) = it.app.state.profiles
        assert it.app.state.session_of(profile) == session
        waiting = it.desk.services.sign_in.begin(session)
        it.desk.server.approve(waiting.code.user_code)
        assert waiting.poll()
        await it.press_until(lambda: it.app.state.verification_of("there") is True, "v")
        await it.pilot.press("4")
        await it.until(lambda: any(each.session == session for each in it.app.state.expiries))
        await it.until(lambda: session in it.app.state.usable_tokens)

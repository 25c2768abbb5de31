"""What flows do together, through events and the state."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from rolecall.demo.faults import Fault
from rolecall.domain.settings.settings import Settings
from rolecall.files.caches.sso_cache import SsoCache
from rolecall.files.own.settings import SettingsRead
from rolecall.presentation import keymap
from rolecall.services.inventory.crawl import Crawl
from rolecall.services.inventory.inventory import InventoryService
from rolecall.services.profiles.drift import DriftService
from rolecall.services.profiles.profile_edits import ProfileEditsService
from rolecall.services.profiles.profiles import ProfilesService
from rolecall.ui.flows.tokens import TokensFlow
from rolecall.ui.screens.base.confirm import ConfirmScreen
from rolecall.ui.screens.profiles.drift import DriftScreen
from rolecall.ui.screens.profiles.profiles import ProfilesScreen
from rolecall.ui.screens.profiles.workbench import WorkbenchScreen
from rolecall.ui.state.events import ConfigChanged, SignedOut
from rolecall.ui.widgets import status_line
from tests.support.desk import Desk
from tests.support.gate import Gate
from tests.support.screens.full_screen import NAMES, open_full_screen
from tests.support.settings import write_settings


def calls_of(monkeypatch: pytest.MonkeyPatch, service: type, method: str) -> list[object]:
    """Return a list that grows with each call of the method."""
    calls: list[object] = []
    called = getattr(service, method)

    def counted(of: object) -> object:
        calls.append(of)
        return called(of)

    monkeypatch.setattr(service, method, counted)
    return calls


@pytest.mark.quick
async def test_the_config_is_read_once_after_a_save(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_full_screen(tmp_path) as it:
        reads = calls_of(monkeypatch, ProfilesService, "read")
        it.save_profile()
        await it.app.announce(ConfigChanged())
        assert [profile.name for profile in it.app.state.profiles] == ["mine"]
        await it.app.flows.tokens._check()
        await it.until_work_is_done()
        assert len(reads) == 1
        it.desk.config.write_bytes(it.desk.config.read_bytes() + b"[profile theirs]\n")
        await it.app.flows.tokens._check()
        await it.until(lambda: len(it.app.state.profiles) == 2)
        assert len(reads) == 2


@pytest.mark.quick
async def test_a_listing_that_has_begun_in_the_background_is_the_one_that_was_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when a slow start meets the check of the age of the list."""
    async with open_full_screen(tmp_path) as it:
        session, inventory = it.desk.session, it.app.flows.inventory
        monkeypatch.setattr(InventoryService, "is_due", lambda *_: True)
        with monkeypatch.context() as context:
            gate = Gate(context, InventoryService, "crawl")
            asked = asyncio.create_task(inventory.start(session))
            await it.until(gate.entered.is_set)
        it.desk.server.faults.add("ListAccounts", Fault.HANG)
        await inventory.start(session, in_background=True)
        feed = inventory._feeds[session]
        gate.open()
        await asked
        assert inventory._feeds[session] is feed
        assert session not in inventory._in_background
        it.desk.server.faults.clear()


async def test_the_drift_is_compared_once_after_a_save_from_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def no_check(flow: TokensFlow) -> None:
        """Once a second. It may see the file before the save is announced."""

    async with open_full_screen(tmp_path) as it:
        monkeypatch.setattr(TokensFlow, "_check", no_check)
        await it.open_screen(DriftScreen, "3", "w")
        comparisons = calls_of(monkeypatch, DriftService, "compare_all")
        await it.open_screen(WorkbenchScreen, "s")
        await it.open_screen(ConfirmScreen, "escape", "s")
        write = it.app.screen
        await it.press_until(lambda: it.app.screen is not write, "enter")
        await it.until_shown(ConfirmScreen)  # whether to verify them
        await it.open_screen(DriftScreen, "escape")
        await it.until(lambda: len(it.app.state.profiles) == 2 * len(NAMES))
        await it.until_work_is_done()
        assert isinstance(it.app.screen, DriftScreen)
        assert "written to" in it.app.screen.status.text
        assert len(comparisons) == 1


async def test_a_crawl_is_not_begun_with_the_token_of_before_a_sign_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_full_screen(tmp_path) as it:
        session = it.desk.session
        it.count_listed()
        gate = Gate(monkeypatch, InventoryService, "crawl")
        await it.press_until(gate.entered.is_set, "R")
        for file in it.desk.sso_cache.iterdir():  # else rolecall finds the token again
            file.unlink()
        await it.app.announce(SignedOut(session))
        gate.open()
        await it.until_work_is_done()
        assert not it.session_state.crawling
        assert not it.app.flows.inventory._feeds
        assert it.count_listed() == 0


@pytest.mark.quick
async def test_an_unexpected_error_of_a_crawl_is_no_finished_listing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        async with open_full_screen(tmp_path) as it:
            seen_at = it.session_state.seen_at
            it.desk.clock.forward(60)
            monkeypatch.setattr(Crawl, "run", broken)
            await it.press_until(lambda: it.app.failure is not None, "R")
            assert it.session_state.seen_at == seen_at


async def test_the_mark_of_a_deleted_profile_does_not_pass_to_a_new_one(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path) as it:
        before = it.desk.config.read_bytes()
        it.save_profile()
        with_profile = it.desk.config.read_bytes()
        await it.app.announce(ConfigChanged())
        screen = await it.open_screen(ProfilesScreen, "3", "space")
        assert screen.table.marks.count == 1
        for content, count in ((before, 0), (with_profile, 1)):
            it.desk.config.write_bytes(content)
            await it.app.announce(ConfigChanged())
            assert screen.table.total == count
            assert screen.table.marks.count == 0


@pytest.mark.quick
async def test_a_token_file_that_is_empty_for_a_moment_is_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The AWS CLI writes in place: the file may be read before it has written."""
    async with open_full_screen(tmp_path) as it:
        path = it.desk.token_cache.token_path(it.desk.session)
        written = path.read_bytes()
        path.write_bytes(b"")

        def written_meanwhile(*_: object) -> bool:
            path.write_bytes(written)
            return True

        monkeypatch.setattr(SsoCache, "has_token_file", written_meanwhile)
        await it.app.flows.tokens.read()
        assert it.session_state.token is not None
        monkeypatch.undo()
        path.unlink()
        it.app.flows.tokens.check(force=True)
        await it.until(lambda: it.session_state.token is None)


async def test_keys_typed_before_a_difference_is_shown_do_not_confirm_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_full_screen(tmp_path) as it:
        it.save_profile()
        await it.app.announce(ConfigChanged())
        await it.open_screen(ProfilesScreen, "3")
        before = it.desk.config.read_bytes()
        gate = Gate(monkeypatch, ProfileEditsService, "plan_delete")
        await it.press_until(gate.entered.is_set, "x")
        await it.pilot.press("enter", "enter")
        gate.open()
        await it.until_shown(ConfirmScreen)
        await it.pilot.pause()
        assert isinstance(it.app.screen, ConfirmScreen)
        assert it.desk.config.read_bytes() == before


async def test_the_end_of_a_background_action_does_not_wait_until_its_begin_was_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def set_action(desk: Desk) -> None:
        write_settings(
            desk.home,
            '[actions.say]\nkey = "L"\nname = "Say"\nin = "background"\n'
            'command = ["printf", "%s.", "{account}"]\n',
        )

    monkeypatch.setattr(status_line, "FLASH_SECONDS", 3600)
    async with open_full_screen(tmp_path, before=set_action) as it:
        await it.until(lambda: bool(it.app.state.accounts))
        await it.pilot.press("2")
        await it.filter("alpha A")
        keymap.use_actions(it.app.settings, SettingsRead().line_of)
        try:
            await it.press_until(lambda: it.screen.status.text == "Say: done. alpha.", "L")
        finally:
            keymap.use_actions(Settings(), SettingsRead().line_of)

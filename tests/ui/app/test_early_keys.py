"""Keys for rows that have not been read yet."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Any

import pytest
from textual import events
from textual.events import Key

from rolecall.demo.faults import Fault
from rolecall.services.profiles.profiles import ProfilesService
from rolecall.services.tokens.expiries import ExpiriesService
from rolecall.ui.app.app import RolecallApp
from rolecall.ui.screens.base.confirm import ConfirmScreen
from rolecall.ui.screens.base.table import TableScreen
from rolecall.ui.screens.credentials.credentials import CredentialsScreen
from rolecall.ui.screens.inventory.permission_sets import PermissionSetsScreen
from rolecall.ui.screens.profiles.profiles import ProfilesScreen
from rolecall.ui.screens.profiles.save_profile import SaveProfileScreen
from rolecall.ui.screens.tokens.tokens import TokensScreen
from rolecall.ui.start.type_ahead import TypeAhead, pressed
from tests.support.desk import Desk
from tests.support.gate import Gate
from tests.support.screens.full_screen import NAMES, FullScreen, failing, open_full_screen


def add_profiles(desk: Desk) -> None:
    for name in ("one", "two", "three"):
        desk.add(f"[profile {name}]\nregion = eu-west-1")


async def open_early(
    it: FullScreen, gate: Gate, screen: type[TableScreen[Any]], *keys: str
) -> None:
    """Press the keys, the first of which opens the screen, before its rows are read."""
    await it.until(gate.entered.is_set)
    await it.pilot.press(keys[0])
    await it.until(lambda: isinstance(it.app.screen, screen) and it.app.screen.has_widgets)
    assert isinstance(it.app.screen, screen)
    assert not it.app.screen.count_text()
    for key in keys[1:]:
        it.app.post_message(Key(key, key))
    await it.pilot.pause()
    assert isinstance(it.app.screen, screen)
    assert it.app.screen.status.flashed is None


@pytest.mark.quick
async def test_keys_for_profiles_wait_until_those_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Gate(monkeypatch, ProfilesService, "read")
    async with open_full_screen(tmp_path, before=add_profiles) as it:
        await open_early(it, gate, ProfilesScreen, "3", "j", "x")
        gate.open()
        await it.until(lambda: isinstance(it.app.screen, ConfirmScreen))
        assert isinstance(it.app.screen_stack[-2], ProfilesScreen)
        assert it.app.screen_stack[-2].current is not None
        assert it.app.screen_stack[-2].current.name == "two"


async def test_keys_for_tokens_wait_until_those_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Gate(monkeypatch, ExpiriesService, "read")
    async with open_full_screen(tmp_path, before=add_profiles) as it:
        await open_early(it, gate, TokensScreen, "4", "x")
        gate.open()
        await it.until(lambda: isinstance(it.app.screen, ConfirmScreen))


async def test_keys_for_an_account_wait_until_it_is_listed(tmp_path: Path) -> None:
    fails = failing("ListAccountRoles", Fault.HANG, account_id=f"{len(NAMES) - 1:012}")
    async with open_full_screen(tmp_path, before=fails, size=(100, 24)) as it:
        await it.until(lambda: it.session_state.catalogue.listed == len(NAMES) - 1)
        await it.pilot.press("G", "enter")
        for key in ("j", "s"):
            it.app.post_message(Key(key, key))
        await it.until(lambda: isinstance(it.app.screen, PermissionSetsScreen))
        await it.pilot.pause()
        it.desk.server.faults.clear()
        await it.until(lambda: isinstance(it.app.screen, SaveProfileScreen))
        below = it.app.screen_stack[-2]
        assert isinstance(below, PermissionSetsScreen)
        assert below.current is not None
        assert below.current.permission_set.name == "B"


async def test_a_key_that_leads_away_does_not_wait_for_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Gate(monkeypatch, ExpiriesService, "read")
    async with open_full_screen(tmp_path, before=add_profiles) as it:
        await open_early(it, gate, TokensScreen, "4")
        await it.open_screen(ProfilesScreen, "3")
        gate.open()


def key(name: str) -> events.Key:
    return events.Key(name, name)


def test_held_keys_are_returned_in_order() -> None:
    held = TypeAhead()
    held.begin()
    assert held.hold(key("a"))
    assert held.hold(key("b"))
    assert [pressed(each) for each in held.end()] == ["a", "b"]
    assert not held.hold(key("c"))


def test_held_keys_of_a_late_screen_are_dropped_and_never_come_after_newer_ones(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    held = TypeAhead()
    held.begin()
    assert held.hold(key("x"))
    later = time.monotonic() + 6
    monkeypatch.setattr(time, "monotonic", lambda: later)
    assert not held.hold(key("3")), "it is for the visible screen"
    assert held.end() == []


def test_a_key_that_passes_is_known_if_it_was_held_before() -> None:
    held = TypeAhead()
    assert not held.begin(passing="escape")
    assert not held.hold(key("escape"))
    held.end()
    held.begin()
    assert held.hold(key("escape"))
    assert held.begin(passing="escape")
    assert not held.begin()


async def test_keys_for_a_screen_that_mounts_after_its_work_has_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_mount, ended = asyncio.Event(), asyncio.Event()
    on_event, deliver = CredentialsScreen.on_event, RolecallApp.deliver_typed_keys

    async def mount_late(screen: CredentialsScreen, event: events.Event) -> None:
        if isinstance(event, events.Mount):
            await may_mount.wait()
        await on_event(screen, event)

    async def end(app: RolecallApp, turn: int, instead_of: Any = None) -> None:
        await deliver(app, turn, instead_of)
        if isinstance(app.screen, CredentialsScreen):
            ended.set()

    monkeypatch.setattr(CredentialsScreen, "on_event", mount_late)
    monkeypatch.setattr(RolecallApp, "deliver_typed_keys", end)
    async with open_full_screen(tmp_path) as it:
        await it.open_screen(PermissionSetsScreen, "enter")
        it.app.post_message(key("c"))
        it.app.post_message(key("4"))
        await it.until(ended.is_set)
        may_mount.set()
        await it.until(lambda: isinstance(it.app.screen, TokensScreen))


async def test_the_end_of_a_slow_start_gives_no_keys_to_a_form_that_a_key_is_leaving(
    tmp_path: Path,
) -> None:
    async with open_full_screen(tmp_path) as it:
        await it.open_screen(PermissionSetsScreen, "2")
        await it.open_screen(SaveProfileScreen, "s")
        escape, ahead = Key("escape", None), it.app.type_ahead
        ahead.begin(escape)
        assert ahead.hold(Key("4", "4"))
        await it.app.start()
        assert ahead.ends_with(escape)
        assert [pressed(each) for each in ahead.end()] == ["4"]

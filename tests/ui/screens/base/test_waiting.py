"""A key that asks AWS: the screen says what it waits for, and stops waiting in time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from rolecall.aws import call
from rolecall.demo.faults import Fault
from rolecall.domain import question
from rolecall.ui.screens.credentials.credentials import CredentialsScreen
from rolecall.ui.screens.profiles.profiles import ProfilesScreen
from tests.support.screens.full_screen import FullScreen, open_full_screen


@pytest.fixture
def shorten(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    def shorten() -> None:
        for name, seconds in (("SLOW_AFTER", 0.2), ("SECONDS", 3.0), ("TRY_SECONDS", 1.5)):
            monkeypatch.setattr(question, name, seconds)
        monkeypatch.setattr(call, "TRY_SECONDS", 1.5)

    return shorten


async def open_profiles(it: FullScreen) -> ProfilesScreen:
    it.save_profile()
    await it.press_until(lambda: len(it.app.state.profiles) == 1, "3")
    return await it.until_shown(ProfilesScreen)


@pytest.mark.parametrize("fault", [Fault.HANG, Fault.DRIP])
async def test_credentials_say_what_they_wait_for_and_end(
    tmp_path: Path, shorten: Callable[[], None], fault: Fault
) -> None:
    async with open_full_screen(tmp_path) as it:
        await it.press_until(lambda: bool(it.app.screen.query("VirtualTable")), "2")
        await it.until(lambda: it.screen.current is not None)
        shorten()
        it.desk.server.faults.add("GetRoleCredentials", fault)
        screen = await it.open_screen(CredentialsScreen, "c")
        host = it.desk.server.url.removeprefix("http://")
        waiting = f"Waiting for GetRoleCredentials at {host}…"
        await it.until(lambda: screen.clock.text == waiting)
        await it.until(lambda: "no answer in time" in screen.clock.text)


@pytest.mark.parametrize("fault", [Fault.HANG, Fault.DRIP])
async def test_a_verification_says_what_it_waits_for_and_ends(
    tmp_path: Path, shorten: Callable[[], None], fault: Fault
) -> None:
    async with open_full_screen(tmp_path) as it:
        screen = await open_profiles(it)
        shorten()
        it.desk.server.faults.add("GetCallerIdentity", fault)
        await it.pilot.press("v")
        await it.until(lambda: screen.status.text == "Waiting for GetCallerIdentity at AWS…")
        await it.until(lambda: "no answer in time" in screen.status.text)


async def test_the_sentence_goes_when_the_answer_comes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_full_screen(tmp_path) as it:
        screen = await open_profiles(it)
        monkeypatch.setattr(question, "SLOW_AFTER", 0.2)
        it.desk.server.faults.add("GetCallerIdentity", Fault.HANG)
        await it.pilot.press("v")
        await it.until(lambda: screen.status.text == "Waiting for GetCallerIdentity at AWS…")
        it.desk.server.faults.clear()
        await it.until(lambda: screen.status.text.startswith("✓ arn:"))

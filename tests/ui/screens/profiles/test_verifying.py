"""Verifying profiles while AWS cannot be asked."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from rolecall.demo.faults import StsError
from rolecall.services.identity.verification import VerificationService
from rolecall.ui.flows import profiles
from rolecall.ui.screens.profiles.profiles import ProfilesScreen
from rolecall.ui.screens.profiles.verified import VerifiedScreen
from rolecall.ui.screens.tokens.tokens import TokensScreen
from rolecall.ui.state.events import ConfigChanged
from rolecall.ui.widgets.wrapping import wrap
from tests.support.gate import Gate
from tests.support.screens.full_screen import FullScreen, open_full_screen


async def show_one(it: FullScreen) -> ProfilesScreen:
    """Save a profile, and show it."""
    it.save_profile()
    await it.press_until(lambda: len(it.app.state.profiles) == 1, "3")
    return await it.until_shown(ProfilesScreen)


async def test_one_profile_is_verified_again_when_the_fault_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(profiles, "retry_pause", lambda _: timedelta(seconds=0.1))
    async with open_full_screen(tmp_path) as it:
        await show_one(it)
        it.desk.server.faults.add("GetCallerIdentity", 500, times=2)  # boto3 asks twice
        await it.press_until(lambda: it.app.state.verification_of("mine") is True, "v")
        assert it.desk.server.calls.count("GetCallerIdentity") == 3


async def test_a_profile_is_verified_again_when_its_screen_is_shown_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(profiles, "retry_pause", lambda _: timedelta(0))
    async with open_full_screen(tmp_path) as it:
        screen = await show_one(it)
        it.desk.server.faults.add("GetCallerIdentity", 500)
        gate = Gate(monkeypatch, VerificationService, "verify")
        await it.press_until(gate.entered.is_set, "v")
        await it.open_screen(TokensScreen, "4")
        gate.open()
        await it.until(lambda: "The next try is at" in screen.status.text)
        it.desk.server.faults.clear()
        await it.press_until(lambda: it.app.state.verification_of("mine") is True, "3")


async def failed_verification(it: FullScreen) -> VerifiedScreen:
    """Verify the marked profile while AWS fails. Return the screen, which will try again."""
    await show_one(it)
    it.desk.server.faults.add("GetCallerIdentity", 500)
    screen = await it.open_screen(VerifiedScreen, "space", "v")
    await it.until(lambda: screen._retry_at is not None)
    return screen


async def test_many_profiles_are_verified_again_when_the_fault_ends(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path) as it:
        screen = await failed_verification(it)
        assert screen.count_text().startswith("0 work · 1 fails. The next try is at ")
        assert it.app.state.verification_of("mine") is None
        it.desk.server.faults.clear()
        it.desk.clock.forward(11)
        await it.until(lambda: it.app.state.verification_of("mine") is True)
        assert screen.count_text() == "1 works"


async def test_many_profiles_are_verified_again_after_the_clock_was_put_back(
    tmp_path: Path,
) -> None:
    async with open_full_screen(tmp_path) as it:
        screen = await failed_verification(it)
        it.desk.clock.now -= timedelta(hours=1)
        await it.until(lambda: screen._retry_at is None)


async def test_a_fault_of_aws_is_no_sign_of_the_profile(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path) as it:
        state, screen = it.app.state, await show_one(it)
        for operation, fault, works in (
            ("GetCallerIdentity", 500, None),
            ("GetRoleCredentials", 403, False),
            ("GetCallerIdentity", 503, False),
        ):
            it.desk.server.faults.add(operation, fault)
            screen.status.clear()
            await it.press_until(lambda: "mine: " in screen.status.text, "v")
            assert state.verification_of("mine") is works
            it.desk.server.faults.clear()


@pytest.mark.parametrize(("keys", "shown"), [(("v",), "✓ arn:"), (("space", "v"), "1 works")])
async def test_an_answer_counts_only_for_the_profile_that_aws_was_asked_about(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, keys: tuple[str, ...], shown: str
) -> None:
    gate = Gate(monkeypatch, VerificationService, "_verify")
    async with open_full_screen(tmp_path) as it:
        await show_one(it)
        await it.press_until(gate.entered.is_set, *keys)
        screen = it.app.screen
        assert isinstance(screen, ProfilesScreen | VerifiedScreen)
        it.desk.add("cli_pager = cat")  # to the section of the profile
        await it.app.announce(ConfigChanged())
        assert "cli_pager" in it.app.state.profiles[0].settings
        gate.open()
        await it.until(lambda: shown in str(screen.painted_lines()))
        assert it.app.state.verification_of("mine") is None


async def test_the_row_and_the_foot_say_so_as_long_as_aws_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Gate(monkeypatch, VerificationService, "verify")
    async with open_full_screen(tmp_path, size=(80, 24)) as it:
        screen = await show_one(it)
        await it.press_until(gate.entered.is_set, "v")
        screen.status.clear()  # as after four seconds
        await it.until(lambda: "Verifying mine…" in str(screen.painted_lines()))
        assert screen._health(it.app.state.profiles[0]) == "muted"
        gate.open()
        await it.until(lambda: it.app.state.verification_of("mine") is True)
        await it.until(lambda: screen.status.text.startswith("✓ arn:"))
        assert screen._health(it.app.state.profiles[0]) == "good"
        screen.status.clear()
        await it.until(lambda: "Asking" not in str(screen.painted_lines()))


def test_a_sign_is_in_the_line_of_the_word_after_it() -> None:
    assert wrap(f"✓ {'x' * 25}", 12) == [f"✓ {'x' * 10}", f"  {'x' * 10}", f"  {'x' * 5}"]
    assert wrap("✓ one two", 7) == ["✓ one", "two"]


async def test_expired_keys_ask_for_no_sign_in(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path) as it:
        it.desk.add(
            "[profile mine]\naws_access_key_id = ASIAX\naws_secret_access_key = x\n"
            "aws_session_token = x\nregion = eu-west-1"
        )
        own = "The security token included in the request is expired"
        it.desk.server.faults.add("GetCallerIdentity", StsError("ExpiredToken", own))
        await it.press_until(lambda: len(it.app.state.profiles) == 1, "3")
        screen = it.app.screen
        assert isinstance(screen, ProfilesScreen)
        await it.press_until(lambda: own in screen.status.text, "v")
        assert "The keys of mine in ~/.aws/config have expired. Get new" in screen.status.text
        assert it.app.state.verification_of("mine") is False

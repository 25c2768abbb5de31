"""The sign-in with console credentials, in the test process."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from textual.events import Paste

from rolecall.domain.sign_in.progress import State
from rolecall.services.sign_in.console_login import ConsoleLoginService
from rolecall.ui.screens.base.confirm import ConfirmScreen
from rolecall.ui.screens.base.help import HelpScreen
from rolecall.ui.screens.sign_in.sign_in import SignInScreen
from rolecall.ui.screens.tokens.tokens import TokensScreen
from tests.support.desk import Desk
from tests.support.gate import Gate
from tests.support.login_files import fields, write
from tests.support.obstacles.locks import without_locks
from tests.support.screens.full_screen import FullScreen, open_full_screen

BOB = "arn:aws:iam::000000000000:user/bob"
ALICE = "arn:aws:iam::000000000000:user/alice"  # who signs in to the demo


async def move_to_login(it: FullScreen) -> TokensScreen:
    """Go to Tokens, to the row of the profile with a login session."""
    await it.press_until(lambda: any(each.profile for each in it.app.state.expiries), "4")
    tokens = await it.until_shown(TokensScreen)
    row = next(each for each in it.app.state.expiries if each.profile)
    tokens.table.move_to(tokens.row_key(row))
    return tokens


@asynccontextmanager
async def open_login(
    home: Path, arn: str = ALICE, size: tuple[int, int] = (100, 30)
) -> AsyncIterator[FullScreen]:
    """Open the sign-in of a profile that has the login session of `arn`, and wait for its link."""

    def add_profile(desk: Desk) -> None:
        desk.add(f"[profile console]\nlogin_session = {arn}\nregion = eu-west-1")

    async with open_full_screen(home, before=add_profile, size=size) as it:
        await move_to_login(it)
        screen = await it.open_screen(SignInScreen, "enter")
        await it.until(lambda: screen.progress.state is State.WAITING)
        yield it


def login_screen(it: FullScreen) -> SignInScreen:
    return next(each for each in it.app.screen_stack if isinstance(each, SignInScreen))


def paste_code(it: FullScreen) -> None:
    screen = login_screen(it)
    screen.post_message(Paste(it.desk.server.log_in(screen.progress.link.url)))


async def test_who_keeps_the_identity_is_not_left_with_a_used_code(tmp_path: Path) -> None:
    async with open_login(tmp_path, BOB) as it:
        paste_code(it)
        await it.until_shown(ConfirmScreen)
        screen = await it.open_screen(TokensScreen, "escape")
        await it.until(lambda: screen.status.text == f"console still uses {BOB}.")
        assert it.desk.services.console_login.login_session("console") == BOB


async def test_a_session_that_cannot_be_saved_says_so_until_there_is_a_new_link(
    tmp_path: Path,
) -> None:
    async with open_login(tmp_path, BOB) as it:
        it.desk.config.chmod(0o400)
        screen = login_screen(it)
        paste_code(it)
        await it.until_shown(ConfirmScreen)
        await it.press_until(lambda: "cannot be written" in screen.clock.text, "enter")
        it.desk.config.chmod(0o600)
        await it.press_until(lambda: screen.progress.state is State.WAITING, "n")
        assert not screen.clock.text
        paste_code(it)
        await it.until_shown(ConfirmScreen)
        await it.open_screen(TokensScreen, "enter")


@pytest.mark.quick
async def test_a_file_system_without_locks_is_asked_about(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_login(tmp_path, BOB) as it:
        without_locks(monkeypatch)
        paste_code(it)
        first = await it.until_shown(ConfirmScreen)
        await it.pilot.press("enter")
        await it.until(lambda: it.app.screen is not first)
        await it.until_shown(ConfirmScreen)
        assert it.desk.services.console_login.login_session("console") == BOB
        await it.open_screen(TokensScreen, "enter")
        assert it.desk.services.console_login.login_session("console") == ALICE


@pytest.mark.parametrize("size", [(40, 10), (40, 12), (80, 15), (80, 24)])
async def test_the_field_and_what_is_wrong_have_room(size: tuple[int, int], tmp_path: Path) -> None:
    async with open_login(tmp_path, size=size) as it:
        screen = login_screen(it)
        screen.post_message(Paste("nonsense"))
        await it.until(lambda: "not the code" in screen.clock.text)

        def shown() -> str:
            return " ".join(line.strip() for line in screen.painted_lines())

        await it.until(lambda: screen.clock.text in shown())
        assert "paste the code here" in shown()  # the field is empty again
        assert "http://127.0.0.1" in shown()


@pytest.mark.quick
async def test_the_question_about_another_identity_waits_for_its_screen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_login(tmp_path, BOB) as it:
        gate = Gate(monkeypatch, ConsoleLoginService, "login_session")
        paste_code(it)
        await it.until(gate.entered.is_set)
        await it.open_screen(HelpScreen, "question_mark")
        gate.open()
        await it.until(lambda: login_screen(it).progress.state is State.ASKING)
        await it.pilot.pause()
        assert isinstance(it.app.screen, HelpScreen)
        await it.open_screen(ConfirmScreen, "escape")
        await it.open_screen(TokensScreen, "enter")
        await it.until(lambda: it.desk.services.console_login.login_session("console") == ALICE)


@pytest.mark.quick
async def test_a_sign_out_is_of_the_session_that_the_credentials_file_names(tmp_path: Path) -> None:
    files: list[Path] = []

    def sign_in(desk: Desk) -> None:
        locations = desk.services.locations
        locations.credentials.write_text(f"[stored]\nlogin_session = {ALICE}\n")
        now = fields(desk.clock.now, ALICE, left=timedelta(minutes=14))
        files.append(write(locations.login_cache, now, ALICE))

    async with open_full_screen(tmp_path, before=sign_in) as it:
        tokens = await move_to_login(it)
        await it.open_screen(ConfirmScreen, "x")
        await it.press_until(lambda: not files[0].exists(), "enter")
        await it.until_shown(TokensScreen)
        it.app.flows.console_login.sign_out("nobody")
        await it.until(lambda: tokens.status.text == "Already signed out of nobody.")

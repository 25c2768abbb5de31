"""The sign-in in the full screen, in the test process."""

from __future__ import annotations

from asyncio import to_thread
from datetime import timedelta
from pathlib import Path

import pytest

from rolecall.demo.faults import OidcError
from rolecall.domain.sign_in.progress import State
from rolecall.presentation.commands import BY_ID
from rolecall.services.sign_in.sign_in import SignInService
from rolecall.ui.screens import modes
from rolecall.ui.screens.base.confirm import ConfirmScreen
from rolecall.ui.screens.base.help import HelpScreen
from rolecall.ui.screens.inventory.accounts import AccountsScreen
from rolecall.ui.screens.sign_in.edit_session import EditSessionScreen
from rolecall.ui.screens.sign_in.sessions import SessionsScreen
from rolecall.ui.screens.sign_in.sign_in import SignInScreen
from rolecall.ui.screens.tokens.tokens import TokensScreen
from rolecall.ui.state.events import TokensChanged
from rolecall.ui.work import WorkGroup
from tests.services.sign_in.test_browser_sign_in import decide
from tests.support.desk import Desk
from tests.support.gate import Gate
from tests.support.screens.full_screen import FullScreen, failing, open_full_screen


async def code_screen(it: FullScreen) -> SignInScreen:
    """Wait for the screen with a code, and return it."""
    screen = await it.until_shown(SignInScreen)
    await it.until(lambda: screen.progress.state is State.WAITING)
    return screen


async def test_a_demo_code_can_be_approved_twice(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path, signed_in=False) as it:
        it.app.demo = it.desk.server
        await code_screen(it)
        screen = it.app.screen
        assert isinstance(screen, SignInScreen)
        screen.do_type_code()
        screen.do_type_code()
        await it.until_shown(AccountsScreen)


async def test_a_key_while_the_sign_in_opens_leads_away_from_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As `4` just after the start."""
    async with open_full_screen(tmp_path, signed_in=False) as it:
        await code_screen(it)
        await it.open_screen(TokensScreen, "4")
        switch = it.app.switch_mode

        async def switch_and_leave(mode: str) -> None:
            await switch(mode)
            if mode == modes.SIGN_IN:
                await switch("tokens")

        monkeypatch.setattr(it.app, "switch_mode", switch_and_leave)
        it.app.flows.sign_in.begin(it.desk.session, force=True)
        begun = next(
            each for each in it.app.workers if each.group.strip() == WorkGroup.SESSION.value
        )
        await it.until(lambda: begun.is_finished)
        assert isinstance(it.app.screen, TokensScreen)


async def test_no_sign_in_opens_over_the_place_that_an_early_key_has_led_to(tmp_path: Path) -> None:
    """As `4` before the first paint."""
    async with open_full_screen(tmp_path, signed_in=False) as it:
        await code_screen(it)
        await it.open_screen(TokensScreen, "4")
        it.app._after_first_paint()
        begun = [each for each in it.app.workers if each.group.strip() == WorkGroup.SESSION.value]
        assert begun
        await it.until(lambda: begun[-1].is_finished)
        assert isinstance(it.app.screen, TokensScreen)


@pytest.mark.parametrize("operation", ["RegisterClient", "StartDeviceAuthorization"])
async def test_a_code_is_asked_for_again_when_the_fault_ends(
    tmp_path: Path, operation: str
) -> None:
    async with open_full_screen(tmp_path, signed_in=False, before=failing(operation, 500)) as it:
        screen = await it.until_shown(SignInScreen)
        await it.until(lambda: screen.progress.again_at is not None)
        first = screen.progress.again_at
        assert first is not None
        told = f"The next try is at {first.astimezone():%H:%M:%S}."
        await it.until(lambda: told in screen.clock.text)
        it.desk.clock.forward(11)
        await it.until(lambda: screen.progress.again_at not in {None, first})
        it.desk.server.faults.clear()
        it.desk.clock.forward(21)
        await code_screen(it)


@pytest.mark.parametrize(("size", "is_beside"), [((120, 36), True), ((80, 24), False)])
async def test_a_qr_code_next_to_the_code_has_no_key(
    tmp_path: Path, size: tuple[int, int], *, is_beside: bool
) -> None:
    async with open_full_screen(tmp_path, signed_in=False, size=size) as it:
        screen = await code_screen(it)
        await it.until(lambda: screen.qr.display == is_beside)
        assert screen.offers(BY_ID["show_qr"]) != is_beside
        await it.pilot.press("Q")
        assert screen.has_class("qr-alone") != is_beside


async def test_a_code_is_asked_for_again_after_the_clock_was_put_back(tmp_path: Path) -> None:
    fails = failing("StartDeviceAuthorization", 500)
    async with open_full_screen(tmp_path, signed_in=False, before=fails) as it:
        screen = await it.until_shown(SignInScreen)
        await it.until(lambda: screen.progress.again_at is not None)
        it.desk.server.faults.clear()
        it.desk.clock.now -= timedelta(hours=1)
        await code_screen(it)


async def test_without_a_code_the_screen_does_not_ask_to_check_it(tmp_path: Path) -> None:
    def deny(desk: Desk) -> None:
        path = desk.token_cache.token_path(desk.session)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("{}")
        path.chmod(0o400)

    async with open_full_screen(tmp_path, signed_in=False, before=deny, size=(100, 30)) as it:
        screen = await it.until_shown(SignInScreen)
        await it.until(lambda: "cannot be written" in screen.clock.text)
        ask = screen.shown.what_to_do
        await it.until(lambda: not ask.display)
        it.desk.token_cache.token_path(it.desk.session).chmod(0o600)
        await it.pilot.press("n")
        await code_screen(it)
        await it.until(lambda: ask.display)


async def browser_screen(it: FullScreen) -> SignInScreen:
    """Begin a sign-in in the browser, wait for its link, and return the screen."""
    it.app.flows.sign_in.begin(it.desk.session, force=True)
    screen = await code_screen(it)
    await it.press_until(lambda: "Waiting for the browser" in screen.clock.text, "p")
    return screen


@pytest.mark.usefixtures("has_browser")
async def test_a_browser_sign_in_that_fails_leaves_a_user_in_another_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Gate(monkeypatch, SignInService, "begin_in_browser")
    async with open_full_screen(tmp_path) as it:
        it.app.flows.sign_in.begin(it.desk.session, force=True)
        await code_screen(it)
        it.desk.services.sign_in.forget_registration(it.desk.session)
        it.desk.server.faults.add("RegisterClient", 400)
        await it.press_until(gate.entered.is_set, "p")
        screen = await it.open_screen(TokensScreen, "4")
        gate.open()
        await it.until(lambda: "RegisterClient" in screen.status.text)
        await it.until_work_is_done()
        assert it.app.screen is screen
        assert len(it.app.get_screen_stack(modes.SIGN_IN)) == 1


@pytest.mark.usefixtures("has_browser")
@pytest.mark.parametrize("key", ["n", "enter"])
async def test_a_sign_in_that_is_denied_in_the_browser_can_be_started_again(
    tmp_path: Path, key: str
) -> None:
    async with open_full_screen(tmp_path, size=(100, 30)) as it:
        screen = await browser_screen(it)
        await to_thread(decide, screen.link.link.url, "deny")
        await it.until(lambda: "was denied. n starts it again." in screen.clock.text)
        assert it.app.screen is screen
        assert not screen.shown.what_to_do.display
        await it.pilot.press("y")
        assert screen.status.text == "There is no link now."
        await it.press_until(lambda: screen.progress.state is State.WAITING, key)
        await to_thread(decide, screen.link.link.url, "allow")
        await it.until_shown(AccountsScreen)


@pytest.mark.usefixtures("has_browser")
async def test_a_sign_in_in_the_browser_that_cannot_be_saved_uses_no_code(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path, size=(100, 30)) as it:
        it.app.flows.sign_in.begin(it.desk.session, force=True)
        screen = await code_screen(it)
        it.desk.token_cache.token_path(it.desk.session).chmod(0o400)
        await it.press_until(lambda: "cannot be written" in screen.clock.text, "p")
        assert screen.progress.kind == "browser"


@pytest.mark.usefixtures("has_browser")
async def test_a_browser_that_is_denied_while_the_user_is_in_another_place(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path, size=(100, 30)) as it:
        screen = await browser_screen(it)
        link = screen.link.link.url
        tokens = await it.open_screen(TokensScreen, "4")
        await to_thread(decide, link, "deny")
        await it.until(lambda: tokens.status.text.startswith("The sign-in was denied."))


async def test_the_row_of_a_link_is_not_shown_to_a_user_in_another_place(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path) as it:
        it.app.flows.sign_in.begin(it.desk.session, force=True)
        screen = await code_screen(it)
        it.app.flows.sign_in._goes_to = (it.ids[0], "A")
        code = screen.progress.user_code
        tokens = await it.open_screen(TokensScreen, "4")
        it.desk.server.approve(code)
        await it.until(lambda: "Signed in to corp" in tokens.status.text)
        assert it.app.screen is tokens


@pytest.mark.quick
async def test_why_there_is_no_code_has_room_in_a_small_terminal(tmp_path: Path) -> None:
    fails = failing("StartDeviceAuthorization", 400)
    async with open_full_screen(tmp_path, signed_in=False, before=fails, size=(40, 12)) as it:
        screen = await it.until_shown(SignInScreen)
        await it.until(lambda: "start URL" in screen.clock.text)

        def shown() -> str:
            return " ".join(line.strip() for line in screen.painted_lines())

        await it.until(lambda: screen.clock.text in shown())
        assert screen.progress.again_at is None


async def test_what_to_paste_and_why_have_room_in_a_narrow_terminal(tmp_path: Path) -> None:
    fails = failing("StartDeviceAuthorization", OidcError("UnauthorizedClientException"))
    async with open_full_screen(tmp_path, signed_in=False, before=fails, size=(40, 24)) as it:
        screen = await code_screen(it)

        def shown() -> str:
            return " ".join(line.strip() for line in screen.painted_lines())

        # The whole link is painted once it is laid out; until then, there is room for all.
        await it.until(lambda: screen.link.link.shown in shown().replace(" ", ""))
        assert "AWS gives no device codes here (unauthorized_client)." in shown()
        assert "Copy the whole address and paste it here." in shown()
        screen.shown.give("x")
        await it.until(lambda: "Copy the whole address from the address bar" in shown())


async def test_a_region_that_was_found_is_shown_after_the_sign_in_in_it(tmp_path: Path) -> None:
    fails = failing("StartDeviceAuthorization", 400)
    async with open_full_screen(tmp_path, signed_in=False, before=fails, size=(100, 24)) as it:
        screen = await it.until_shown(SignInScreen)
        await it.until(lambda: "start URL" in screen.clock.text)
        it.desk.server.faults.clear()
        await it.press_until(lambda: screen.progress.state is State.WAITING, "slash")
        it.desk.server.approve(screen.progress.user_code)
        question = await it.until_shown(ConfirmScreen)
        line = f"-sso_region = {it.desk.session.region}"
        await it.until(lambda: line in "\n".join(question.painted_lines()))


async def test_a_token_from_another_program_ends_a_sign_in_below_the_help(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_full_screen(tmp_path, signed_in=False) as it:
        await code_screen(it)
        monkeypatch.setattr(it.app, "tick_flows", lambda: None)  # they show the state, too
        await it.open_screen(HelpScreen, "question_mark")
        it.desk.sign_in()
        await it.app.announce(TokensChanged())
        await it.open_screen(AccountsScreen, "escape")


async def test_the_region_of_profiles_without_a_session_is_not_looked_for(tmp_path: Path) -> None:
    """The key does nothing there, so it is not named."""

    def reject(desk: Desk) -> None:
        desk.server.faults.add("StartDeviceAuthorization", 400)
        desk.config.write_text(
            f"[profile old]\nsso_start_url = {desk.session.start_url}\nsso_region = eu-west-1\n"
            "sso_account_id = 111111111111\nsso_role_name = ReadOnly\n"
        )

    async with open_full_screen(tmp_path, signed_in=False, before=reject) as it:
        screen = await it.until_shown(SignInScreen)
        await it.until(lambda: "start URL" in screen.clock.text)
        assert screen.clock.text.endswith("the region is that of the Identity Center.")


async def test_a_background_renewal_does_not_end_a_sign_in_that_the_user_asked_for(
    tmp_path: Path,
) -> None:
    async with open_full_screen(tmp_path) as it:
        it.app.flows.sign_in.begin(it.desk.session, force=True)
        screen = await code_screen(it)
        await it.app.announce(TokensChanged())
        renewed = it.desk.services.tokens.renew(it.desk.session)
        await it.app.announce(TokensChanged())
        assert it.app.state.usable_tokens[it.desk.session] == renewed
        await it.pilot.pause()
        assert it.app.screen is screen
        it.desk.server.approve(screen.progress.user_code)
        await it.until_shown(AccountsScreen)


async def test_the_address_of_a_session_may_be_a_placeholder_of_the_file(tmp_path: Path) -> None:
    def leave_placeholder(desk: Desk) -> None:
        placeholder = "https://[subdomain].awsapps.com/start"
        text = desk.config.read_text()
        desk.config.write_text(text.replace(desk.session.start_url, placeholder))

    async with open_full_screen(
        tmp_path, signed_in=False, before=leave_placeholder, size=(100, 30)
    ) as it:
        screen = await it.until_shown(SignInScreen)
        await it.until(lambda: "has the start URL https://[subdomain]" in screen.clock.text)
        await it.open_screen(SessionsScreen, "S")
        await it.open_screen(EditSessionScreen, "e")

"""The sign-in with console credentials under the prompt, in the test process."""

from __future__ import annotations

import os
from asyncio import to_thread
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from pathlib import Path
from threading import Thread
from urllib.request import urlopen

import pytest
from textual.events import Paste
from textual.pilot import Pilot

from rolecall.demo.faults import Fault, OidcError
from rolecall.demo.server import DemoServer
from rolecall.domain import question
from rolecall.domain.model import SsoSession
from rolecall.domain.sign_in.progress import State
from rolecall.presentation.texts import sign_in_strings
from rolecall.services.services import Services
from rolecall.services.switching.profile_sign_in import session_of, sign_in_of
from rolecall.services.switching.switching import Switching
from rolecall.ui.picker.inline_app import InlineApp
from rolecall.ui.picker.inline_sign_in import InlineSignIn
from rolecall.ui.rendering.styles import stylesheets
from tests.services.sign_in.test_browser_sign_in import decide
from tests.support.desk import Desk, FakeClock
from tests.support.settings import write_settings
from tests.support.waiting import pause_until

BOB = "arn:aws:iam::123456789012:user/bob"


class LoginApp(InlineApp[bool]):
    CSS_PATH = stylesheets("parts", "picker")

    def __init__(self, make_screen: Callable[[], InlineSignIn]) -> None:
        super().__init__()
        self.make_screen = make_screen

    def on_mount(self) -> None:
        self.push_screen(self.make_screen(), self.exit)


def console_login(desk: Desk) -> InlineSignIn:
    here = sign_in_strings.here(os.environ)
    sign_ins = desk.services.sign_ins
    return InlineSignIn(sign_ins.with_console("console", here, is_signed_in=lambda: False), "")


def portal_sign_in(desk: Desk, *, wants_browser: bool = False) -> InlineSignIn:
    here = sign_in_strings.here(os.environ)
    sign_in = desk.services.sign_ins.at_portal(desk.session, here, wants_browser=wants_browser)
    return InlineSignIn(sign_in, "")


@contextmanager
def desk_at(home: Path) -> Iterator[Desk]:
    """A machine with a profile of Bob."""
    with DemoServer() as server:
        desk = Desk(server, home, FakeClock(), SsoSession("corp", server.start_url, server.region))
        desk.config.parent.mkdir()
        desk.add(f"[profile console]\nlogin_session = {BOB}\nregion = eu-west-1")
        yield desk


@asynccontextmanager
async def open_sign_in(
    make_screen: Callable[[], InlineSignIn], size: tuple[int, int] = (80, 24)
) -> AsyncIterator[tuple[Pilot[bool], InlineSignIn]]:
    app = LoginApp(make_screen)
    async with app.run_test(size=size) as pilot:
        await pause_until(lambda: isinstance(app.screen, InlineSignIn))
        assert isinstance(app.screen, InlineSignIn)
        yield pilot, app.screen


@asynccontextmanager
async def open_login(home: Path) -> AsyncIterator[tuple[Desk, Pilot[bool], InlineSignIn]]:
    """Open the sign-in of Bob's profile, and wait for its link. Alice signs in to the demo."""
    with desk_at(home) as desk:
        async with open_sign_in(partial(console_login, desk)) as (pilot, login):
            await pause_until(lambda: login.progress.state is State.WAITING)
            yield desk, pilot, login


def come_back(desk: Desk, link: str) -> None:
    """Do as the browser at the end of a sign-in."""
    urlopen(desk.server.log_in(link), timeout=30).close()


@pytest.mark.quick
@pytest.mark.usefixtures("has_browser")
async def test_why_another_identity_was_not_saved_stays_on_the_screen(tmp_path: Path) -> None:
    async with open_login(tmp_path) as (desk, pilot, login):
        await pilot.press("p")
        await pause_until(lambda: "Waiting for the browser" in login.clock.text)
        browser = Thread(target=come_back, args=(desk, login.link.link.url))
        browser.start()
        await pause_until(lambda: "You signed in as" in login.clock.text)
        browser.join()
        login.shown.tick()
        assert "You signed in as" in login.clock.text
        desk.config.chmod(0o400)
        await pilot.press("y")
        await pause_until(lambda: "cannot be written" in login.clock.text)
        login.shown.tick()
        assert "cannot be written" in login.clock.text


async def test_what_to_paste_has_room_in_a_narrow_terminal(tmp_path: Path) -> None:
    with desk_at(tmp_path) as desk:
        begin = partial(portal_sign_in, desk, wants_browser=True)
        async with open_sign_in(begin, (40, 24)) as (_, login):
            await pause_until(lambda: login.progress.state is State.WAITING)

            def shown() -> str:
                return " ".join(line.strip() for line in login.painted_lines())

            await pause_until(lambda: "Waiting for the browser" in shown())
            assert "Copy the whole address and paste it here." in shown()


async def test_the_sign_in_says_which_call_it_waits_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(question, "SLOW_AFTER", 0.2)
    with desk_at(tmp_path) as desk:
        faults = desk.server.faults
        faults.add("StartDeviceAuthorization", Fault.HANG)
        async with open_sign_in(partial(portal_sign_in, desk)) as (_, login):
            await pause_until(
                lambda: login.clock.text.startswith("Waiting for StartDeviceAuthorization at ")
            )
            faults.clear()
            await pause_until(lambda: "Waiting for your approval" in login.clock.text)
            faults.add("CreateToken", Fault.HANG)
            await pause_until(
                lambda: str(login.keys.content).startswith("Waiting for CreateToken at ")
            )
            faults.clear()


@pytest.mark.parametrize("with_console_credentials", [True, False])
async def test_a_qr_code_is_whole_or_hidden_after_a_resize(
    tmp_path: Path, *, with_console_credentials: bool
) -> None:
    with desk_at(tmp_path) as desk:
        kind = console_login if with_console_credentials else portal_sign_in
        async with open_sign_in(partial(kind, desk), (200, 60)) as (pilot, login):
            await pause_until(lambda: bool(login.link.link.url))
            shown = []
            for size in ((200, 60), (200, 15), (60, 60), (200, 60)):
                await pilot.resize_terminal(*size)
                await pilot.pause()
                shown.append(login.qr.display)
                assert not login.qr.display or login.region.contains_region(login.qr.region)
    assert shown == [True, False, False, True]


@asynccontextmanager
async def open_browser_sign_in(desk: Desk) -> AsyncIterator[tuple[Pilot[bool], InlineSignIn]]:
    """Open the sign-in at the access portal of a user who prefers the browser."""
    sign_in = partial(portal_sign_in, desk, wants_browser=True)
    async with open_sign_in(sign_in, (200, 60)) as (pilot, screen):
        await pause_until(lambda: bool(screen.link.link.url))
        yield pilot, screen


@pytest.mark.quick
@pytest.mark.usefixtures("has_browser")
async def test_a_user_who_prefers_the_browser_signs_in_with_it_and_starts_again_after_a_denial(
    tmp_path: Path,
) -> None:
    with desk_at(tmp_path) as desk:
        async with open_browser_sign_in(desk) as (pilot, screen):
            await pause_until(lambda: "Waiting for the browser" in screen.clock.text)
            await to_thread(decide, screen.link.link.url, "deny")
            await pause_until(lambda: "The sign-in was denied." in screen.clock.text)
            await pilot.press("n")
            await pause_until(lambda: bool(screen.link.link.url))
            await to_thread(decide, screen.link.link.url, "allow")
            await pause_until(lambda: pilot.app.return_value is True)
        assert desk.server.calls.count("StartDeviceAuthorization") == 0


@pytest.mark.usefixtures("has_browser")
async def test_p_uses_a_code_instead_of_the_browser(tmp_path: Path) -> None:
    with desk_at(tmp_path) as desk:
        async with open_browser_sign_in(desk) as (pilot, screen):
            await pilot.press("p")
            await pause_until(lambda: "Waiting for your approval" in screen.clock.text)
            await pause_until(lambda: screen.qr.display)
            desk.server.approve(*desk.server.pending_codes())
            await pause_until(lambda: pilot.app.return_value is True)


@pytest.mark.quick
@pytest.mark.usefixtures("has_browser")
async def test_a_code_is_used_with_the_reason_if_the_browser_cannot_be(tmp_path: Path) -> None:
    with desk_at(tmp_path) as desk:
        desk.server.faults.add("RegisterClient", 400, times=1)
        async with open_browser_sign_in(desk) as (_, screen):
            await pause_until(lambda: "Waiting for your approval" in screen.clock.text)
            what_to_do = to_do(screen)
            assert "RegisterClient" in what_to_do
            assert "Use a code instead" in what_to_do
            assert "check that it shows this code" in what_to_do


def to_do(screen: InlineSignIn) -> str:
    return " ".join(str(each.render()) for each in screen.query(".to-do"))


@pytest.mark.quick
async def test_over_ssh_the_address_at_which_the_browser_ends_is_pasted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSH_CONNECTION", "1 2 3 4")
    with desk_at(tmp_path) as desk:
        async with open_browser_sign_in(desk) as (pilot, screen):
            await pause_until(lambda: "Waiting for the browser" in screen.clock.text)
            assert "Copy the whole address and paste it here." in to_do(screen)
            address = desk.server.log_in(screen.link.link.url)
            screen.post_message(Paste(address.partition("&state")[0]))
            await pause_until(lambda: "A part of it is missing" in screen.clock.text)
            assert screen.field.value == ""
            screen.post_message(Paste(address))
            await pause_until(lambda: pilot.app.return_value is True)


@pytest.mark.quick
async def test_the_browser_goes_on_where_device_codes_are_refused(tmp_path: Path) -> None:
    with desk_at(tmp_path) as desk:
        desk.server.faults.add("CreateToken", OidcError("AccessDeniedException"), times=1)
        async with open_sign_in(partial(portal_sign_in, desk), (200, 60)) as (pilot, screen):
            await pause_until(lambda: "Waiting for the browser" in screen.clock.text)
            assert "AWS gives no device codes here (access_denied)." in to_do(screen)
            await to_thread(decide, screen.link.link.url, "allow")
            await pause_until(lambda: pilot.app.return_value is True)


@pytest.mark.quick
async def test_a_sign_in_is_begun_once(tmp_path: Path) -> None:
    with desk_at(tmp_path) as desk:
        async with open_sign_in(partial(portal_sign_in, desk)) as (_, screen):
            await pause_until(lambda: bool(screen.link.link.url))
        assert desk.server.calls.count("StartDeviceAuthorization") == 1


@pytest.mark.quick
@pytest.mark.usefixtures("has_browser")
@pytest.mark.parametrize("of_session", ["", "sso_use_device_code = true\n"])
def test_the_settings_and_the_session_say_whether_the_browser_comes_first(
    tmp_path: Path, of_session: str
) -> None:
    write_settings(tmp_path, 'sign_in = "pkce"\n')
    with desk_at(tmp_path) as desk:
        desk.add(
            f"[sso-session corp]\nsso_start_url = {desk.session.start_url}\n"
            f"sso_region = {desk.session.region}\n{of_session}"
            "[profile one]\nsso_session = corp\nsso_account_id = 1\nsso_role_name = A"
        )
        switching = Switching(desk.environ)
        target = switching.target("one")
        assert target is not None
        here = sign_in_strings.here(os.environ)
        sign_in = sign_in_of(Services(desk.environ).sign_ins, switching, target, here)
    assert sign_in.progress.kind == ("device-code" if of_session else "browser")


@pytest.mark.quick
def test_a_profile_without_a_session_signs_in_in_its_own_region(tmp_path: Path) -> None:
    with desk_at(tmp_path) as desk:
        for name, region in (("one", "us-east-1"), ("two", "eu-west-1")):
            desk.add(
                f"[profile {name}]\nsso_start_url = {desk.server.start_url}\n"
                f"sso_region = {region}\nsso_account_id = 111111111111\nsso_role_name = A"
            )
        desk.add("[profile role]\nrole_arn = arn:aws:iam::1:role/Ops\nsource_profile = two")
        switching = Switching({"HOME": str(tmp_path)})
        regions = {}
        for name in ("one", "two", "role"):
            target = switching.target(name)
            assert target is not None
            regions[name] = session_of(desk.services.sign_in, target).region
    assert regions == {"one": "us-east-1", "two": "eu-west-1", "role": "eu-west-1"}


async def test_the_qr_code_of_a_long_link_has_a_key(tmp_path: Path) -> None:
    """It needs the rows of the link. A small terminal says how many."""
    with desk_at(tmp_path) as desk:
        begin = partial(portal_sign_in, desk, wants_browser=True)
        async with open_sign_in(begin, (120, 40)) as (pilot, login):
            await pause_until(lambda: "Q QR code" in "\n".join(login.painted_lines()))
            assert not login.qr.display
            await pilot.press("Q")
            await pause_until(lambda: "█" in "\n".join(login.painted_lines()))
            assert not login.link.display or not login.link.size
            await pilot.press("escape")
            await pause_until(lambda: "127.0.0.1" in "\n".join(login.painted_lines()))
            assert not login.qr.display
        async with open_sign_in(begin, (80, 24)) as (pilot, login):
            await pause_until(lambda: login.progress.state is State.WAITING)
            await pilot.press("Q")
            await pause_until(lambda: "The QR code needs" in "\n".join(login.painted_lines()))

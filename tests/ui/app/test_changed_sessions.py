"""~/.aws/config changes while rolecall runs, and so do its sessions; and the clock is put back."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from rolecall.domain.model import SsoSession
from rolecall.ui.screens.inventory.permission_sets import PermissionSetsScreen
from rolecall.ui.screens.sign_in.sessions import SessionsScreen
from rolecall.ui.state.events import ConfigChanged
from tests.support.screens.full_screen import NAMES, FullScreen, open_full_screen


async def rewrite(it: FullScreen, old: str, new: str) -> None:
    """Change the file as another program would, and let rolecall notice it."""
    text = it.desk.config.read_text()
    assert old in text
    it.desk.config.write_text(text.replace(old, new))
    await it.app.announce(ConfigChanged())
    await it.until_work_is_done()


def names(it: FullScreen) -> list[str]:
    return [each.label for each in it.app.state.sessions]


async def test_a_renamed_session_replaces_the_old_one(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path) as it:
        await it.open_screen(PermissionSetsScreen, "enter")
        await rewrite(it, "[sso-session corp]", "[sso-session acme]")
        await it.until(lambda: len(it.app.screen_stack) == 1)
        it.app.flows.tokens.tick()
        it.app.show_state()
        assert names(it) == ["acme"]
        assert it.app.state.session_label == "acme"
        assert it.app.state.token is None, "there is no token of this name"
        await it.open_screen(SessionsScreen, "S")
        assert names(it) == ["acme"]


async def test_a_session_with_other_scopes_keeps_its_token_and_its_rows(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path) as it:
        token = it.app.state.token
        await rewrite(it, "sso:account:access", "sso:account:access, codewhisperer:completions")
        await it.until(lambda: it.app.state.token == token)
        (session,) = it.app.state.sessions
        assert session.scopes == ("sso:account:access", "codewhisperer:completions")
        assert it.app.state.session is session
        await it.until(lambda: it.shown == NAMES)


async def test_a_new_session_appears_in_the_list_that_is_open(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path) as it:
        screen = await it.open_screen(SessionsScreen, "S")
        more = "[sso-session more]\nsso_start_url = https://more.awsapps.com/start\n"
        await rewrite(it, "[sso-session corp]", f"{more}sso_region = eu-west-1\n[sso-session corp]")
        assert names(it) == ["more", "corp"]
        assert it.app.state.session_label == "corp"
        assert screen.table.total == 3, "with the row of all sessions"


def lines_of(session: SsoSession) -> str:
    return (
        f"[sso-session {session.name}]\nsso_start_url = {session.start_url}\n"
        f"sso_region = {session.region}\nsso_registration_scopes = sso:account:access\n"
    )


def other_session(it: FullScreen) -> str:
    """Return the lines of another session, which has a token."""
    server = it.desk.server
    session = SsoSession("other", server.start_url, server.region, ("sso:account:access",))
    waiting = it.desk.services.sign_in.begin(session)
    server.approve(waiting.code.user_code)
    assert waiting.poll() is not None
    return lines_of(session)


async def write(it: FullScreen, text: str) -> None:
    it.desk.config.write_text(text)
    await it.app.announce(ConfigChanged())
    await it.until_work_is_done()


@pytest.mark.parametrize("key", ["1", "2"])
async def test_a_session_that_comes_back_is_shown_with_its_rows_and_the_cursor(
    tmp_path: Path, key: str
) -> None:
    async with open_full_screen(tmp_path) as it:
        await it.pilot.press(key, "j", "j", "j")
        text, token, at = it.desk.config.read_text(), it.app.state.token, it.screen.current
        assert at is not None
        it.desk.server.calls.clear()
        await write(it, "")
        assert (names(it), it.app.state.session, it.shown) == ([], None, [])
        await write(it, text)
        await it.until(lambda: len(it.shown) == it.screen.table.total > 0)
        assert it.app.state.session_label == "corp"
        assert it.app.state.token == token
        assert it.screen.current is at
        assert it.count_listed() == 0, "what was listed is still known"


async def test_an_opened_account_stays_open_over_a_moment_without_sessions(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path) as it:
        await it.press_until(lambda: len(it.screen.table.shown) == 2, "j", "enter")
        opened, text = it.app.screen, it.desk.config.read_text()
        await write(it, "")
        assert (it.app.screen, len(it.screen.table.shown)) == (opened, 0)
        await write(it, text)
        assert it.app.screen is opened
        assert len(it.screen.table.shown) == 2
        await write(it, other_session(it))
        await it.until(lambda: it.app.screen is not opened)


async def test_a_session_that_comes_back_without_its_token_is_signed_out(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path) as it:
        text = it.desk.config.read_text()
        await write(it, "")
        for path in it.desk.sso_cache.iterdir():
            path.unlink()
        await write(it, text)
        assert it.app.state.session_label == "corp"
        assert it.app.state.token is None
        assert it.shown == NAMES


async def test_a_session_that_comes_back_replaces_the_one_that_was_shown_instead(
    tmp_path: Path,
) -> None:
    async with open_full_screen(tmp_path) as it:
        text, other = it.desk.config.read_text(), other_session(it)
        await write(it, other)
        assert it.app.state.session_label == "other"
        await write(it, other + text)
        assert it.app.state.session_label == "corp"
        await write(it, other)
        assert it.app.state.session is not None
        it.app.flows.sign_in.begin(it.app.state.session)  # the user chooses it
        await it.until_work_is_done()
        await write(it, other + text)
        assert it.app.state.session_label == "other"


async def test_after_a_moment_without_sessions_all_of_them_are_shown_again(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path) as it:
        text = it.desk.config.read_text() + other_session(it)
        await write(it, text)
        it.app.flows.sign_in.show_all()
        await it.until(lambda: len(it.shown) == 2 * len(NAMES))
        await write(it, "")
        assert it.shown == []
        await write(it, text)
        await it.until(lambda: len(it.shown) == 2 * len(NAMES))
        assert it.app.state.session_label == "corp +1"


async def test_without_the_session_of_before_the_first_one_with_a_token_is_shown(
    tmp_path: Path,
) -> None:
    async with open_full_screen(tmp_path) as it:
        old = SsoSession("old", "https://old.awsapps.com/start", "eu-west-1")
        signed_out = lines_of(old)
        await write(it, "")
        await write(it, signed_out)
        assert it.app.state.session_label == "old"
        await write(it, signed_out + other_session(it))
        await it.until(lambda: it.shown == NAMES)
        assert it.app.state.session_label == "other"


@pytest.mark.quick
async def test_what_another_rolecall_lists_is_shown_although_the_clock_was_put_back(
    tmp_path: Path,
) -> None:
    async with open_full_screen(tmp_path) as it:
        it.app.flows.inventory.tick()
        await it.until_work_is_done()
        it.desk.clock.now -= timedelta(days=1)
        it.desk.another().inventory.list_everything(it.desk.session, lambda _: None, refresh=True)
        it.app.flows.inventory.tick()
        await it.until(lambda: it.session_state.complete_at == it.desk.clock.now)


async def test_the_error_about_a_config_that_is_readable_again_does_not_come_back(
    tmp_path: Path,
) -> None:
    async with open_full_screen(tmp_path, size=(160, 20)) as it:
        text = it.desk.config.read_text()
        it.screen.status.clear()
        await write(it, f"{text}\njunkline\n")
        assert "it has no “=”" in it.screen.status.text
        await write(it, text)
        assert "is readable again" in it.screen.status.text
        it.screen.status.clear()
        assert it.screen.status.text == ""

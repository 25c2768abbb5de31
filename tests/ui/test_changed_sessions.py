"""~/.aws/config changes while rolecall runs, and so do its sessions; and the clock is put back."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from rolecall.ui.events import ConfigChanged
from rolecall.ui.screens.permission_sets import PermissionSetsScreen
from rolecall.ui.screens.sessions import SessionsScreen
from tests.support.full_screen import NAMES, FullScreen, open_full_screen


async def rewrite(it: FullScreen, old: str, new: str) -> None:
    """Change the file as another program would, and let rolecall notice it."""
    text = it.desk.config.read_text()
    assert old in text
    it.desk.config.write_text(text.replace(old, new))
    await it.app.announce(ConfigChanged())
    await it.app.workers.wait_for_complete()


def names(it: FullScreen) -> list[str]:
    return [each.label for each in it.app.state.sessions]


async def test_a_renamed_session_replaces_the_old_one(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path) as it:
        await it.pilot.press("enter")
        await it.until(lambda: isinstance(it.app.screen, PermissionSetsScreen))
        await rewrite(it, "[sso-session corp]", "[sso-session acme]")
        await it.until(lambda: len(it.app.screen_stack) == 1)
        it.app.flows.tokens.tick()
        it.app.show_state()
        assert names(it) == ["acme"]
        assert it.app.state.session_label == "acme"
        assert it.app.state.token is None, "there is no token of this name"
        await it.pilot.press("S")
        await it.until(lambda: isinstance(it.app.screen, SessionsScreen))
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
        await it.pilot.press("S")
        await it.until(lambda: isinstance(it.app.screen, SessionsScreen))
        screen = it.app.screen
        assert isinstance(screen, SessionsScreen)
        more = "[sso-session more]\nsso_start_url = https://more.awsapps.com/start\n"
        await rewrite(it, "[sso-session corp]", f"{more}sso_region = eu-west-1\n[sso-session corp]")
        assert names(it) == ["more", "corp"]
        assert it.app.state.session_label == "corp"
        assert screen.table.total == 3, "with the row of all sessions"


async def test_what_another_rolecall_lists_is_shown_although_the_clock_was_put_back(
    tmp_path: Path,
) -> None:
    async with open_full_screen(tmp_path) as it:
        it.app.flows.inventory.tick()
        await it.app.workers.wait_for_complete()
        it.desk.clock.now -= timedelta(days=1)
        it.desk.another().inventory.list_everything(it.desk.session, lambda _: None, refresh=True)
        it.app.flows.inventory.tick()
        await it.until(lambda: it.session_state.complete_at == it.desk.clock.now)

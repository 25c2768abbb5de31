"""Whatever learns that AWS refused a token, all places show it with the next paint."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from rolecall.domain.production import NO_PRODUCTION
from rolecall.domain.records import replace
from rolecall.presentation import labels
from rolecall.services.tokens.expiry import ExpiryKind
from rolecall.services.tokens.token_keeper import TokenKeeper
from rolecall.ui.screens.base.box import BoxScreen
from rolecall.ui.screens.base.command import CommandScreen
from rolecall.ui.screens.profiles.profiles import ProfilesScreen
from rolecall.ui.screens.sign_in.sessions import SessionRow, SessionsScreen
from rolecall.ui.screens.tokens.tokens import TokensScreen
from rolecall.ui.state.events import ConfigChanged
from tests.support.screens.full_screen import FullScreen, open_full_screen


async def verify(it: FullScreen) -> None:
    screen = ProfilesScreen()
    await it.app.push_screen(screen)
    it.app.flows.profiles.verify("mine", screen)


async def verify_many(it: FullScreen) -> None:
    it.app.flows.profiles.verify_all(it.app.state.profiles)


async def show_credentials(it: FullScreen) -> None:
    it.app.flows.credentials.of_profile(it.app.state.profiles[0])


async def list_all(it: FullScreen) -> None:
    it.app.flows.inventory.refresh_all()


async def list_one(it: FullScreen) -> None:
    it.app.flows.inventory.list_again(it.desk.session, it.ids[0])


async def run_a_command(it: FullScreen) -> None:
    runs = it.app.services.runs
    board = runs.board(runs.of_profiles(["mine"]), ["true"], NO_PRODUCTION)
    await asyncio.to_thread(board.run)


FLOWS = [verify, verify_many, show_credentials, list_all, list_one, run_a_command]


async def revoked(it: FullScreen) -> None:
    """Revoke the sign-in of a token without a refresh token: no file changes with its refusal."""
    it.save_profile()
    await it.app.announce(ConfigChanged())
    token = it.desk.token_cache.token(it.desk.session)
    assert token is not None
    it.desk.token_cache.save_token(it.desk.session, replace(token, refresh_token=None))
    await it.app.flows.tokens.read()
    it.desk.server.forget_sign_ins()


def header(it: FullScreen) -> str:
    """Return the header of the screen, or of the place below a box."""
    screens = [each for each in it.app.screen_stack if not isinstance(each, BoxScreen)]
    assert isinstance(screens[-1], CommandScreen)
    return screens[-1].header.render().plain


@pytest.mark.parametrize("flow", FLOWS, ids=[each.__name__ for each in FLOWS])
async def test_a_refusal_is_shown_at_once_by_all_places(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, flow: Callable[[FullScreen], Awaitable[None]]
) -> None:
    monkeypatch.setattr(TokenKeeper, "check", lambda *_, **__: None)  # nothing is read in time
    async with open_full_screen(tmp_path) as it:
        await revoked(it)
        await flow(it)
        await it.until(lambda: labels.REVOKED in header(it))
        state, session = it.app.state, it.desk.session
        assert session not in state.usable_tokens
        assert it.session_state.token is None
        (row,) = [each for each in state.expiries if each.kind is ExpiryKind.ACCESS_TOKEN]
        assert row.refused
        tokens, sessions = TokensScreen(), SessionsScreen()
        await it.app.push_screen(tokens)
        assert labels.REVOKED in tokens._time_text(row).text
        await it.app.push_screen(sessions)
        assert sessions._token(SessionRow(session)) == labels.REVOKED

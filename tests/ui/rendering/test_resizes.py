"""Resizes while screens open and close."""

from __future__ import annotations

import asyncio
from pathlib import Path

from textual.events import Resize
from textual.geometry import Size

from rolecall.domain.model import Assignment, PermissionSet
from rolecall.services.tokens.expiry import ExpiryKind
from rolecall.ui.screens.tokens.tokens import TokensScreen
from tests.support.full_screen import open_full_screen


async def test_two_sizes_in_the_queue_do_not_follow_each_other_forever(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path, size=(120, 36)) as it:
        screen = it.screen
        layouts = 0

        def do_something_later(_: object = None) -> None:
            """Keep the queue from merging the resizes before and after it."""
            screen.call_later(lambda: None)

        def count(_: object) -> None:
            nonlocal layouts
            layouts += 1
            if layouts < 100:  # so that the test ends also if it fails
                do_something_later()  # as painting a frame does

        screen.screen_layout_refresh_signal.subscribe(screen, count, immediate=True)
        for size in (Size(90, 28), Size(120, 36), Size(100, 30)):
            screen.post_message(Resize(size, size))
            do_something_later()
        handled = asyncio.Event()
        screen.call_later(handled.set)
        await handled.wait()
        await it.pilot.pause()
        assert screen.size == it.app.size
        assert layouts < 10


async def test_what_expires_is_grouped_by_session_where_there_is_a_border(tmp_path: Path) -> None:
    by_expiry = [ExpiryKind.ROLE_CREDENTIALS, ExpiryKind.ACCESS_TOKEN]
    async with open_full_screen(tmp_path, size=(50, 20)) as it:
        account = it.desk.server.organisation.accounts[0]
        it.desk.cache_role(Assignment(account, PermissionSet("A")))
        await it.pilot.press("4")
        screen = await it.until_shown(TokensScreen)

        def kinds() -> list[ExpiryKind]:
            return [row.kind for row in screen.table.shown if row.kind in by_expiry]

        await it.until(lambda: kinds() == by_expiry)
        await it.pilot.press("g", "j")
        chosen = screen.current
        for columns, wanted in ((100, by_expiry[::-1]), (50, by_expiry)):
            await it.pilot.resize_terminal(columns, 20)
            await it.pilot.pause()
            assert kinds() == wanted
            assert screen.current == chosen

"""Resizes while screens open and close."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from textual.events import Resize
from textual.geometry import Size
from textual.screen import Screen

from tests.support.full_screen import open_full_screen


async def _handle_messages(screen: Screen[Any]) -> None:
    """Wait until the screen has handled the messages that it has now."""
    handled = asyncio.Event()
    screen.call_later(handled.set)
    await handled.wait()


async def test_two_sizes_in_the_queue_do_not_follow_each_other_forever(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path, size=(120, 36)) as it:
        screen = it.screen

        def do_something_later(_: object = None) -> None:
            """Keep the queue from merging the resizes before and after it."""
            screen.call_later(lambda: None)

        # As the painting of a frame does.
        screen.screen_layout_refresh_signal.subscribe(screen, do_something_later, immediate=True)
        for size in (Size(90, 28), Size(120, 36), Size(100, 30)):
            screen.post_message(Resize(size, size))
            do_something_later()
        sizes = []
        for _ in range(50):
            await _handle_messages(screen)
            sizes.append(screen.size)
        screen.screen_layout_refresh_signal.unsubscribe(screen)  # to end also if it fails
        assert sizes[10:] == [it.app.size] * 40

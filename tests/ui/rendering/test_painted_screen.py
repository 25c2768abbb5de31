"""A screen paints each change of its layout, and sends its messages."""

from __future__ import annotations

import asyncio
from pathlib import Path

from textual import events
from textual.app import App, ComposeResult
from textual.events import Resize
from textual.geometry import Size
from textual.messages import Update
from textual.widgets import Static

from rolecall.domain.model import Assignment, PermissionSet
from rolecall.services.tokens.expiry import ExpiryKind
from rolecall.ui.rendering.textual_private import PaintedScreen
from rolecall.ui.screens.tokens.tokens import TokensScreen
from tests.support.screens.full_screen import open_full_screen
from tests.support.waiting import pause_until


class Message(Static):
    """It counts the messages about a new size."""

    resizes = 0

    def on_resize(self, event: events.Resize) -> None:
        self.resizes += 1


class MessageScreen(PaintedScreen[None]):
    """A message and a text. It notes the lines that it paints."""

    def __init__(self) -> None:
        super().__init__()
        self.painted: set[int] = set()  # lines
        self.is_between = False  # the next change is painted before its layout

    def compose(self) -> ComposeResult:
        yield Message("message")
        yield Static("text")

    async def _on_update(self, message: Update) -> None:
        await super()._on_update(message)
        if self.is_between:
            self.is_between = False
            self.paint()
            assert message.widget in self._compositor.full_map
            self.painted.clear()

    def paint(self) -> None:
        self.collect_changes()
        parts = self.changed_parts(whole=False) or []
        self.painted |= {line for line, _, _ in parts}


class MessageApp(App[None]):
    def get_default_screen(self) -> MessageScreen:
        return MessageScreen()


async def test_a_layout_is_complete_although_its_places_were_looked_up_before() -> None:
    """A frame that has waited for the terminal may be painted between a change and its layout. If a
    place is looked up then, Textual knows all new ones before the layout.
    """
    async with MessageApp().run_test(size=(40, 5)) as pilot:
        screen = pilot.app.screen
        assert isinstance(screen, MessageScreen)
        message = screen.query_one(Message)
        await pause_until(lambda: message.resizes == 1 and 1 in screen.painted)
        screen.painted.clear()
        message.display = False
        await pause_until(lambda: 1 in screen.painted)
        screen.is_between = True
        message.display = True
        await pause_until(lambda: not screen.is_between)
        await pause_until(lambda: {0, 1} <= screen.painted)
        await pause_until(lambda: message.resizes == 2)


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
        screen = await it.open_screen(TokensScreen, "4")

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

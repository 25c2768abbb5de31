"""A screen paints each change of its layout, and sends its messages."""

from __future__ import annotations

from textual import events
from textual.app import App, ComposeResult
from textual.messages import Update
from textual.widgets import Static

from rolecall.ui.rendering.textual_private import PaintedScreen
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

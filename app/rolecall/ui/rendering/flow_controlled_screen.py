"""A screen that sends little: see `frame` for what it sends and `flow_control` for when."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Final, cast

from rich.color import ColorSystem
from rich.console import COLOR_SYSTEMS
from rich.control import Control
from textual.screen import ScreenResultType

from rolecall.ui.rendering.full_screen_driver import FullScreenDriver
from rolecall.ui.rendering.textual_private import PaintedScreen, Part
from rolecall.ui.rendering.timers import ReliableTimers
from rolecall.ui.rendering.tty_driver import QUERY, tty_driver_of

if TYPE_CHECKING:
    from textual.events import Key

    from rolecall.ui.rendering.inline_driver import InlineDriver

# DEC private mode 2026: the terminal shows what is written between these at once.
_SYNC_START: Final = "\x1b[?2026h"
_SYNC_END: Final = "\x1b[?2026l"


class FlowControlledScreen(ReliableTimers, PaintedScreen[ScreenResultType]):
    """A screen that sends only the cells that differ, and waits for the terminal to show them.

    Without a terminal it paints as any other screen.
    """

    def take_key(self, event: Key) -> bool:
        """Do what the key does before it is forwarded, so that the next one comes after it.

        Returns whether it was taken.
        """
        return False

    def when_shown(self, then: Callable[[], None]) -> bool:
        """Call `then` once the terminal has shown the frames sent so far.

        Returns False if it has already.
        """
        driver = tty_driver_of(self.app)
        return driver is not None and driver.flow_control.when_shown(then)

    def paint(self) -> None:
        """Paint, or wait until another frame may be sent; changed widgets are kept until then."""
        app = self.app
        driver = tty_driver_of(app)
        if driver is None or self is not app.screen:
            self.paint_as_textual()
        elif not driver.flow_control.is_open:
            driver.flow_control.when_open(self.paint)
        elif self.is_batching:
            self.paint_later()
        elif not isinstance(driver, FullScreenDriver):
            self.paint_below_prompt(cast("InlineDriver", driver))
        elif app.is_running:
            # An answer of the terminal leads here too, before Textual has looked at the widgets.
            self.collect_changes()
            self.paint_changes(driver)
            self.update_mouse_over()

    def paint_changes(self, driver: FullScreenDriver) -> None:
        """Send what has changed, or the whole screen if the terminal may show something else.

        After a switch, a widget that has changed may come before Textual paints the whole screen.
        """
        whole = driver.shown is not self or not driver.frame.has_size(*self.painted_size)
        parts = self.changed_parts(whole=whole)
        if parts is not None:
            self.send(driver, parts)

    def send(self, driver: FullScreenDriver, parts: Iterable[Part]) -> None:
        """Send the cells of these parts that differ from what the terminal shows."""
        width, height = self.painted_size
        text = driver.frame.update(parts, width, height, self._colours)
        driver.shown = self
        if text:
            text += Control.move_to(*self.app.cursor_position).segment.text
            driver.write(f"{_SYNC_START}{text}{_SYNC_END}" if driver.synchronizes else text)
            driver.flow_control.sent(len(text))

    def paint_below_prompt(self, driver: InlineDriver) -> None:
        """Send the cells that differ, in an app under the prompt."""
        if not self.app.is_running:
            return
        lines, width = self.lines_below_prompt(), self.app.size.width
        before, caret = self.next_caret()
        text = driver.frame.update_lines(
            lines,
            width,
            self._colours,
            at=(before.y, before.x),
            caret=(caret.y, caret.x),
            query=QUERY,
        )
        if text:
            driver.write(text)
            driver.flush()  # type: ignore[no-untyped-call]
            driver.flow_control.sent(len(text))

    @property
    def _colours(self) -> ColorSystem:
        return COLOR_SYSTEMS.get(self.app.console.color_system or "", ColorSystem.TRUECOLOR)

"""A screen that is light on the line: see `canvas` for what it sends and `pacing` for when."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from rich.color import ColorSystem
from rich.control import Control
from rich.segment import Segment
from textual._ansi_sequences import SYNC_END, SYNC_START
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.screen import Screen

from rolecall.ui.rendering.driver import Driver
from rolecall.ui.rendering.tty_driver import TtyDriver

Result = TypeVar("Result")
Part = tuple[int, int, Iterable[Segment]]  # line, column, what stands there


class FlowControlledScreen(Screen[Result]):
    """A screen whose frames hold only what differs, and wait for the terminal.

    Under the prompt frames are whole, but wait too. Without a terminal it is like any other.
    """

    def _compositor_refresh(self) -> None:
        """Where Textual paints: layout and dirty lines are known by now, and are kept while no
        frame may be sent.
        """
        app = self.app
        driver = app._driver
        if not isinstance(driver, TtyDriver) or self is not app.screen:
            super()._compositor_refresh()
        elif not driver.pace.is_open:
            driver.pace.when_open(self._compositor_refresh)
        elif app._batch_count:
            self._repaint_required = True
        elif not isinstance(driver, Driver):
            before = driver.written
            super()._compositor_refresh()
            if driver.written > before:
                driver.pace.sent(driver.written - before)
        elif app._running and not app._closed:
            # An answer of the terminal leads here too, before Textual has looked at the widgets.
            self._compositor.update_widgets(self._dirty_widgets)
            self._dirty_widgets.clear()
            self._paint(driver)
            app._update_mouse_over(self)

    def _paint(self, driver: Driver) -> None:
        app, (width, height) = self.app, self._compositor.size
        whole = not driver.canvas.knows(width, height)
        update = self._compositor.render_update(full=whole, screen_stack=app._background_screens)
        if isinstance(update, (LayoutUpdate, ChopsUpdate)):
            self._put(driver, _parts(update))

    def _put(self, driver: Driver, parts: Iterable[Part]) -> None:
        app, (width, height) = self.app, self._compositor.size
        colours = app.console._color_system or ColorSystem.TRUECOLOR
        text = driver.canvas.paint(parts, width, height, colours)
        if text:
            text += Control.move_to(*app.cursor_position).segment.text
            driver.write(f"{SYNC_START}{text}{SYNC_END}" if app._sync_available else text)
            driver.pace.sent(len(text))


def _parts(update: LayoutUpdate | ChopsUpdate) -> list[Part]:
    """The pieces of lines in an update: (line, column, strip)."""
    parts: list[Part] = []
    if isinstance(update, LayoutUpdate):
        for y, strips in enumerate(update.strips, update.region.y):
            x = update.region.x
            for strip in strips:
                parts.append((y, x, strip))
                x += strip.cell_length
        return parts
    for y, left, right in update.spans:
        for end, (x, piece) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
            if piece is not None and x < right and end > left:
                start = max(x, left)
                parts.append((y, start, piece.crop(start - x, min(end, right) - x)))
    return parts

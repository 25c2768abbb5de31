"""Paints a screen with few bytes: see `frame` for what is sent and `flow_control` for when."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, cast

from rich.color import ColorSystem
from rich.console import COLOR_SYSTEMS
from rich.control import Control
from textual.app import App
from textual.screen import ScreenResultType

from rolecall.ui.rendering.full_screen_driver import FullScreenDriver
from rolecall.ui.rendering.textual_private import PaintedScreen
from rolecall.ui.rendering.tty_driver import QUERY, tty_driver_of

if TYPE_CHECKING:
    from rolecall.ui.rendering.inline_driver import InlineDriver

# DEC private mode 2026: the terminal shows what is written between these at once.
_SYNC_START: Final = "\x1b[?2026h"
_SYNC_END: Final = "\x1b[?2026l"


def when_shown(app: App[Any], then: Callable[[], None]) -> bool:
    """Call `then` once the terminal has shown what was sent. Returns False if it has already."""
    driver = tty_driver_of(app)
    return driver is not None and driver.flow_control.when_shown(then)


def paint(screen: PaintedScreen[Any]) -> None:
    """Send the cells that differ once a frame may be sent. Without a terminal, paint as Textual
    does.
    """
    app = screen.app
    driver = tty_driver_of(app)
    if driver is None or screen is not app.screen:
        screen.paint_as_textual()
    elif not driver.flow_control.is_open:
        driver.flow_control.when_open(screen.paint)
    elif screen.is_batching:
        screen.paint_later()
    elif not isinstance(driver, FullScreenDriver):
        _paint_below_prompt(screen, cast("InlineDriver", driver))
    elif app.is_running:
        # An answer of the terminal also leads here, before Textual has looked at the widgets.
        screen.collect_changes()
        _paint_changes(screen, driver)
        screen.update_mouse_over()


class BareScreen(PaintedScreen[ScreenResultType]):
    """A screen without the commands of the full screen."""

    def paint(self) -> None:
        paint(self)


def _paint_changes(screen: PaintedScreen[Any], driver: FullScreenDriver) -> None:
    """Send what has changed, or all if the terminal may show something else, as after a switch."""
    width, height = screen.painted_size
    whole = driver.shown is not screen or not driver.frame.has_size(width, height)
    parts = screen.changed_parts(whole=whole)
    if parts is None:
        return
    text = driver.frame.update(parts, width, height, _colours(screen))
    driver.shown = screen
    if text:
        # A field that has just been emptied is still scrolled: its cursor is left of the screen.
        caret = screen.outer_size.clamp_offset(screen.app.cursor_position)
        text += Control.move_to(*caret).segment.text
        driver.write(f"{_SYNC_START}{text}{_SYNC_END}" if driver.synchronizes else text)
        driver.flow_control.sent(len(text))


def _paint_below_prompt(screen: PaintedScreen[Any], driver: InlineDriver) -> None:
    if not screen.app.is_running:
        return
    lines, width = screen.lines_below_prompt(), screen.app.size.width
    before, caret = screen.next_caret()
    text = driver.frame.update_lines(
        lines,
        width,
        _colours(screen),
        at=(before.y, before.x),
        caret=(caret.y, caret.x),
        query=QUERY,
    )
    if text:
        driver.write(text)
        driver.flush()  # type: ignore[no-untyped-call]
        driver.flow_control.sent(len(text))


def _colours(screen: PaintedScreen[Any]) -> ColorSystem:
    return COLOR_SYSTEMS.get(screen.app.console.color_system or "", ColorSystem.TRUECOLOR)

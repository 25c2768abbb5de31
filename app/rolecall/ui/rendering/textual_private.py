"""The only file that uses private names of Textual.

Textual 8.2 has no public way to compare a frame with the one before, to wait for the terminal
before it paints, or to end after an error without a traceback. If the installed version lacks
anything that rolecall needs for that, rolecall uses Textual's own drivers and painting.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.segment import Segment
from textual import events
from textual.app import App, ReturnType
from textual.await_complete import AwaitComplete
from textual.driver import Driver
from textual.drivers.linux_driver import LinuxDriver
from textual.geometry import Offset, Size
from textual.message import Message
from textual.message_pump import MessagePump
from textual.messages import Prune
from textual.screen import Screen, ScreenResultType
from textual.strip import Strip
from textual.timer import Timer, TimerCallback
from textual.widget import Widget

from rolecall.terminal import capabilities
from rolecall.ui.rendering.private_names import MISSING
from rolecall.ui.start.garbage import after_keys

try:
    from textual._compositor import ChopsUpdate, InlineUpdate, LayoutUpdate
    from textual._xterm_parser import XTermParser
except ImportError:  # the names are in MISSING then, and nothing below uses them
    if not TYPE_CHECKING:
        ChopsUpdate = InlineUpdate = LayoutUpdate = XTermParser = object

if TYPE_CHECKING:
    from textual._compositor import CompositorMap

    StockDriver = Driver
else:
    StockDriver = object

Part = tuple[int, int, Iterable[Segment]]  # line, column, segments


# --- timers


def set_timer(
    pump: MessagePump,
    delay: float,
    callback: TimerCallback | None = None,
    *,
    name: str | None = None,
    pause: bool = False,
) -> Timer:
    """Set a timer that fires even if it is late. A method for classes that set short timers.

    A timer of Textual 8.2 leaves out late ticks. On a busy machine that may be its only one.
    """
    timer = MessagePump.set_timer(pump, delay, callback, name=name, pause=pause)
    timer._skip = False
    return timer


# --- the app


class NoTracebackApp(App[ReturnType]):
    """An app that prints no traceback when an error ends it, because its locals hold tokens."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        # Textual prints tracebacks here, even a version that no longer calls `_fatal_error`.
        self.error_console = Console(quiet=True)
        self._failure: BaseException | None = None

    @property
    def failure(self) -> BaseException | None:
        """The exception that ended the app, or None."""
        if MISSING and self._failure is None and self.return_code:
            self._failure = getattr(self, "_exception", None) or RuntimeError("error")
        return self._failure

    if not MISSING:

        def _fatal_error(self) -> None:
            self._failure = self._exception or RuntimeError("panic")
            self._close_messages_no_wait()

    def panic(self, *renderables: Any) -> None:
        """End the app as after an error; nothing is printed."""
        if MISSING:
            self._failure = getattr(self, "_exception", None) or RuntimeError("panic")
            super().panic(*renderables)
        else:
            self._fatal_error()


def driver_of(app: App[Any]) -> Driver | None:
    """Return the app's driver; None before it has one, or if Textual's own driver is in use."""
    return None if MISSING else app._driver


# --- the screen


def _forget_widgets() -> None:
    """Clear a cache that keeps up to 1024 widgets alive. A later Textual may have none."""
    with suppress(ImportError, AttributeError):
        cached: Any = import_module("textual._styles_cache").StylesCache.get_inner_outer
        cached.cache_clear()


def lay_out(widget: Widget) -> None:
    """Repaint a widget with another size. Textual forgets its size only at the first of several
    requests, and may have looked its place up since. Until a widget is mounted it forgets nothing,
    but on a busy machine the first layout comes before that.
    """
    if not MISSING:
        widget._layout_updates += 1
        widget._layout_cache.clear()
        widget.clear_cached_dimensions()
    widget.refresh(layout=True)


class PaintedScreen(Screen[ScreenResultType]):
    """A screen that a subclass may paint in its own way, and that closes only itself.

    Once it closes, its widgets are gone: it gets no messages, and `is_open` is False.
    """

    set_timer = set_timer
    _laid_out: CompositorMap | None = None  # the places of the last layout

    @property
    def is_open(self) -> bool:
        # A screen that is closed before it has its widgets never gets them.
        return self.is_attached and self.display and not getattr(self, "_pruning", False)

    def dismiss(self, result: ScreenResultType | None = None) -> AwaitComplete:
        """Close this screen, visible or not, and pass its result on. It may be closed already.

        Textual would close the visible screen. The first screen of a place does not close.
        """
        if self.is_active and len(self.app.screen_stack) > 1:
            return super().dismiss(result)
        if not MISSING:
            for stack in self.app._screen_stacks.values():
                if self in stack[1:]:
                    stack.remove(self)
                    if self._result_callbacks:
                        self._result_callbacks[-1](result)
                    self._pop_result_callback()
                    closed: AwaitComplete = AwaitComplete(self.remove()).call_next(self.app)
                    return closed
        return AwaitComplete()

    def take_key(self, event: events.Key) -> bool:
        """Handle the key before Textual forwards it, to keep the order. Returns whether it did."""
        return False

    async def on_event(self, event: events.Event) -> None:
        """Leave out a resize to a size that the app no longer has.

        Textual posts the screens another resize if the size is new to them. Two sizes in the queue
        would follow each other forever.
        """
        is_old = isinstance(event, events.Resize) and event.size != self.app.size
        if not is_old or self.app.is_inline:  # an inline app has its own height
            await super().on_event(event)

    def on_unmount(self) -> None:
        """Free the painted lines, which a cache for all widgets keeps, and soon the rest."""
        _forget_widgets()
        after_keys.note_closed()

    def on_screen_suspend(self) -> None:
        """Another place, or a screen over this one, makes much of what was painted garbage."""
        after_keys.note_closed()

    def paint(self) -> None:
        """Paint what has changed. Layout and changed widgets are known when this is called."""
        self.paint_as_textual()

    def paint_as_textual(self) -> None:
        if MISSING:
            self.refresh()
        else:
            super()._compositor_refresh()

    if not MISSING:

        def _compositor_refresh(self) -> None:
            self.paint()

        def _refresh_layout(self, size: Size | None = None, scroll: bool = False) -> None:
            """Compare a layout with the one before, even if places were looked up between the two.

            Textual compares with the places that it knows, to paint what differs and to send Resize
            and Show. After a frame that has waited for the terminal, it may know the new ones
            already.
            """
            if self._laid_out is not None:
                self._compositor._full_map = self._laid_out
            super()._refresh_layout(size, scroll)
            self._laid_out = self._compositor._full_map

        async def _dispatch_message(self, message: Message) -> None:
            if self.display or isinstance(message, Prune | events.Unmount):
                await super()._dispatch_message(message)

    @property
    def painted_size(self) -> Size:
        """The size that the screen was laid out for."""
        return self._compositor.size

    def painted_lines(self) -> list[str]:
        """Return the texts of the lines as last laid out, or [] if Textual paints itself."""
        if MISSING:
            return []
        return [strip.text for strip in self._compositor.render_strips()]

    @property
    def is_batching(self) -> bool:
        """Whether Textual collects updates that are painted together later."""
        return self.app._batch_count > 0

    def paint_later(self) -> None:
        """Paint the whole screen when Textual looks at it next."""
        self._repaint_required = True

    def collect_changes(self) -> None:
        self._compositor.update_widgets(self._dirty_widgets)
        self._dirty_widgets.clear()

    def changed_parts(self, *, whole: bool) -> list[Part] | None:
        """Return the changed pieces of lines, or all lines; None if there is nothing to paint."""
        background = self.app._background_screens
        update = self._compositor.render_update(full=whole, screen_stack=background)
        if isinstance(update, LayoutUpdate):
            return _whole_lines(update)
        return _pieces(update) if isinstance(update, ChopsUpdate) else None

    def lines_below_prompt(self) -> list[Strip]:
        """Return all lines of an app under the prompt. All changes are in them."""
        height = self.app._get_inline_height()
        update = self._compositor.render_inline(
            self.app.size.with_height(height), screen_stack=self.app._background_screens
        )
        self._dirty_widgets.clear()
        self._compositor._dirty_regions.clear()
        return update.strips if isinstance(update, InlineUpdate) else []

    def next_caret(self) -> tuple[Offset, Offset]:
        """Return where the cursor was left below the prompt, and where it is left next: in a field.
        At the end Textual moves it back to the prompt from there.
        """
        caret = self.outer_size.clamp_offset(self.app.cursor_position)
        before, self.app._previous_cursor_position = self.app._previous_cursor_position, caret
        return before, caret

    def update_mouse_over(self) -> None:
        """Find the widget under the mouse again: others may be there now."""
        self.app._update_mouse_over(self)


def _whole_lines(update: LayoutUpdate) -> list[Part]:
    parts: list[Part] = []
    for y, strips in enumerate(update.strips, update.region.y):
        x = update.region.x
        for strip in strips:
            parts.append((y, x, strip))
            x += strip.cell_length
    return parts


def _pieces(update: ChopsUpdate) -> list[Part]:
    """Return the pieces of lines with changes, uncut: half of a wide character would be a blank,
    while the terminal still shows the other half. Only the cells that differ are sent anyway.
    """
    parts: list[Part] = []
    for y, left, right in update.spans:
        for end, (x, piece) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
            if piece is not None and x < right and end > left:
                parts.append((y, x, piece))
    return parts


# --- drivers and keys


class StderrSize(StockDriver):
    """Goes before a driver of Textual. It asks standard error for the size: standard output is a
    pipe in `$(…)`.
    """

    def _get_terminal_size(self) -> tuple[int, int]:
        return capabilities.size()


def can_write(driver: LinuxDriver) -> bool:
    """Return whether the thread that writes is alive. Without it a write would wait forever."""
    writer = driver._writer_thread
    return writer is not None and writer.is_alive()


class TextualKeyParser(XTermParser):
    """Textual's parser of keys and answers. A subclass may change how keys are found."""

    def keys_of(self, sequence: str, alt: bool) -> Iterable[events.Key]:
        """Return the keys of a character or a sequence; `alt`: an Esc came before it."""
        return super()._sequence_to_key_events(sequence, alt)

    def _sequence_to_key_events(self, sequence: str, alt: bool = False) -> Iterable[events.Key]:
        return self.keys_of(sequence, alt)


def break_lines_at(words: Callable[[str], Iterable[tuple[int, int, str]]]) -> None:
    """Let Rich and Textual break lines only between these words, each with its start and its end. A
    Rich without such a function breaks them at spaces.
    """
    with suppress(ImportError):
        vars(import_module("rich._wrap")).update(words=words)

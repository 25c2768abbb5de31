"""An app on a terminal that may be slow, far away, or different from xterm."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from functools import partial
from typing import Any, TypeVar

from textual.app import ReturnType
from textual.css.stylesheet import Stylesheet
from textual.driver import Driver
from textual.events import Event, Key

from rolecall.domain.text import wide_text
from rolecall.presentation.translation import IS_ENGLISH
from rolecall.terminal import capabilities, clipboard, last_resort, launch
from rolecall.ui.rendering import theme
from rolecall.ui.rendering.full_screen_driver import FullScreenDriver
from rolecall.ui.rendering.private_names import MISSING
from rolecall.ui.rendering.textual_private import (
    NoTracebackApp,
    PaintedScreen,
    break_lines_at,
    set_timer,
)
from rolecall.ui.rendering.textual_settings import changed
from rolecall.ui.rendering.tty_driver import tty_driver_of

Result = TypeVar("Result")

if not IS_ENGLISH:
    break_lines_at(wide_text.words)


class KeptStylesheet(Stylesheet):
    """Parses only new sources unless a variable has changed; Textual parses all for each screen."""

    def __init__(self, variables: dict[str, str]) -> None:
        super().__init__(variables=variables)
        self._parsed_with = variables

    def set_variables(self, variables: dict[str, str]) -> None:
        if variables != self._parsed_with:
            self._parsed_with = variables
            super().set_variables(variables)

    def reparse(self) -> None:
        self.parse()


class TerminalApp(NoTracebackApp[ReturnType]):
    """Uses rolecall's driver, or Textual's own if a private name is missing."""

    set_timer = set_timer

    def __init__(self, driver_class: type[Driver], **options: Any) -> None:
        if MISSING and not sys.stdout.isatty():
            # Textual asks it for the size, and it is a pipe in `$(rolecall)`.
            sys.__stdout__ = sys.__stderr__  # type: ignore[misc]
        if MISSING:
            launch.give_back()  # Textual's own driver would keep the settings of the image
        # Textual knows only NO_COLOR, and obeys even an empty one.
        has_colours = capabilities.colours(os.environ) > 0
        with changed(os.environ, {"NO_COLOR": None if has_colours else "1"}):
            super().__init__(driver_class=None if MISSING else driver_class, **options)
        self.stylesheet = KeptStylesheet(self.get_css_variables())
        self._has_first_screen = False
        self._early_exit: Callable[[], None] | None = None

    def run(self, *args: Any, **options: Any) -> ReturnType | None:
        """Run the app, and leave the terminal as it was before, even if the driver fails."""
        try:
            return super().run(*args, **options)
        finally:
            last_resort.restore()

    def exit(self, *args: Any, **options: Any) -> None:
        """Exit once the first screen is there: before that, its widgets would raise MountError."""
        leave = partial(super().exit, *args, **options)
        if self._has_first_screen:
            leave()
        else:
            self._early_exit = leave

    def on_mount(self) -> None:
        self._has_first_screen = True
        if self._early_exit is not None:
            self._early_exit()

    def get_screen(self, screen: Any, screen_class: Any = None) -> Any:
        """Read the style sheets of the screen that is opened next. Textual reads them after it has
        started the screen. Since Python 3.12 its tasks start eagerly, and its widgets would have
        the wrong style.
        """
        found = super().get_screen(screen, screen_class)
        new = [path for path in found.css_path if not self.stylesheet.has_source(str(path))]
        if new:
            self.stylesheet.read_all(new)
            self.stylesheet.reparse()
        return found

    async def on_event(self, event: Event) -> None:
        if isinstance(event, Key) and not event.is_forwarded and self.screen_stack:
            screen = self.screen
            if isinstance(screen, PaintedScreen) and screen.take_key(event):
                return
        await super().on_event(event)

    def copy_to_clipboard(self, text: str) -> None:
        driver = tty_driver_of(self)
        if driver is None:
            super().copy_to_clipboard(text)
        else:
            driver.write(clipboard.sequences(text, os.environ))

    def write_sequence(self, sequence: str) -> None:
        """Write an escape sequence that does not change the screen."""
        driver = tty_driver_of(self)
        if driver is not None and sequence:
            driver.write(sequence)

    def show_title(self, title: str | None) -> None:
        """Set the terminal's title; None restores the old one."""
        driver = tty_driver_of(self)
        if isinstance(driver, FullScreenDriver) and capabilities.has_title(os.environ):
            driver.show_title(title)

    def show_theme(self, name: str) -> None:
        theme.register(self, name)
        self.theme = name

    def redraw(self) -> None:
        """Paint the whole screen, whatever the terminal shows."""
        driver = tty_driver_of(self)
        if isinstance(driver, FullScreenDriver):
            driver.frame.invalidate()
        self.screen.refresh()

    def run_outside(self, run: Callable[[], Result]) -> Result:
        """Give the terminal to a program that `run` starts and waits for. Returns its result."""
        driver = tty_driver_of(self)
        if driver is None:
            with self.suspend():
                return run()
        # Textual has replaced both with objects without a file descriptor.
        with driver.lent(), redirect_stdout(sys.__stdout__), redirect_stderr(sys.__stderr__):
            return run()

    def stop_job(self) -> bool:
        """Stop as after Ctrl+Z, until the shell continues the job. Returns False if none can."""
        driver = tty_driver_of(self)
        if driver is None:
            self.action_suspend_process()
            return True
        return driver.suspend(job=True)

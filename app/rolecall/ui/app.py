"""The app: wiring. What is done for a command is in the flows beside this file."""

from __future__ import annotations

import gc
import os
import sys
from asyncio import CancelledError
from collections.abc import Callable, Coroutine
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Final, Protocol, cast

from textual import events
from textual.app import App
from textual.binding import Binding, BindingType
from textual.screen import Screen

from rolecall.presentation import labels, terminal_strings
from rolecall.presentation.commands import key_of
from rolecall.terminal import clipboard
from rolecall.ui import theme
from rolecall.ui.flow_registry import Flows
from rolecall.ui.modes import MODES
from rolecall.ui.rendering.driver import Driver
from rolecall.ui.rendering.timers import ReliableTimers
from rolecall.ui.screens.base.command import CommandScreen
from rolecall.ui.state.app_state import AppState
from rolecall.ui.styles import stylesheets
from rolecall.ui.threads import in_thread
from rolecall.ui.type_ahead import TypeAhead

if TYPE_CHECKING:
    from rolecall.domain.model import SsoSession
    from rolecall.domain.settings import Settings
    from rolecall.services.inventory.startup_snapshot import StartupSnapshot
    from rolecall.services.services import Services
    from rolecall.services.settings import SettingsService


# Seconds after which a crawl's threads let the screen's own go on; Python's 5 ms add up to a stall.
_SWITCH_INTERVAL: Final = 0.0005
# A table makes many strips that soon go: at fewer, a collection came with almost every filter key.
_GC_THRESHOLD: Final = (50_000, 10, 50)


class Demo(Protocol):
    """The demo that rolecall runs against, as far as the screens know it."""

    def approve(self, user_code: str) -> None:
        """Allow the sign-in with this code, as a person with a browser would."""


class RolecallApp(Flows, ReliableTimers, App[str]):
    """Ends with the name of the profile to use, or with None.

    `open_services` makes the other services, `clock` gives an aware UTC datetime. `failure` is
    the exception that ended it, where one did.
    """

    CSS_PATH = stylesheets("parts", "base")
    ENABLE_COMMAND_PALETTE = False
    DEFAULT_MODE = "accounts"
    # Textual's own says in a toast how to quit. It works in every form too.
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+c", "quit", show=False, priority=True, system=True)
    ]
    MODES: ClassVar[dict[str, Any]] = dict(MODES)

    def __init__(
        self,
        open_services: Callable[[], Services],
        clock: Callable[[], datetime],
        settings: SettingsService,
        demo: Demo | None = None,
        startup_snapshot: StartupSnapshot | None = None,
    ) -> None:
        self.settings_service = settings
        first = theme.first_theme(os.environ, settings.settings.theme)
        # Said at once, for NO_COLOR becomes greys where the terminal's palette is not in use.
        super().__init__(driver_class=Driver, ansi_color=first == theme.TERMINAL.name or None)
        theme.put_on(self, first)
        self.now = clock
        self._open_services = open_services
        self._services: Services | None = None
        self.demo = demo
        self.state = AppState()
        if startup_snapshot is not None:
            self.state.show_first(startup_snapshot)
        self._leaving = False
        self.type_ahead = TypeAhead()
        self.failure: BaseException | None = None

    @property
    def services(self) -> Services:
        """The services; there from the moment that something is asked of them."""
        if self._services is None:
            raise RuntimeError("the services is not open yet")
        return self._services

    async def open_services(self) -> None:
        """After the first paint, for it imports much. Raises HomeUnknown."""
        self._services = await in_thread(self._open_services)

    @property
    def settings(self) -> Settings:
        return self.settings_service.settings

    def spawn(
        self, work: Callable[[], Coroutine[Any, Any, None]], group: str, *, opens: bool = False
    ) -> None:
        """Runs `work` beside all else; what is still under way in the group is cancelled. Where it
        `opens` a screen, what is typed until then waits for that.

        Nothing is asked of the services before they are open: a key may come sooner than that.
        """
        if not self._leaving and self._services is not None:
            if opens:
                self.type_ahead.begin()
                work = partial(self._open_by, work, self.type_ahead.turn)
            self.run_worker(cast("Any", work), exclusive=True, group=group)

    async def _open_by(self, work: Callable[[], Coroutine[Any, Any, None]], turn: int) -> None:
        """Where no screen comes, what was typed for it is for nobody."""
        try:
            await work()
        except CancelledError:  # by another, whose screen it waits for
            raise
        except BaseException:
            self.type_ahead.end()
            raise
        # Behind the screen, which may be about to ask for what was typed.
        self.call_later(self._end_type_ahead, turn)

    def _end_type_ahead(self, turn: int) -> None:
        """Unless something else has begun to wait, for a key that was handed on."""
        if self.type_ahead.turn == turn:
            self.type_ahead.end()

    async def on_event(self, event: events.Event) -> None:
        if self.type_ahead.takes(event):
            return
        await super().on_event(event)
        if self.type_ahead.ends_with(event):
            await self.hand_on_typed()

    async def hand_on_typed(self, turn: int | None = None) -> None:
        """The screen is there that what was typed has waited for; in this turn, where one is given:
        the screen may have seen to it itself, and a key have begun another.
        """
        if turn not in {None, self.type_ahead.turn}:
            return
        keys = self.type_ahead.end()
        if isinstance(self.screen, CommandScreen) and self.screen.takes_type_ahead:
            for key in keys:
                await self.on_event(key)

    # --- life

    def on_mount(self) -> None:
        self.set_interval(1, self._tick)
        self.call_after_refresh(self._open)

    def _open(self) -> None:
        """After the first paint."""
        sys.setswitchinterval(_SWITCH_INTERVAL)
        gc.set_threshold(*_GC_THRESHOLD)
        self.rest()
        gc.enable()
        self.begin()

    def begin(self) -> None:
        """What there is to do without being asked."""
        self.sign_in.open()

    def rest(self) -> None:
        """What is there now is here to stay: a search for garbage need not go through it. With
        ten thousand accounts that would stop the screen for a tenth of a second each time.
        """
        gc.freeze()

    def _tick(self) -> None:
        if isinstance(self.screen, CommandScreen):
            self.screen.tick()
        if self._services is not None:
            self.keep_up()

    def keep_up(self) -> None:
        """Once a second."""
        self.tokens.tick()
        self.inventory.keep_up()

    def _fatal_error(self) -> None:
        """Ends without the traceback that Textual would print: its locals hold tokens."""
        self.failure = self._exception or RuntimeError("panic")
        self._close_messages_no_wait()

    def panic(self, *renderables: Any) -> None:
        self._fatal_error()

    def show_state(self) -> None:
        """The state has changed: the screen that is seen shows it, the others when they are."""
        if isinstance(self.screen, CommandScreen):
            self.screen.show_state()

    def exit(self, *args: Any, **kwargs: Any) -> None:
        """What is still under way ends first, lest it open a screen while all are being closed."""
        self._leaving = True
        self.workers.cancel_all()
        super().exit(*args, **kwargs)

    def all_screens(self) -> list[Screen[Any]]:
        """Every screen of every place, seen or not."""
        return [screen for stack in self._screen_stacks.values() for screen in stack]

    def refresh_texts(self) -> None:
        """What rows show has changed without the rows."""
        from rolecall.ui.screens.base.table import TableScreen

        for screen in self.all_screens():
            if isinstance(screen, TableScreen):
                screen.table.refresh_texts()

    # --- going about

    def go(self, mode: str) -> None:
        """To a place; to where one is already: back to its first screen."""
        if isinstance(self.screen, CommandScreen) and self.screen.closes_when_left:
            self.pop_screen()
        if mode == self.current_mode:
            while len(self.screen_stack) > 1:
                self.pop_screen()
        else:
            self.switch_mode(mode)

    def sign_in_hint(self, session: SsoSession | None, command_id: str = "sessions") -> str:
        """What signs in to the session again, from here: a key."""
        return key_of(command_id)

    def leave(self, screen: Screen[Any]) -> None:
        """One step back; from the first screen of a place to the accounts, and never out."""
        if len(self.screen_stack) > 1:
            screen.dismiss(None)
        else:
            self.go("accounts")

    def do_go_accounts(self) -> None:
        self.go("accounts")

    def do_go_permission_sets(self) -> None:
        self.go("permission_sets")

    def do_go_profiles(self) -> None:
        self.go("profiles")

    def do_go_tokens(self) -> None:
        self.go("tokens")

    def do_sessions(self) -> None:
        self.sign_in.choose()

    def do_changes(self) -> None:
        from rolecall.ui.screens.changes import ChangesScreen

        self.push_screen(ChangesScreen())

    def do_help(self) -> None:
        from rolecall.ui.screens.help import HelpScreen

        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen())

    def do_palette(self) -> None:
        """Of the screen that is seen; where that is the help, of the one below."""
        from rolecall.ui.screens.help import HelpScreen, PaletteScreen

        if isinstance(self.screen, HelpScreen):
            self.pop_screen()
        below = self.screen
        if not isinstance(below, CommandScreen):
            return
        palette = PaletteScreen(below)

        def run(_: None) -> None:
            if palette.chosen is not None:
                below.run_command(palette.chosen)

        self.push_screen(palette, run)

    def do_settings(self) -> None:
        self.settings_form.change()

    def do_redraw(self) -> None:
        if isinstance(self._driver, Driver):
            self._driver.canvas.forget()
        self.screen.refresh()

    def do_suspend(self) -> None:
        if isinstance(self._driver, Driver) and not self._driver.suspend(job=True):
            self.flash(terminal_strings.NO_SHELL)

    def do_toggle_theme(self) -> None:
        self.theme = theme.next_theme(self.theme)
        self.flash(labels.THEME_NOW.format(theme=labels.THEMES[self.theme]))

    async def action_quit(self) -> None:
        if isinstance(self.screen, CommandScreen):
            self.screen.action_command("quit")
        else:
            self.exit()

    def do_quit(self) -> None:
        self.exit()

    def copy(self, text: str, said: str) -> None:
        """Sends it to the clipboard of the terminal, which does not answer, and says so."""
        self.copy_to_clipboard(text)
        self.flash(f"{said} {terminal_strings.CLIPBOARD[clipboard.keeper(os.environ)]}")

    def copy_to_clipboard(self, text: str) -> None:
        if self._driver is not None:
            self._driver.write(clipboard.sequences(text, os.environ))

    def flash(self, text: str) -> None:
        """Says it on whichever screen is seen."""
        if isinstance(self.screen, CommandScreen):
            self.screen.flash(text)

    def flash_warning(self, text: str) -> None:
        if isinstance(self.screen, CommandScreen):
            self.screen.flash_warning(text)

    def flash_error(self, error: BaseException) -> None:
        if isinstance(self.screen, CommandScreen):
            self.screen.flash_error(error)

"""The app: wiring. What is done for a command is in the flows beside this file."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import Any, ClassVar, Protocol, cast

from textual.app import App
from textual.screen import Screen

from rolecall.services.workplace import Workplace
from rolecall.ui import strings, theme
from rolecall.ui.driver import Driver
from rolecall.ui.inventory_flow import InventoryFlow
from rolecall.ui.profile_flow import ProfileFlow
from rolecall.ui.screens.accounts import AccountsScreen
from rolecall.ui.screens.command_screen import CommandScreen
from rolecall.ui.screens.permission_sets import PermissionSetsScreen
from rolecall.ui.screens.profiles import ProfilesScreen
from rolecall.ui.sign_in_flow import SIGN_IN_MODE, SignInFlow, sessions_screen
from rolecall.ui.state import State


class Demo(Protocol):
    """The demo that rolecall runs against, as far as the screens know it."""

    def approve(self, user_code: str) -> None:
        """Allow the sign-in with this code, as a person with a browser would."""


def _tokens_screen() -> Screen[Any]:
    from rolecall.ui.screens.tokens import TokensScreen

    return TokensScreen()


class RolecallApp(App[str]):
    """Ends with the name of the profile to use, or with None.

    `failure` is the exception that ended it, where one did.
    """

    ENABLE_COMMAND_PALETTE = False
    DEFAULT_MODE = "accounts"
    MODES: ClassVar[dict[str, Any]] = {
        "accounts": AccountsScreen,
        "permission_sets": PermissionSetsScreen,
        "profiles": ProfilesScreen,
        "tokens": _tokens_screen,
        SIGN_IN_MODE: sessions_screen,
    }

    def __init__(self, workplace: Workplace, demo: Demo | None = None) -> None:
        super().__init__(driver_class=Driver)
        for each in theme.THEMES:
            self.register_theme(each)
        self.theme = theme.first_theme(os.environ)
        self.workplace = workplace
        self.demo = demo
        self.state = State()
        self.failure: BaseException | None = None
        self.sign_in = SignInFlow(self)
        self.inventory = InventoryFlow(self)
        self.profiles = ProfileFlow(self)

    def now(self) -> datetime:
        return self.workplace.clock()

    @property
    def config_path(self) -> str:
        """~/.aws/config as the user would write it."""
        path, home = str(self.workplace.locations.config), os.environ.get("HOME", "")
        return f"~{path[len(home) :]}" if home and path.startswith(f"{home}/") else path

    def spawn(self, work: Callable[[], Coroutine[Any, Any, None]], group: str) -> None:
        """Runs `work` beside all else; what is still under way in the group is cancelled."""
        self.run_worker(cast("Any", work), exclusive=True, group=group)

    # --- life

    def on_mount(self) -> None:
        if self._driver is not None and not self.is_headless:
            import asyncio

            # Textual has no handler of its own, and would leave the terminal as it is.
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, self.exit)
        self.set_interval(1, self._tick)
        self.call_after_refresh(self.sign_in.open)

    def _tick(self) -> None:
        if isinstance(self.screen, CommandScreen):
            self.screen.tick()
        self.sign_in.keep_up()

    def _fatal_error(self) -> None:
        """Ends without the traceback that Textual would print: its locals hold tokens."""
        self.failure = self._exception
        self._close_messages_no_wait()

    def show_state(self) -> None:
        """The state has changed: the screen that is seen shows it, the others when they are."""
        if isinstance(self.screen, CommandScreen):
            self.screen.show_state()

    def all_screens(self) -> list[Screen[Any]]:
        """Every screen of every place, seen or not."""
        return [screen for stack in self._screen_stacks.values() for screen in stack]

    # --- going about

    def go(self, mode: str) -> None:
        """To a place; to where one is already: back to its first screen."""
        if mode == self.current_mode:
            while len(self.screen_stack) > 1:
                self.pop_screen()
        else:
            self.switch_mode(mode)

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

    def do_help(self) -> None:
        from rolecall.ui.screens.help import HelpScreen

        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen())

    def do_palette(self) -> None:
        from rolecall.ui.screens.help import HelpScreen, PaletteScreen

        below = self.screen
        if not isinstance(below, CommandScreen) or isinstance(below, HelpScreen):
            return
        palette = PaletteScreen(below)

        def run(_: None) -> None:
            if palette.chosen is not None:
                below.run_command(palette.chosen)

        self.push_screen(palette, run)

    def do_toggle_theme(self) -> None:
        self.theme = theme.next_theme(self.theme)
        self.flash(strings.THEME_NOW.format(theme=strings.THEMES[self.theme]))

    def do_quit(self) -> None:
        self.exit()

    def flash(self, text: str) -> None:
        """Says it on whichever screen is seen."""
        if isinstance(self.screen, CommandScreen):
            self.screen.flash(text)

"""The app: it wires the screens, the flows and the state together."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Final, TypeVar, cast

from textual import events
from textual.app import ScreenStackError
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.worker import get_current_worker

from rolecall.domain.switching.variables import in_use
from rolecall.domain.text import safe
from rolecall.presentation import labels
from rolecall.presentation.commands import key_of
from rolecall.ui.app.first_screen import FirstScreen, first_screen
from rolecall.ui.app.outside import notify_once
from rolecall.ui.app.tab import Tab
from rolecall.ui.app.wiring import Wiring
from rolecall.ui.rendering import theme
from rolecall.ui.rendering.full_screen_driver import FullScreenDriver
from rolecall.ui.rendering.styles import stylesheets
from rolecall.ui.rendering.terminal_app import TerminalApp
from rolecall.ui.screens.base.command import CommandScreen
from rolecall.ui.screens.base.table import TableScreen
from rolecall.ui.screens.modes import MODES, screens_in
from rolecall.ui.start import garbage
from rolecall.ui.start.gate import Gate
from rolecall.ui.start.type_ahead import TypeAhead, Typed, pressed
from rolecall.ui.state.app_state import AppState
from rolecall.ui.state.session_state import listing_under_way
from rolecall.ui.work import Work, WorkGroup, asked_by, in_thread, require_asker

if TYPE_CHECKING:
    from rolecall.domain.model import SsoSession
    from rolecall.domain.settings.settings import Settings
    from rolecall.services.base.launch_images import LaunchImages
    from rolecall.services.base.settings import SettingsService
    from rolecall.services.inventory.startup_snapshot import StartupSnapshot
    from rolecall.services.services import Services
    from rolecall.services.switching.shell_setup import BareShell
    from rolecall.ui.state.events import AppEvent
    from rolecall.ui.state.host import Demo

T = TypeVar("T")

_NO_GROUP: Final = "none"  # the group of work that no other work cancels


class RolecallApp(TerminalApp[str]):
    """Its result is the name of the profile to use, or None. It is a `ScreenHost`.

    `clock` gives an aware UTC datetime. `failure` is the exception that ended the app, if one did.
    """

    CSS_PATH = stylesheets("parts", "base")
    ENABLE_COMMAND_PALETTE = False
    DEFAULT_MODE = "accounts"
    # Textual's own binding only shows how to quit. This one quits, in every form too.
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
        *,
        is_first_visit: bool = False,
    ) -> None:
        """`is_first_visit`: there is no session, so that the welcome asks for one."""
        self.settings_service = settings
        first = theme.first_theme(os.environ, settings.settings.theme)
        # Set before the theme: with NO_COLOR and no palette of the terminal, colours become greys.
        super().__init__(FullScreenDriver, ansi_color=first == theme.TERMINAL.name or None)
        theme.set_first_theme(self, first)
        self.now = clock
        self.demo = demo
        self.bare_shell: Callable[[], BareShell | None] = lambda: None
        self.state = AppState(
            production_pattern=lambda: self.settings.production,
            shell_profile=safe(in_use(os.environ)),
            awaits_welcome=is_first_visit,
        )
        if startup_snapshot is not None:
            self.state.show_snapshot(startup_snapshot)
        self.type_ahead = TypeAhead()
        self.collector = garbage.CalmCollector()
        self.flows = Wiring(self)
        self.launch_images: LaunchImages | None = None
        self.first_screen: FirstScreen | None = None
        self._snapshot = startup_snapshot
        self._has_keys = False  # whether a key has come
        self.gate = Gate(open_services)
        self._is_exiting = False
        self._tab = Tab(self.write_sequence)
        self.notify_outside: Callable[[str, str], None] = partial(
            notify_once, self, self.write_sequence
        )

    @property
    def services(self) -> Services:
        return self.gate.services

    @property
    def settings(self) -> Settings:
        return self.settings_service.settings

    # --- starting and exiting

    def on_mount(self) -> None:
        self.set_interval(1, self._tick)
        self.call_after_refresh(self._after_first_paint)

    def _after_first_paint(self) -> None:
        garbage.start_collecting()
        is_kept = self.settings.launch_image and not self._has_keys
        if is_kept and self.launch_images and self._snapshot:
            self.first_screen = first_screen(self, self.launch_images, self._snapshot)
        self._run(self._open, None)
        # If a key has opened another place already, that place has not asked for a sign-in.
        asker = self._shown if self.current_mode == self.DEFAULT_MODE else None
        self._run(asked_by(asker, self.start, self.flash_error), WorkGroup.SESSION)

    async def start(self) -> None:
        """Start the work that no key starts."""
        try:
            await self.flows.sign_in.start()
        finally:  # also if another sign-in has replaced this one
            # A field may have taken a key meanwhile: the next keys are for where that leads.
            if not (self.state.awaits_welcome or self.type_ahead.awaits_key):
                await self.deliver_typed_keys(self.type_ahead.turn)
            self.flows.settings.report_bad()
            if self.gate.is_open:
                self.flows.inventory.report_missing_cache()

    async def _open(self) -> None:
        await self.gate.open()
        await self._tab.find()
        if self.gate.is_open:
            self.flows.tokens.watch_refusals()
        if self.gate.has_kept_work and self._shown is not None:
            self._shown.status.withdraw(labels.STARTING)
        self.show_state()
        if self.first_screen is not None and self.gate.is_open:
            save = partial(self.first_screen.save, self.services.inventory)
            self._run(partial(in_thread, save), None)

    def exit(self, *args: Any, **kwargs: Any) -> None:
        """Cancel the work in the background first, so that it opens no screen while all close."""
        self._is_exiting = True
        self.workers.cancel_all()
        super().exit(*args, **kwargs)

    async def action_quit(self) -> None:
        if self._shown is not None:
            self._shown.action_command("quit")
        else:
            self.exit()

    # --- work

    def spawn(
        self, work: Work, group: WorkGroup | None = None, of: str = "", *, opens: bool = False
    ) -> None:
        work = asked_by(self._shown, self.gate.keep(work), self.flash_error)
        if opens:
            shown = self._shown
            end = partial(self.call_later, self.deliver_typed_keys, instead_of=shown)
            work = self.type_ahead.hold_during(work, end)
        self._run(work, group, of)

    def _run(self, work: Work, group: WorkGroup | None, of: str = "") -> None:
        """Run it at once, unless the app closes, which cancels work only once."""
        if self._is_exiting:
            return
        name = f"{group.value} {of}" if group else _NO_GROUP
        self.run_worker(cast("Any", work), exclusive=group is not None, group=name)

    def require_asker(self) -> None:
        require_asker(self._shown)

    async def ask(self, screen: Screen[T]) -> T:
        self.require_asker()
        # The user's answer belongs to this work, so nothing cancels it from here on.
        get_current_worker().group = _NO_GROUP
        return await self.push_screen_wait(screen)

    async def announce(self, event: AppEvent) -> None:
        await self.flows.announce(event)

    def _tick(self) -> None:
        self.collector.tick()
        if self._shown is not None:
            self._shown.tick()
        if self.gate.is_open and not self._is_exiting:
            self.tick_flows()
            self._tab.show(self.flows.runs.under_way or listing_under_way(self.state.shown))
        elif self.gate.is_opening:
            self.type_ahead.extend()
            if self.gate.has_kept_work:
                self.flash(labels.STARTING, about=labels.STARTING)

    def tick_flows(self) -> None:
        self.flows.tokens.tick()
        self.flows.inventory.tick()
        self.flows.lends.tick()

    # --- keys

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, Typed):
            self._has_keys = True
            self.collector.wait_for_calm()
            if self._is_exiting:  # the screens may be gone
                return
            if self._shown is not None and self._shown.is_early(pressed(event)):
                self.type_ahead.begin()
        if self.type_ahead.hold(event):
            return
        await super().on_event(event)
        if self.type_ahead.ends_with(event):
            await self.deliver_typed_keys(self.type_ahead.turn)

    async def deliver_typed_keys(
        self, turn: int, instead_of: CommandScreen[Any] | None = None
    ) -> None:
        """Give the held keys to the visible screen, if it was opened instead of another.

        A screen that is not mounted yet asks for them then.
        """
        shown = self._shown
        is_opening = instead_of is not None and shown is not None and not shown.is_mounted
        if turn != self.type_ahead.turn or is_opening:
            return
        keys = self.type_ahead.end()
        if shown is not None and shown is not instead_of and shown.takes_type_ahead:
            for key in keys:
                await self.on_event(key)

    # --- showing

    @property
    def _shown(self) -> CommandScreen[Any] | None:
        """The visible screen; None while the app closes, which takes the screens away first."""
        try:
            screen = self.screen
        except ScreenStackError:
            return None
        return screen if isinstance(screen, CommandScreen) else None

    def show_state(self) -> None:
        if self._shown is not None:
            self._shown.show_token_left()
            self._shown.show_state()

    def refresh_texts(self) -> None:
        for screen in screens_in(self):
            if isinstance(screen, TableScreen):
                screen.table.refresh_texts()

    def sign_in_hint(self, session: SsoSession | None, command_id: str = "sessions") -> str:
        return key_of(command_id)

    def flash(self, text: str, *, asked: bool = True, about: object = None) -> None:
        if self._shown is not None:
            self._shown.flash(text, asked=asked, about=about)

    def flash_warning(self, text: str, *, asked: bool = False, about: object = None) -> None:
        if self._shown is not None:
            self._shown.flash_warning(text, asked=asked, about=about)

    def flash_error(self, error: BaseException) -> None:
        if self._shown is not None:
            self._shown.flash_error(error)

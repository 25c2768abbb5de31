"""What screens, widgets and flows may ask of the app.

Flows get a `Host`. Screens get a `ScreenHost`, which also has the flows, each behind a protocol of
`flow_commands.py` with what screens may start. A flow cannot reach another flow this way: it
announces an event.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, TypeVar

if TYPE_CHECKING:
    from datetime import datetime

    from textual.await_complete import AwaitComplete
    from textual.screen import Screen
    from textual.timer import Timer

    from rolecall.domain.model import SsoSession
    from rolecall.domain.settings.settings import Settings
    from rolecall.services.base.settings import SettingsService
    from rolecall.services.services import Services
    from rolecall.services.switching.shell_setup import BareShell
    from rolecall.ui.start.garbage import CalmCollector
    from rolecall.ui.start.gate import Gate
    from rolecall.ui.start.type_ahead import TypeAhead
    from rolecall.ui.state.app_state import AppState
    from rolecall.ui.state.events import AppEvent
    from rolecall.ui.state.flow_commands import Flows
    from rolecall.ui.work import Work, WorkGroup

T = TypeVar("T")


class Demo(Protocol):
    """What the screens know of the demo server."""

    def approve(self, user_code: str) -> None:
        """Approve the sign-in with this code. Raises KeyError if no such sign-in is waiting."""

    def log_in(self, link: str) -> str:
        """Allow the sign-in with console credentials of a link. Return the code to paste."""


class Host(Protocol):
    """The app, as screens and flows know it."""

    DEFAULT_MODE: ClassVar[str]
    MODES: ClassVar[dict[str, Any]]
    state: AppState
    settings_service: SettingsService
    type_ahead: TypeAhead
    collector: CalmCollector
    gate: Gate
    demo: Demo | None
    notify_outside: Callable[[str, str], None]  # a text, and what it is about
    theme: str  # the name
    bare_shell: Callable[[], BareShell | None]  # None if the shell has `awsp`

    @property
    def services(self) -> Services:
        """The services, for work of `spawn`: it begins when they are open. Raises RuntimeError
        until then, and HomeUnknown if they do not open.
        """

    @property
    def settings(self) -> Settings: ...

    def now(self) -> datetime:
        """Return the time, as an aware UTC datetime."""

    # --- work

    def spawn(
        self, work: Work, group: WorkGroup | None = None, of: str = "", *, opens: bool = False
    ) -> None:
        """Run `work` in the background for the visible screen, once the services are open. Show a
        RolecallError that it raises.

        It replaces earlier work of the same `group` and `of`, such as a session. If it `opens` a
        screen, keys typed until then wait for that.
        """

    def require_asker(self) -> None:
        """Stop the work that calls this if the user has left the screen that asked for it.

        To be called after an `await`, before anything visible changes. Raises Left, which `spawn`
        catches.
        """

    async def ask(self, screen: Screen[T]) -> T:
        """Show a screen over the one that asked for this work, and return its result. From here on
        nothing cancels this work. Raises Left if the user has left.
        """

    async def announce(self, event: AppEvent) -> None:
        """Run what reacts to the event, one after the other."""

    async def deliver_typed_keys(self, turn: int) -> None:
        """Pass the keys held in this turn to the screen that they are for, unless it has taken them
        itself, or another key has begun another turn.
        """

    def call_later(self, callback: Callable[..., Any], *args: Any) -> bool: ...

    def set_interval(self, interval: float, callback: Callable[[], Any]) -> Timer: ...

    # --- showing

    def show_state(self) -> None:
        """Show the changed state on the visible screen; the others show it when they are seen."""

    def refresh_texts(self) -> None:
        """Redraw the tables of all screens, because texts have changed and rows have not."""

    def sign_in_hint(self, session: SsoSession | None, command_id: str = "sessions") -> str:
        """Return how to sign in to the session from here: a key, or a command."""

    def flash(self, text: str, *, asked: bool = True, about: object = None) -> None:
        """Show a message on the visible screen, for a moment.

        If the user has not `asked` for it, it waits until the one before could be read. It replaces
        the messages that are `about` the same, such as a file or a session.
        """

    def flash_warning(self, text: str, *, asked: bool = False, about: object = None) -> None:
        """Show a message that the user has to see, asked for or not."""

    def flash_error(self, error: BaseException) -> None: ...

    # --- the terminal

    def copy_to_clipboard(self, text: str) -> None: ...

    def show_title(self, title: str | None) -> None:
        """Set the title of the terminal's window; None restores the old one."""

    def show_theme(self, name: str) -> None:
        """Change the theme. `name`: as `theme` has it."""

    def redraw(self) -> None:
        """Paint the whole screen, also what the terminal should show already."""

    def stop_job(self) -> bool:
        """Stop the job as Ctrl+Z does. Returns False if there is no shell to continue it."""

    def run_outside(self, run: Callable[[], T]) -> T:
        """Give the terminal to a program that `run` starts and waits for. Returns its result."""

    def bell(self) -> None: ...

    # --- screens

    @property
    def screen(self) -> Screen[Any]: ...

    @property
    def screen_stack(self) -> list[Screen[Any]]: ...

    @property
    def current_mode(self) -> str: ...

    def push_screen(
        self, screen: Screen[T], callback: Callable[[T | None], None] | None = None
    ) -> Awaitable[None]: ...

    def get_screen_stack(self, mode: str) -> list[Screen[Any]]:
        """Return the screens of a place. Raises KeyError if it was never shown."""

    def switch_mode(self, mode: str) -> Awaitable[None]: ...

    def add_mode(self, mode: str, base_screen: Callable[[], Screen[Any]]) -> None: ...

    def remove_mode(self, mode: str) -> AwaitComplete: ...

    def exit(self, result: str | None = None) -> None: ...


class ScreenHost(Host, Protocol):
    """The app, as screens know it."""

    @property
    def flows(self) -> Flows: ...

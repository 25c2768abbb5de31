"""The base of all screens: commands bound to keys, a status line, and a line of keys."""

from __future__ import annotations

import os
from asyncio import CancelledError
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast

from rich.segment import Segment
from textual import events
from textual.content import Content
from textual.worker import Worker

from rolecall.domain.errors.file_errors import TokenNotRenewed
from rolecall.domain.process.debug_log import note_error
from rolecall.domain.question import SECONDS
from rolecall.domain.time_left import Level
from rolecall.presentation import labels
from rolecall.presentation.commands import (
    ACTIONS,
    BY_ID,
    GROUPS,
    LAST,
    MAIN,
    MOVED,
    Command,
    Place,
    action_with,
    commands_of,
    footer_of,
    key_of,
    with_keys,
)
from rolecall.presentation.key_names import show_key
from rolecall.presentation.texts import command_strings, program_strings, token_strings
from rolecall.terminal import capabilities, clipboard
from rolecall.ui.rendering import painting
from rolecall.ui.rendering.textual_private import PaintedScreen, Part
from rolecall.ui.screens.base.bindings import bindings_of
from rolecall.ui.widgets.header import Header, ShellProfile
from rolecall.ui.widgets.key_line import KeyHint, KeyLine
from rolecall.ui.widgets.status_line import ERROR_SECONDS, StatusLine
from rolecall.ui.widgets.wrapping import ERROR, wrap
from rolecall.ui.work import in_thread

if TYPE_CHECKING:
    from rolecall.domain.model import SsoSession
    from rolecall.ui.state.flow_commands import Flows
    from rolecall.ui.state.host import ScreenHost

Result = TypeVar("Result")
T = TypeVar("T")


def explained(error: BaseException) -> str:
    """Return the sentence of `explain`, which is slow to import: the first paint needs none."""
    from rolecall.presentation.errors import explain

    return explain(error)


class CommandScreen(PaintedScreen[Result]):
    """A screen with the keys of its `place`.

    The command `save` runs `do_save` of the screen, or what `wiring.APP_COMMANDS` has. If
    `blocked` returns a reason, the reason is shown instead.
    """

    AUTO_FOCUS = ""
    place: ClassVar[Place]
    smallest = capabilities.SMALLEST  # columns and rows; in a smaller terminal only a sentence
    takes_type_ahead = True  # it gets the keys that were typed before it was shown
    closes_when_left = False  # going to another place closes it

    def __init_subclass__(cls, **options: Any) -> None:
        if "place" in vars(cls):
            cls.BINDINGS = bindings_of(cls.place)
        super().__init_subclass__(**options)

    def __init__(self) -> None:
        super().__init__()
        self.header = Header(self.place)
        self.status = StatusLine()
        self._key_names: dict[str, str] = {}
        self._slow = ""  # the sentence about a wait, while it is shown
        self.has_widgets = False  # until it has, keys wait
        self._was_shown = False

    async def on_event(self, event: events.Event) -> None:
        """Skip `on_mount` if the app closes while the screen opens: the screen has no widgets then.

        When a screen is shown first, its widgets have just been styled: do not do that again.
        """
        if isinstance(event, events.ScreenResume):
            event.refresh_styles &= self._was_shown
            self._was_shown = True
        is_mount = isinstance(event, events.Mount)
        if is_mount:
            self.has_widgets = self.is_attached
        if self.has_widgets or not is_mount:
            await super().on_event(event)

    def on_mount(self) -> None:
        self.pass_on_typed_keys()

    def is_early(self, key: str) -> bool:
        """Return whether the key has to wait, because what it is for is not there yet."""
        return not self.has_widgets

    def pass_on_typed_keys(self) -> None:
        """Deliver the keys that were typed ahead, after the focus has been set."""
        self.app.call_later(self.host.deliver_typed_keys, self.host.type_ahead.turn)

    def paint(self) -> None:
        painting.paint(self)

    def changed_parts(self, *, whole: bool) -> list[Part] | None:
        """Paint only a sentence if the terminal is too small. Everything else keeps running."""
        width, height = self.painted_size
        if width >= self.smallest[0] and height >= self.smallest[1]:
            return super().changed_parts(whole=whole)
        least = "×".join(map(str, self.smallest))
        words = labels.TOO_SMALL.format(least=least, columns=width, rows=height)
        lines = [*wrap(words, width), *[""] * height][:height]
        return [(y, 0, [Segment(line.ljust(width))]) for y, line in enumerate(lines)]

    @property
    def host(self) -> ScreenHost:
        return cast("ScreenHost", self.app)

    @property
    def flows(self) -> Flows:
        return self.host.flows

    @property
    def session(self) -> SsoSession | None:
        """The session whose access token the header shows."""
        return self.host.state.session

    def token_left(self, session: SsoSession | None) -> tuple[str, Level]:
        """Return the time left of the session's access token, as on the Tokens screen."""
        state, now = self.host.state, self.host.now()
        expiry = state.token_expiry(session)
        if expiry is None:
            return (labels.SIGNED_OUT if state.expiries_read else ""), Level.GONE
        return token_strings.left(expiry, now), expiry.level(now)

    async def in_thread(self, work: Callable[[], T]) -> T:
        """Return the result of `work()`, run in a thread. Stop quietly if the screen has closed."""
        try:
            return await in_thread(work, self.show_slow)
        finally:
            self.end_slow()
            self.stop_if_closed()

    def show_slow(self, operation: str, host: str, is_throttled: bool) -> None:
        """Say that this call is slow, until `end_slow`."""
        if self.is_open:
            self._slow = program_strings.still_waiting(operation, host, is_throttled)
            self.show_waiting(self._slow)

    def end_slow(self) -> None:
        """Remove what `show_slow` has shown, read or not."""
        if self._slow and self.is_open:
            self.status.withdraw(self._slow)
        self._slow = ""

    def show_waiting(self, text: str) -> None:
        """Show this sentence about a slow call."""
        self.status.flash(text, seconds=SECONDS)

    def stop_if_closed(self) -> None:
        """Stop the worker that calls this if the screen has closed: its widgets are gone.

        To be called after each `await` except `self.in_thread`. Raises CancelledError, which
        Textual takes for the normal end of a worker.
        """
        if not self.is_open:
            raise CancelledError

    def run_worker(self, work: Any, *args: Any, **options: Any) -> Worker[Any]:
        """Run it, unless the screen has closed before it begins."""

        async def begin() -> Any:
            self.stop_if_closed()
            return await work()

        return super().run_worker(begin, *args, **options)

    def call_after_refresh(self, callback: Callable[..., Any], *args: Any, **options: Any) -> bool:
        """Call it, unless the screen has closed by then: Textual would still call it."""
        work = partial(callback, *args, **options)
        return super().call_after_refresh(lambda: work() if self.display else None)

    def blocked(self, command: Command) -> str | None:
        """Return why the command does not work now, or None."""
        return None

    def offers(self, command: Command) -> bool:
        """Return whether the command makes sense on this screen at all."""
        return True

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A focused field gets the key first."""
        return action not in {"now", "table"} or not self.is_typing

    def action_now(self, command_id: str) -> None:
        self._run_now(BY_ID[command_id])

    def action_command(self, command_id: str) -> None:
        self.run_command(BY_ID[command_id])

    def take_key(self, event: events.Key) -> bool:
        """Run the action that has the key. It is not a binding, because actions change."""
        command = None if self.is_typing else action_with(event.key, self.place)
        if command is not None:
            self._run_now(command)
        return command is not None

    def _run_now(self, command: Command) -> None:
        """Run the command, and clear a message that was shown before."""
        flashed = self.status.flashed
        self.run_command(command)
        if self.status.flashed is flashed:
            self.status.clear()

    def start_action(self, name: str) -> None:
        """Run an action of the settings with the row under the cursor."""

    def run_command(self, command: Command) -> None:
        """Run it if the screen has widgets: a key may come while it opens or closes."""
        if not (self.has_widgets and self.is_open and self.offers(command)):
            return
        if reason := self.blocked(command):
            self.flash_warning(reason, asked=True)
        elif command.id in ACTIONS:
            self.start_action(command.id)
        else:
            of_app = partial(self.flows.run_command, command.id)
            getattr(self, f"do_{command.id}", of_app)()

    @property
    def goes_back(self) -> bool:
        """Whether the screen lies over another one, which `back` returns to."""
        return self.place not in MAIN

    @property
    def has_unsaved_input(self) -> bool:
        """Whether the user has typed something that quitting would lose."""
        return False

    @property
    def runs_programs(self) -> bool:
        """Whether the screen runs programs, which end when it is closed."""
        return False

    def key_line(self, **names: str) -> KeyLine:
        """Return the keys at the foot. `names`: other names of commands, by their ids."""
        self._key_names = names
        hints = [hint._replace(enabled=True) for hint in self.key_hints()]
        return KeyLine(hints, self.last_key_hints())

    def key_hints(self) -> list[KeyHint]:
        """Return the keys that are shown now, the most important first."""
        found = footer_of(self.place, goes_back=self.goes_back)
        return [self.key_hint(each) for each in found if self.offers(each) and each.id not in LAST]

    def key_hint(self, command: Command, name: str = "") -> KeyHint:
        key = command.shown_keys.split(" ")[0]
        name = name or self._key_names.get(command.id, command.name)
        return KeyHint(key, name, self.blocked(command) is None, next(iter(command.keys), ""))

    def last_key_hints(self) -> list[KeyHint]:
        """Return the keys at the right end, without those that a focused field takes."""
        here = {command.id: command for command in commands_of(self.place)}
        hints = []
        for command in filter(None, map(here.get, LAST)):
            shown = [(show_key(key), key) for key in command.keys]
            if keys := [each for each in shown if len(each[0]) > 1 or not self.is_typing]:
                hints.append(KeyHint(keys[0][0], command.name, pressed=keys[0][1]))
        return hints

    @property
    def is_typing(self) -> bool:
        """Whether a field has the focus."""
        return self.focused is not None and self.focused.check_consume_key("a", "a")

    def flash(
        self, text: str, style: str = "$strong", *, asked: bool = True, about: object = None
    ) -> None:
        """Show a message for a moment; see `Host.flash`."""
        self.status.flash(text, style, asked=asked, about=about)

    def flash_error(self, error: BaseException) -> None:
        note_error(error)
        short = token_strings.unwritable(error) if isinstance(error, TokenNotRenewed) else ""
        self.status.flash(explained(error), ERROR, ERROR_SECONDS, short=short)

    def flash_warning(self, text: str, *, asked: bool = False, about: object = None) -> None:
        self.status.flash(text, "bold $warning", ERROR_SECONDS, asked=asked, about=about)

    def flash_good(self, text: str) -> None:
        self.flash(f"✓ {text}", "$success")

    def copy(self, text: str, message: str) -> None:
        """Send the text to the terminal's clipboard, and say so: the terminal does not answer."""
        self.app.copy_to_clipboard(text)
        self.flash(f"{message} {program_strings.CLIPBOARD[clipboard.access(os.environ)]}")

    def refresh_keys(self) -> None:
        for line in self.query(KeyLine):
            line.show(self.key_hints(), self.last_key_hints())

    def on_header_clicked(self, event: Header.Clicked) -> None:
        self.run_command(BY_ID[f"go_{event.place.value}"])

    def on_descendant_focus(self) -> None:
        self.refresh_keys()

    def on_key(self, event: events.Key) -> None:
        """Clear the last message: a user who presses a key has read it. Say where a key is now."""
        self.status.clear()
        old = {key: id_ for each in GROUPS[self.place] for key, id_ in MOVED.get(each, {}).items()}
        if (moved := old.get(event.key)) and self.offers(BY_ID[moved]):
            name = self._key_names.get(moved, BY_ID[moved].name)
            text = command_strings.MOVED if BY_ID[moved].keys else command_strings.WITHOUT_KEY
            self.flash(with_keys(text, name=name, key=key_of(moved)))

    def on_resize(self) -> None:
        """Fit the message, after the screen has set the classes of its size."""
        self.status.fit()

    def on_screen_resume(self) -> None:
        """Show what has changed below other screens."""
        self.show_state()
        self.tick()

    def tick(self) -> None:
        """Update the times shown. Called once a second."""
        self.show_token_left()

    def show_token_left(self) -> bool:
        """Show it in the header. Returns whether it has changed."""
        return self.header.tick(*self.token_left(self.session))

    def show_header(self, *trail: str, session: str = "") -> None:
        """Show the session of the token, or the current one, and the steps to what is shown."""
        session = session or self.host.state.session_label
        notice = labels.SETTINGS_NOT_READ if self.host.settings_service.last.problem else ""
        self.header.show(session, trail, self.host.demo is not None, notice, self._shell)

    @property
    def _shell(self) -> ShellProfile | None:
        """The profile that the shell uses, once it is known which ones there are."""
        state = self.host.state
        if not state.shell_profile or state.config is None:
            return None
        found = [each for each in state.profiles if each.name == state.shell_profile]
        account_id = found[0].acts_in if found else ""
        badge = self.production_badge(account_id, state.shell_profile)
        return ShellProfile(state.shell_profile, badge, not found)

    def production_badge(self, account_id: str, *names: str) -> str:
        """Return the badge of an account or profile, or ""."""
        is_production = self.host.state.production.is_production(account_id, *names)
        return labels.PRODUCTION if is_production else ""

    def title_of(self, title: str, *, is_production: bool) -> Content:
        """Return the title, with the badge if it is about production."""
        if not is_production:
            return Content(title)
        pill = (labels.PRODUCTION, "bold $production-text on $production")
        return Content.assemble((title, "bold $production-name"), " ", pill)

    def show_state(self) -> None:
        """Show the changed state of the app."""

    def do_back(self) -> None:
        self.flows.navigation.leave(self)

"""What all screens share: commands bound to keys, a status line, and the keys at the foot."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar, TypeVar, cast

from textual import events
from textual.binding import Binding, BindingType
from textual.screen import Screen

from rolecall.ui.commands import BY_ID, Command, Place, commands_of, footer_of
from rolecall.ui.widgets.header import Header
from rolecall.ui.widgets.key_line import KeyLine
from rolecall.ui.widgets.status_line import StatusLine

if TYPE_CHECKING:
    from rolecall.ui.app import RolecallApp

Result = TypeVar("Result")


def bindings(place: Place) -> list[BindingType]:
    """The key bindings of a screen, made from the declaration of its commands."""
    return [
        Binding(
            ",".join(command.keys),
            f"command('{command.id}')",
            command.name,
            show=False,
            # Lest the letters that follow at once still go to the table.
            priority=command.id == "filter",
        )
        for command in commands_of(place)
    ]


class CommandScreen(Screen[Result]):
    """A command `save` runs `do_save` of the screen, else of the app.

    A screen says by `blocked` why a command does not work now; then the reason is flashed.
    """

    AUTO_FOCUS = ""
    place: ClassVar[Place]

    def __init__(self) -> None:
        super().__init__()
        self.header = Header(self.place)
        self.status = StatusLine()

    @property
    def rolecall(self) -> RolecallApp:
        return cast("RolecallApp", self.app)

    def blocked(self, command: Command) -> str | None:
        """Why the command does not work now, or None."""
        return None

    def offers(self, command: Command) -> bool:
        """Whether the command makes sense on this screen at all."""
        return True

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """In a field, `/` is a letter."""
        from textual.widgets import Input

        return not (parameters == ("filter",) and isinstance(self.focused, Input))

    def action_command(self, command_id: str) -> None:
        self.run_command(BY_ID[command_id])

    def run_command(self, command: Command) -> None:
        if not self.offers(command):
            return
        if reason := self.blocked(command):
            self.flash(reason)
            return
        name = f"do_{command.id}"
        handler: Callable[[], None] = getattr(self, name, None) or getattr(self.app, name)
        handler()

    def key_line(self) -> KeyLine:
        commands = [command for command in footer_of(self.place) if self.offers(command)]
        return KeyLine(commands, lambda command: self.blocked(command) is None)

    def flash(self, text: str, style: str = "$primary") -> None:
        """Says what just happened, for a moment."""
        self.status.flash(text, style)

    def flash_error(self, error: BaseException) -> None:
        from rolecall.ui.explain import explain

        self.flash(explain(error), "bold $error")

    def flash_good(self, text: str) -> None:
        self.flash(f"✓ {text}", "$success")

    def refresh_keys(self) -> None:
        for line in self.query(KeyLine):
            line.look()

    def on_key(self, event: events.Key) -> None:
        """Any key takes the last flash away, for what it said has been read."""
        self.status.clear()

    def tick(self) -> None:
        """Once a second: what shows time, and has changed, repaints."""
        self.header.tick(self.rolecall.state.token_end, self.rolecall.now())

    def show_header(self, *trail: str) -> None:
        self.header.show(trail, self.rolecall.demo is not None)

    def show_state(self) -> None:
        """The app's state has changed: show what is new."""

    def do_back(self) -> None:
        self.rolecall.leave(self)

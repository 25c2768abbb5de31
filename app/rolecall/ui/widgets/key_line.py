"""The keys that matter here, at the foot of the screen: as many as fit, most wanted first."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual.content import Content
from textual.widget import Widget

from rolecall.ui.commands import Command


class KeyLine(Widget):
    """`enabled` is asked for each command when the line is drawn; what is not, is faint."""

    def __init__(self, commands: Sequence[Command], enabled: Callable[[Command], bool]) -> None:
        super().__init__()
        self._commands = commands
        self._enabled = enabled

    def render(self) -> Content:
        parts: list[Content] = []
        width = self.size.width - 1
        for command in self._commands:
            live = self._enabled(command)
            key, name = command.shown_keys.split(" ")[0], command.name
            part = Content.assemble(
                " ",
                (key, "bold $accent" if live else "dim $faint"),
                " ",
                (name, "$foreground" if live else "dim $faint"),
                " ",
            )
            if part.cell_length > width:
                break
            width -= part.cell_length
            parts.append(part)
        return Content("").join(parts)

"""The keys that matter here, at the foot of the screen: as many as fit, most wanted first."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from textual.content import Content
from textual.widget import Widget

from rolecall.presentation.commands import Command


class KeyLine(Widget):
    """`enabled` is asked for each command when something has changed; what is not, is faint.

    `names` replace the names of commands, by their ids.
    """

    def __init__(
        self,
        commands: Sequence[Command],
        enabled: Callable[[Command], bool],
        names: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__()
        self._names = names or {}
        self._commands = commands
        self._enabled = enabled
        self._live: tuple[bool, ...] = ()

    def show_enabled(self) -> None:
        """Repaints, if a command has become possible or is not any more."""
        live = tuple(self._enabled(command) for command in self._commands)
        if live != self._live:
            self._live = live
            self.refresh(layout=False)

    def render(self) -> Content:
        parts: list[Content] = []
        width = self.size.width - 1
        live_ones = self._live or (True,) * len(self._commands)
        for command, live in zip(self._commands, live_ones, strict=True):
            key, name = command.shown_keys.split(" ")[0], self._names.get(command.id, command.name)
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

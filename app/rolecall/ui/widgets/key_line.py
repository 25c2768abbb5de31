"""The line of keys at the bottom of a screen: as many as fit, the most important first."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from textual.content import Content
from textual.widget import Widget

from rolecall.presentation.commands import Command


class KeyLine(Widget):
    """Shows commands with their keys. Those for which `enabled` returns False are faint."""

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
        self._last_enabled: tuple[bool, ...] = ()

    def show_enabled(self) -> None:
        """Paint again if another set of commands is enabled now."""
        is_enabled = tuple(self._enabled(command) for command in self._commands)
        if is_enabled != self._last_enabled:
            self._last_enabled = is_enabled
            self.refresh(layout=False)

    def render(self) -> Content:
        parts: list[Content] = []
        width = self.size.width - 1
        enabled_now = self._last_enabled or (True,) * len(self._commands)
        for command, is_enabled in zip(self._commands, enabled_now, strict=True):
            key, name = command.shown_keys.split(" ")[0], self._names.get(command.id, command.name)
            part = Content.assemble(
                " ",
                (key, "bold $accent" if is_enabled else "dim $faint"),
                " ",
                (name, "$foreground" if is_enabled else "dim $faint"),
                " ",
            )
            if part.cell_length > width:
                break
            width -= part.cell_length
            parts.append(part)
        return Content("").join(parts)

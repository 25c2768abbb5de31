"""The line of keys at the bottom of a screen: as many as fit, the most important first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from textual.content import Content
from textual.widget import Widget


class KeyHint(NamedTuple):
    """A key and what it does. One that is not `enabled` does nothing now, and is faint."""

    key: str
    name: str
    enabled: bool = True


class KeyLine(Widget):
    """Shows the keys that do something here and now. Those at the end are at the right, and the
    first of them is always there.
    """

    def __init__(self, hints: Sequence[KeyHint], end: Sequence[KeyHint]) -> None:
        super().__init__()
        self._hints = hints, end

    def show(self, hints: Sequence[KeyHint], end: Sequence[KeyHint]) -> None:
        if (hints, end) != self._hints:
            self._hints = hints, end
            self.refresh(layout=False)

    def render(self) -> Content:
        hints, end = self._hints
        width = self.size.width
        least, _ = _fitting(end[:1], width)
        left, used = _fitting(hints, width - sum(part.cell_length for part in least))
        right, more = _fitting(end, width - used)
        return Content("").join([*left, Content(" " * max(0, width - used - more)), *right])


def _fitting(hints: Sequence[KeyHint], room: int) -> tuple[list[Content], int]:
    """Return the hints that fit, and their width."""
    parts: list[Content] = []
    used = 0
    for key, name, enabled in hints:
        styles = ("bold $accent", "$foreground") if enabled else ("$faint", "$faint")
        part = Content.assemble(" ", (key, styles[0]), " ", (name, styles[1]), " ")
        if used + part.cell_length > room:
            break
        used += part.cell_length
        parts.append(part)
    return parts, used

"""The line of keys at the bottom of a screen: as many as fit, the most important first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from textual import events
from textual.content import Content
from textual.widget import Widget

from rolecall.domain.records import NamedTuple


class KeyHint(NamedTuple):
    """A key and what it does, muted if not `enabled`. `pressed`: Textual's name of the key."""

    key: str
    name: str
    enabled: bool = True
    pressed: str = ""


class KeyLine(Widget):
    """The keys at the right `end` may take a quarter of the line; the first is always there."""

    def __init__(self, hints: Sequence[KeyHint], end: Sequence[KeyHint]) -> None:
        super().__init__()
        self._hints = hints, end
        self._spans: list[tuple[int, int, str]] = []  # where each key is, and the key

    def on_click(self, event: events.Click) -> None:
        for start, end, key in self._spans:
            if start <= event.x < end and key:
                self.app.simulate_key(key)

    def show(self, hints: Sequence[KeyHint], end: Sequence[KeyHint]) -> None:
        if (hints, end) != self._hints:
            self._hints = hints, end
            self.refresh(layout=False)

    def render(self) -> Content:
        hints, end = self._hints
        width = self.size.width
        _, kept = _fitting(end, width // 4)
        kept = kept or _fitting(end[:1], width)[1]
        left, used = _fitting(hints, width - kept)
        right, more = _fitting(end, width - used)
        gap = max(0, width - used - more)
        self._spans = [*_spans(left, hints, 0), *_spans(right, end, used + gap)]
        return Content("").join([*left, Content(" " * gap), *right])


def _spans(
    parts: Sequence[Content], hints: Sequence[KeyHint], start: int
) -> Iterator[tuple[int, int, str]]:
    for part, hint in zip(parts, hints, strict=False):
        yield start, start + part.cell_length, hint.pressed
        start += part.cell_length


def _fitting(hints: Sequence[KeyHint], room: int) -> tuple[list[Content], int]:
    parts: list[Content] = []
    used = 0
    for key, name, enabled, _ in hints:
        styles = ("bold $accent", "$foreground") if enabled else ("$muted", "$muted")
        part = Content.assemble(" ", (key, styles[0]), " ", (name, styles[1]), " ")
        if used + part.cell_length > room:
            break
        used += part.cell_length
        parts.append(part)
    return parts, used

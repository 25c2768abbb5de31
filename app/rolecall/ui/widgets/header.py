"""The line at the head of every screen: where one is, and what is left of the access token."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widget import Widget

from rolecall.domain.time_left import Level
from rolecall.presentation import command_strings, labels, table_strings
from rolecall.presentation.commands import MAIN, Place

_LEVEL_COLOURS = {
    Level.FINE: "$success",
    Level.SOON: "$warning",
    Level.URGENT: "bold $error",
    Level.GONE: "$muted",
}


class Header(Horizontal):
    """`trail` says where one is, session first; the clock beside it repaints by itself."""

    def __init__(self, place: Place) -> None:
        super().__init__()
        self._tabs = _Tabs(place)
        self._clock = _TokenClock()

    def compose(self) -> ComposeResult:
        yield self._tabs
        yield self._clock

    def show(self, trail: tuple[str, ...], demo: bool) -> None:
        self._tabs.show(trail, demo)

    def show_marked(self, count: int) -> None:
        """How many rows are marked."""
        self._tabs.show_marked(count)

    def tick(self, words: str, level: Level) -> None:
        """Repaints the clock, if what it shows has changed."""
        self._clock.show(words, level)


class _Tabs(Widget):
    def __init__(self, place: Place) -> None:
        super().__init__()
        self._place = place
        self._trail: tuple[str, ...] = ()
        self._demo = False
        self._marked = 0

    def show_marked(self, count: int) -> None:
        if count != self._marked:
            self._marked = count
            self.refresh(layout=False)

    def show(self, trail: tuple[str, ...], demo: bool) -> None:
        if (trail, demo) != (self._trail, self._demo):
            self._trail, self._demo = trail, demo
            self.refresh(layout=False)

    def render(self) -> Content:
        brand = [(f" {labels.NAME} ", "bold $badge-text on $accent")]
        if self._demo:
            brand.append((f" {labels.DEMO} ", "bold $badge-text on $secondary"))
        if self._marked:
            brand.append((f" {table_strings.MARKED.format(count=self._marked)} ", "bold $accent"))
        trail = _trail(self._trail)
        wholes = (
            (command_strings.PLACES, trail),
            (command_strings.PLACES_SHORT, trail),
            ({self._place.value: command_strings.PLACES_SHORT.get(self._place.value, "")}, trail),
            (command_strings.PLACES_SHORT, _trail(self._trail[-1:])),
            (None, trail),
        )
        line = Content("")
        for names, rest in wholes:
            line = Content.assemble(*brand, " ", *self._places(names), rest)
            if line.cell_length <= self.size.width:
                break
        return line.truncate(max(0, self.size.width), ellipsis=True)

    def _places(self, names: dict[str, str] | None) -> list[Content | tuple[str, str]]:
        """The places with their keys and such names as there are; with none, the one we are in."""
        parts: list[Content | tuple[str, str]] = []
        for number, place in enumerate(MAIN, start=1):
            here = place is self._place
            if names is None:
                if here:
                    parts.append((f" {command_strings.PLACES_SHORT[place.value]} ", "bold $strong"))
                continue
            parts.append((f" {number}", "bold $accent" if here else "$accent"))
            style = "bold underline $strong" if here else "$muted"
            if name := names.get(place.value):
                parts.extend(((" ", ""), (name, style), (" ", "")))
        return parts


def _trail(steps: tuple[str, ...]) -> Content:
    return Content.assemble("  ", (" › ".join(steps), "$foreground")) if steps else Content("")


class _TokenClock(Widget):
    """Fixed in width, so that a tick costs its own cells and no layout."""

    def __init__(self) -> None:
        super().__init__()
        self._shown = ("", Level.GONE)

    def show(self, words: str, level: Level) -> None:
        """No words: it is not known yet."""
        if (words, level) != self._shown:
            self._shown = (words, level)
            self.refresh(layout=False)

    def render(self) -> Content:
        words, level = self._shown
        if not words:
            return Content("")
        sign = labels.LEVEL_SIGNS[level]
        return Content.assemble((f"{sign} ", _LEVEL_COLOURS[level]), (words, "$foreground"), " ")

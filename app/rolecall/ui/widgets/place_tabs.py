"""The places with their keys, and the trail to what is shown."""

from __future__ import annotations

from textual.content import Content
from textual.widget import Widget

from rolecall.presentation import command_strings, labels, table_strings
from rolecall.presentation.commands import MAIN, Place


class PlaceTabs(Widget):
    """Shortens the names of the places until everything fits. The trail has the session first."""

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
            brand.append((f" {table_strings.marked(self._marked)} ", "bold $accent"))
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
        """Return the places with keys and these names. Without names, only the current place."""
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

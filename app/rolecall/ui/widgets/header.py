"""The line at the top of every screen: the places, the session, the time left of its token."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from rich.cells import cell_len
from textual import events
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from rolecall.domain.time_left import Level
from rolecall.presentation import labels
from rolecall.presentation.commands import MAIN, Place
from rolecall.presentation.texts import command_strings

_LEVEL_COLOURS: Final = {
    Level.FINE: "$success",
    Level.SOON: "$warning",
    Level.URGENT: "bold $error",
    Level.GONE: "$muted",
}
_CLOCK_ROOM = 14  # cells that most times need, reserved until the time is known
_LEAST_SESSION = 8  # with fewer cells the name is not worth showing


class Header(Widget):
    """Leaves out the session, and then shortens the places, until everything fits."""

    class Clicked(Message):
        def __init__(self, place: Place) -> None:
            super().__init__()
            self.place = place

    def __init__(self, place: Place) -> None:
        super().__init__()
        self._place = place
        self._session = ""
        self._trail: tuple[str, ...] = ()
        self._demo = False
        self._notice = ""
        self._left = ("", Level.GONE)

    def show(self, session: str, trail: tuple[str, ...], demo: bool, notice: str = "") -> None:
        """`notice`: what is wrong until the user does something about it, in a few words."""
        before = self._session, self._trail, self._demo, self._notice
        if (session, trail, demo, notice) != before:
            self._session, self._trail, self._demo, self._notice = session, trail, demo, notice
            self.refresh(layout=False)

    def tick(self, words: str, level: Level) -> None:
        """Show the time left in words; "" while it is unknown."""
        if (words, level) != self._left:
            self._left = words, level
            self.refresh(layout=False)

    def on_click(self, event: events.Click) -> None:
        text, start = self.render().plain, 0
        places: list[tuple[int, Place]] = []
        for number, place in enumerate(MAIN, start=1):
            found = text.find(f" {number} ", start)
            if found >= 0:
                start = found + 2
                places.append((cell_len(text[:found]), place))
        ends = [at for at, _ in places[1:]] + [self._places_end(places)]
        for (at, place), end in zip(places, ends, strict=True):
            if at <= event.x < end:
                self.post_message(self.Clicked(place))

    def _places_end(self, places: list[tuple[int, Place]]) -> int:
        if not places:
            return 0
        at, place = places[-1]
        return at + cell_len(f" {len(MAIN)} {command_strings.PLACES[place.value]} ")

    def render(self) -> Content:
        width, clock = max(0, self.size.width), self._clock()
        room = width - clock.cell_length
        lines = self._lines()
        line = next((each for each in lines if each.cell_length < room), lines[-1])
        line = line.truncate(max(0, room), ellipsis=True)
        rest = room - line.cell_length
        session = self._session_text(rest - 1)
        return Content.assemble(line, " " * (rest - session.cell_length), session, clock)

    def _lines(self) -> list[Content]:
        """Return the line without session and clock, the longest first."""
        names, short = command_strings.PLACES, command_strings.PLACES_SHORT
        here = {self._place.value: short.get(self._place.value, "")}
        style = "bold $badge-text on $warning"
        notice = [(f" ! {self._notice} ", style)] if self._notice else []
        trail, brand = self._trail_text(self._trail), [*self._brand(), *notice]
        return [
            *(Content.assemble(*brand, *self._places(each), trail) for each in (names, short)),
            Content.assemble(*brand, *self._places(here), trail),
            Content.assemble(*notice, *self._places(here), trail),
            Content.assemble(*notice, " ", (here[self._place.value], "bold $strong"), trail),
        ]

    def _brand(self) -> list[tuple[str, str]]:
        brand = [(f" {labels.NAME} ", "bold $badge-text on $accent")]
        if self._demo:
            brand.append((f" {labels.DEMO} ", "bold $badge-text on $secondary"))
        return brand

    def _places(self, names: Mapping[str, str]) -> list[tuple[str, str]]:
        parts: list[tuple[str, str]] = [(" ", "")]
        for number, place in enumerate(MAIN, start=1):
            name = names.get(place.value, "")
            if place is self._place:
                parts.append((f" {number} {name} ", "bold $tab-text on $tab"))
            else:
                parts.append((f" {number}", "$accent"))
                parts.append((f" {name} " if name else " ", "$muted"))
        return parts

    def _trail_text(self, trail: tuple[str, ...]) -> Content:
        return Content.assemble(" › ", (" › ".join(trail), "$strong")) if trail else Content("")

    def _session_text(self, room: int) -> Content:
        """Return the name of the session, cut to the room, or nothing if that is too small."""
        if not self._session or room < min(_LEAST_SESSION, len(self._session) + 1):
            return Content("")
        name = Content(self._session).truncate(max(0, room - 1), ellipsis=True)
        return Content.assemble((name.plain, "$strong"), " ")

    def _clock(self) -> Content:
        words, level = self._left
        if not words:
            return Content(" " * _CLOCK_ROOM)
        sign = labels.LEVEL_SIGNS[level]
        return Content.assemble(" ", (f"{sign} ", _LEVEL_COLOURS[level]), (words, "$strong"), " ")

"""The line at the top of every screen: the places, the session, the time left of its token."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from rich.cells import cell_len
from textual import events
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from rolecall.domain.records import NamedTuple
from rolecall.domain.time_left import Level
from rolecall.presentation import labels
from rolecall.presentation.commands import MAIN, Place
from rolecall.presentation.texts import command_strings

_LEVEL_COLOURS: Final = {
    Level.FINE: "$success",
    Level.SOON: "$warning",
    Level.URGENT: "bold $urgent",
    Level.GONE: "$muted",
}
_CLOCK_ROOM = 14  # cells that most times need, reserved until the time is known
_CUT: Final = 2  # the place of a name that is cut among the texts about the shell
_LEAST_NAME = 8  # with fewer cells the name of a session or profile is not worth showing


class ShellProfile(NamedTuple):
    """The profile that the shell uses, with its badge if it is production. `is_missing`: no file
    has it.
    """

    name: str = ""
    badge: str = ""
    is_missing: bool = False


class Header(Widget):
    """Leaves out the session, then shortens the shell's profile and the places until all fits.

    The last thing that is left out about the shell is that its profile is production.
    """

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
        self._shell = ShellProfile()
        self._left = ("", Level.GONE)

    def show(
        self,
        session: str,
        trail: tuple[str, ...],
        demo: bool,
        notice: str = "",
        shell: ShellProfile | None = None,
    ) -> None:
        """`notice`: what is wrong until the user does something about it, in a few words."""
        before = self._session, self._trail, self._demo, self._notice, self._shell
        after = session, trail, demo, notice, shell or ShellProfile()
        if after != before:
            self._session, self._trail, self._demo, self._notice, self._shell = after
            self.refresh(layout=False)

    def tick(self, words: str, level: Level) -> bool:
        """Show the time left in words; "" while it is unknown. Returns whether it has changed."""
        has_changed = (words, level) != self._left
        if has_changed:
            self._left = words, level
            self.refresh(layout=False)
        return has_changed

    def on_click(self, event: events.Click) -> None:
        """Go to a place, or from the time left to the tokens."""
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
        if event.x >= self.size.width - self._clock().cell_length:
            self.post_message(self.Clicked(Place.TOKENS))

    def _places_end(self, places: list[tuple[int, Place]]) -> int:
        if not places:
            return 0
        at, place = places[-1]
        return at + cell_len(f" {len(MAIN)} {command_strings.PLACES[place.value]} ")

    def render(self) -> Content:
        width, clock = max(0, self.size.width), self._clock()
        room = width - clock.cell_length
        line = self._line(room).truncate(max(0, room), ellipsis=True)
        rest = room - line.cell_length
        shell = next((each for each in self._shells() if each.cell_length < rest), Content(""))
        rest -= shell.cell_length
        session = self._session_text(rest - 1)
        blank = " " * (rest - session.cell_length)
        return Content.assemble(line, blank, shell, session, clock)

    def _line(self, room: int) -> Content:
        """Return the line without shell, session and clock.

        The places are shortened for the name of the shell's profile, but lose their names only for
        the badge of production.
        """
        lines, shells = list(self._lines()), [each.cell_length for each in self._shells()]
        name, least = (shells[_CUT], shells[-1] if self._shell.badge else 0) if shells else (0, 0)
        tries = [*((each, name) for each in lines[:2]), *((each, least) for each in lines)]
        return next((line for line, more in tries if line.cell_length + more < room), lines[-1])

    def _lines(self) -> Iterator[Content]:
        """Yield the line, the longest first. One place after the other loses its name."""
        names, short = command_strings.PLACES, command_strings.PLACES_SHORT
        style = "bold $badge-text on $warning"
        notice = [(f" ! {self._notice} ", style)] if self._notice else []
        trail, brand = self._trail_text(self._trail), [*self._brand(), *notice]
        shown = {each.value: short[each.value] for each in MAIN}
        others = [each for each in shown if each != self._place.value]
        here = {self._place.value: short.get(self._place.value, "")}
        fewer = [here | {each: shown[each] for each in others[:n]} for n in range(len(others))]
        for each in (names, short, *reversed(fewer)):
            yield Content.assemble(*brand, *self._places(each), trail)
        yield Content.assemble(*notice, *self._places(here), trail)
        yield Content.assemble(*notice, " ", (here[self._place.value], "bold $strong"), trail)

    def _shells(self) -> list[Content]:
        """Return the profile of the shell, the longest first."""
        name, badge, is_missing = self._shell
        if not name:
            return []
        mark = [(f" {badge} ", "bold $production-text on $production")] if badge else []
        name_style = "$warning" if is_missing else "$strong"
        shown = Content(f"! {name}" if is_missing else name)
        cut = shown.truncate(_LEAST_NAME, ellipsis=True)
        signs = [(labels.SHELL, shown), (labels.IN_USE, shown), (labels.IN_USE, cut)]
        if badge:
            signs.append((labels.IN_USE, Content("")))
        return [
            Content.assemble(
                (sign, "$muted"), " ", (text.plain, name_style), " " * bool(text), *mark, "  "
            )
            for sign, text in signs
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
        if not self._session or room < min(_LEAST_NAME, len(self._session) + 1):
            return Content("")
        name = Content(self._session).truncate(max(0, room - 1), ellipsis=True)
        return Content.assemble((name.plain, "$strong"), " ")

    def _clock(self) -> Content:
        words, level = self._left
        if not words:
            return Content(" " * _CLOCK_ROOM)
        sign = labels.LEVEL_SIGNS[level]
        return Content.assemble(" ", (f"{sign} ", _LEVEL_COLOURS[level]), (words, "$strong"), " ")

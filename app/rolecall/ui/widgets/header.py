"""The line at the top of every screen: the place, and the time left of the access token."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal

from rolecall.domain.time_left import Level
from rolecall.presentation.commands import Place
from rolecall.ui.widgets.place_tabs import PlaceTabs
from rolecall.ui.widgets.token_clock import TokenClock


class Header(Horizontal):
    """The places and the trail to the current one, and a clock that is painted separately."""

    def __init__(self, place: Place) -> None:
        super().__init__()
        self._tabs = PlaceTabs(place)
        self._clock = TokenClock()

    def compose(self) -> ComposeResult:
        yield self._tabs
        yield self._clock

    def show(self, trail: tuple[str, ...], demo: bool) -> None:
        self._tabs.show(trail, demo)

    def show_marked(self, count: int) -> None:
        """Show how many rows are marked."""
        self._tabs.show_marked(count)

    def tick(self, words: str, level: Level) -> None:
        """Paint the clock if what it shows has changed."""
        self._clock.show(words, level)

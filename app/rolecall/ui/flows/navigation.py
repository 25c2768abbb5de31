"""Going from place to place, and the screens that lie over any other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rolecall.ui.flows.dialogs import go_to
from rolecall.ui.screens.base.command import CommandScreen

if TYPE_CHECKING:
    from textual.screen import Screen

    from rolecall.ui.host import Host


class NavigationFlow:
    """Goes from place to place, and opens help and palette."""

    def __init__(self, host: Host) -> None:
        self._host = host

    def go(self, mode: str) -> None:
        go_to(self._host, mode)

    def leave(self, screen: Screen[Any]) -> None:
        """Go one step back; from the first screen of a place to the accounts. Never quit."""
        if len(self._host.screen_stack) > 1:
            screen.dismiss(None)
        else:
            self.go(self._host.DEFAULT_MODE)

    def show_changes(self) -> None:
        from rolecall.ui.screens.listing_changes import ListingChangesScreen

        self._host.push_screen(ListingChangesScreen())

    def show_help(self) -> None:
        from rolecall.ui.screens.help import HelpScreen

        below = self._host.screen
        if isinstance(below, CommandScreen) and not isinstance(below, HelpScreen):
            self._host.push_screen(HelpScreen(below))

    def show_palette(self) -> None:
        """Show the commands of the visible screen, or of the one below the help."""
        from rolecall.ui.screens.help import AllKeysScreen, HelpScreen, PaletteScreen

        if isinstance(self._host.screen, HelpScreen | AllKeysScreen):
            self._host.screen.dismiss(None)
        below = self._host.screen
        if not isinstance(below, CommandScreen):
            return
        palette = PaletteScreen(below)

        def run(_: None) -> None:
            if palette.chosen is not None:
                below.run_command(palette.chosen)

        self._host.push_screen(palette, run)

    def quit(self) -> None:
        self._host.exit()

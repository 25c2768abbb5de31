"""What works on every screen: going to a place, help, palette, the theme, suspending, quitting."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rolecall.presentation import labels
from rolecall.presentation.texts import program_strings, run_strings
from rolecall.ui.flows.dialogs import Flow, any_runs_programs, confirmed, go_to, in_background
from rolecall.ui.rendering import theme
from rolecall.ui.screens.base.command import CommandScreen
from rolecall.ui.screens.modes import screens_in
from rolecall.ui.work import WorkGroup

if TYPE_CHECKING:
    from textual.screen import Screen

    from rolecall.ui.state.host import Host


class NavigationFlow(Flow):
    def __init__(self, host: Host) -> None:
        super().__init__(host)
        self._is_asking = False  # whether to quit

    def go(self, mode: str) -> None:
        go_to(self._host, mode)

    def leave(self, screen: Screen[Any]) -> None:
        """Go one step back. The first screen of a place stays."""
        if len(self._host.screen_stack) > 1:
            screen.dismiss(None)

    def show_changes(self) -> None:
        from rolecall.ui.screens.inventory.listing_changes import ListingChangesScreen

        self._host.push_screen(ListingChangesScreen())

    def show_help(self) -> None:
        from rolecall.ui.screens.base.help import HelpScreen

        below = self._host.screen
        if isinstance(below, CommandScreen) and not isinstance(below, HelpScreen):
            self._host.push_screen(HelpScreen(below))

    def show_palette(self) -> None:
        """Show the commands of the visible screen, or of the one below the help."""
        from rolecall.ui.screens.base.help import AllKeysScreen, HelpScreen, PaletteScreen

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

    def suspend(self) -> None:
        """Stop rolecall as a job of the shell, if it has one."""
        if not self._host.stop_job():
            self._host.flash(program_strings.NO_SHELL)

    def toggle_theme(self) -> None:
        name = theme.next_theme(self._host.theme)
        self._host.show_theme(name)
        self._host.flash(labels.THEME_NOW.format(theme=labels.theme_name(name)))

    def quit(self) -> None:
        """Quit, but ask first if what the user has typed would be lost. A second Ctrl+C quits."""
        screens = [each for each in screens_in(self._host) if isinstance(each, CommandScreen)]
        has_unsaved_input = any(each.has_unsaved_input for each in screens)
        if self._is_asking or not (has_unsaved_input or any_runs_programs(self._host)):
            self._host.exit()
        else:
            self._ask_to_quit()

    @in_background(WorkGroup.QUIT, opens=True)
    async def _ask_to_quit(self) -> None:
        self._is_asking = True
        try:
            title, intro = labels.QUIT_TITLE, labels.NOT_SAVED
            if any_runs_programs(self._host):
                title, intro = run_strings.QUIT_TITLE, run_strings.WILL_STOP
            if await confirmed(self._host, labels.QUIT, title, "", intro=intro):
                self._host.exit()
        finally:
            self._is_asking = False

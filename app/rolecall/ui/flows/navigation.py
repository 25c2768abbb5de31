"""What works on every screen: going to a place, help, palette, the theme, suspending, quitting."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING, Any, Final

from rolecall.presentation import labels
from rolecall.presentation.commands import Command, Place, commands_of, with_keys
from rolecall.presentation.texts import command_strings, program_strings, run_strings
from rolecall.ui.flows.dialogs import (
    Flow,
    any_runs_programs,
    close_all,
    confirmed,
    go_to,
    in_background,
    leave,
    runs_programs,
)
from rolecall.ui.rendering import theme
from rolecall.ui.screens.base.command import CommandScreen
from rolecall.ui.screens.base.table import TableScreen
from rolecall.ui.screens.modes import screens_in
from rolecall.ui.widgets.table.awaiting_table import AwaitingTable
from rolecall.ui.work import WorkGroup

if TYPE_CHECKING:
    from textual.screen import Screen

    from rolecall.ui.screens.base.search import EntryId
    from rolecall.ui.state.host import Host

_RECENT: Final = 10  # choices of the search that come first the next time


class NavigationFlow(Flow):
    def __init__(self, host: Host) -> None:
        super().__init__(host)
        self._is_asking = False  # whether to quit
        self._recent: Sequence[EntryId] = ()  # what was chosen in the search, the last one first

    def go(self, mode: str) -> None:
        go_to(self._host, mode)

    def leave(self, screen: Screen[Any]) -> None:
        """Go one step back. The first screen of a place stays."""
        if len(self._host.screen_stack) > 1:
            screen.dismiss(None)

    def show_changes(self) -> None:
        from rolecall.ui.screens.inventory.listing_changes import ListingChangesScreen

        self._host.push_screen(ListingChangesScreen())

    def show_help(self, words: str = "") -> None:
        """Show the keys of the visible screen and of all others, or those with the words."""
        from rolecall.ui.screens.base import leads
        from rolecall.ui.screens.base.help import HelpScreen

        below = self._host.screen
        if not isinstance(below, CommandScreen) or isinstance(below, HelpScreen):
            return
        screen = HelpScreen(below, words)

        def run(_: None) -> None:
            if screen.chosen is not None:
                leads.run(below, screen.chosen)

        self._host.push_screen(screen, run)

    def show_menu(self) -> None:
        """Show all commands of the place for the row under the cursor. Run one."""
        from rolecall.ui.screens.base.search import RowCommandsScreen

        screen = self._host.screen
        if not isinstance(screen, TableScreen):
            return
        row, columns = screen.current, screen.table.columns
        name = next((each.text(row) for each in columns if each.is_name and row), "")
        own = [each for each in commands_of(screen.place) if screen.place in each.places]
        menu = RowCommandsScreen(name, [e for e in own if e.id != "menu" and screen.offers(e)])

        def run(_: None) -> None:
            if menu.chosen is not None:
                screen.run_command(menu.chosen)

        self._host.push_screen(menu, run)

    def show_doctor(self) -> None:
        from rolecall.ui.screens.config.doctor import DoctorScreen

        if not isinstance(self._host.screen, DoctorScreen):
            self._host.push_screen(DoctorScreen())

    @in_background(WorkGroup.GO, opens=True)
    async def show(
        self, place: Place, key: Hashable = None, command: Command | None = None, said: str = ""
    ) -> None:
        """Go to the first screen of a main place, put the cursor on the row with the key, and run
        the command on it. Commands for marked rows are not run while there are some.
        """
        host, mode = self._host, place.value
        leave(host)
        if runs_programs(host, mode):
            host.flash(with_keys(run_strings.STILL_RUNS))
            return
        if mode != host.current_mode:
            await host.switch_mode(mode)
        close_all(host, mode)
        screen = host.get_screen_stack(mode)[0]
        if not isinstance(screen, TableScreen):
            return
        screen.show_state()
        is_there = key is None or screen.move_to(key)
        if not is_there and isinstance(screen.table, AwaitingTable):
            screen.table.awaited = key
        if command and is_there:
            if command.for_marked and screen.table.marks.count:
                said = with_keys(command_strings.UNMARK_FIRST)
            else:
                screen.run_command(command)
        if said:
            screen.flash(said)

    def show_search(self) -> None:
        """Show the search over the visible screen, or over the one below the help."""
        from rolecall.ui.screens.base.help import HelpScreen
        from rolecall.ui.screens.base.search import SearchScreen

        if isinstance(self._host.screen, HelpScreen):
            self._host.screen.dismiss(None)
        below = self._host.screen
        if not isinstance(below, CommandScreen):
            return
        search = SearchScreen(below, self._recent)

        def act(_: None) -> None:
            if (chosen := search.chosen) is not None:
                self._recent = [chosen.id, *(e for e in self._recent if e != chosen.id)][:_RECENT]
                search.act()

        self._host.push_screen(search, act)

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

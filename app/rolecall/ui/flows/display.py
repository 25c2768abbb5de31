"""The terminal and the colours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rolecall.presentation import labels
from rolecall.presentation.texts import program_strings
from rolecall.ui.rendering import theme

if TYPE_CHECKING:
    from rolecall.ui.state.host import Host


class DisplayFlow:
    """Redraws, suspends, and changes the theme."""

    def __init__(self, host: Host) -> None:
        self._host = host

    def redraw(self) -> None:
        """Draw everything again, also what the terminal should show already."""
        self._host.redraw()

    def suspend(self) -> None:
        """Stop rolecall as a job of the shell, if it has one."""
        if not self._host.stop_job():
            self._host.flash(program_strings.NO_SHELL)

    def toggle_theme(self) -> None:
        name = theme.next_theme(self._host.theme)
        self._host.show_theme(name)
        self._host.flash(labels.THEME_NOW.format(theme=labels.theme_name(name)))

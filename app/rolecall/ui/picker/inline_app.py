"""The base of the apps under the prompt."""

from __future__ import annotations

import os

from textual.app import ReturnType
from textual.screen import Screen

from rolecall.ui.rendering import theme
from rolecall.ui.rendering.inline_driver import InlineDriver
from rolecall.ui.rendering.painting import BareScreen
from rolecall.ui.rendering.private_names import MISSING
from rolecall.ui.rendering.terminal_app import TerminalApp


class InlineApp(TerminalApp[ReturnType]):
    """A small app under the prompt in rolecall's colours. It leaves nothing on the terminal."""

    ENABLE_COMMAND_PALETTE = False
    INLINE_PADDING = 0

    def __init__(self, theme_setting: str = "auto") -> None:
        first = theme.first_theme(os.environ, theme_setting)
        super().__init__(InlineDriver, ansi_color=first == theme.TERMINAL.name or None)
        theme.set_first_theme(self, first)

    def run_inline(self) -> ReturnType | None:
        """Run the app and return its result. Raises the exception that ended it, if one did."""
        # With `inline` Textual uses its own inline driver and ignores the driver class.
        result = self.run(inline=bool(MISSING), mouse=False)
        if self.failure is not None:
            raise self.failure
        return result

    def get_default_screen(self) -> Screen[None]:
        return BareScreen(id="_default")

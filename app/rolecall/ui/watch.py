"""`rolecall watch`: the Tokens screen alone, for a small pane beside one's work."""

from __future__ import annotations

from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.screen import Screen

from rolecall.domain.errors import RolecallError
from rolecall.domain.model import SsoSession
from rolecall.presentation import token_strings
from rolecall.presentation.commands import Place
from rolecall.presentation.errors import explain
from rolecall.terminal import capabilities
from rolecall.ui.app import RolecallApp
from rolecall.ui.screens.tokens import TokensScreen
from rolecall.ui.styles import stylesheets


class WatchScreen(TokensScreen, inherit_bindings=False):
    """No frame: of five lines, three are clocks. Nor the keys that lead to other places."""

    place = Place.WATCH
    CSS_PATH = stylesheets("watch")
    smallest = capabilities.SMALLEST_WATCH

    def compose(self) -> ComposeResult:
        yield self.filter_bar
        yield self.table
        yield self.detail
        yield self.status


class WatchApp(RolecallApp):
    """Renews and warns as the full screen does; signs nobody in."""

    DEFAULT_MODE = "watch"
    MODES: ClassVar[dict[str, Any]] = {"watch": WatchScreen}

    def begin(self) -> None:
        self.run_worker(self._begin(), exclusive=True, group="open")

    def keep_up(self) -> None:
        self.tokens.tick()

    def sign_in_hint(self, session: SsoSession | None, command_id: str = "") -> str:
        """A command, for no key leads from here to a sign-in."""
        name = "" if session is None else f" {session.cache_key}"
        return token_strings.WAY_IN_BY_COMMAND.format(session=name)

    def leave(self, screen: Screen[Any]) -> None:
        """There is nowhere else to be."""

    async def _begin(self) -> None:
        try:
            await self.open_services()
        except RolecallError as error:
            self.state.expiries_problem = explain(error)
            self.show_state()
            return
        await self.tokens.read_now()
        self.tokens.check(force=True)

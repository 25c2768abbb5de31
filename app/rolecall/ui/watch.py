"""`rolecall watch`: the Tokens screen alone, for a small pane next to the user's work."""

from __future__ import annotations

from typing import Any, ClassVar

from textual.app import ComposeResult

from rolecall.domain.model import SsoSession
from rolecall.presentation import token_strings
from rolecall.presentation.commands import Place
from rolecall.terminal import capabilities
from rolecall.ui.app import RolecallApp
from rolecall.ui.screens.tokens import TokensScreen
from rolecall.ui.styles import stylesheets


class WatchScreen(TokensScreen, inherit_bindings=False):
    """It has no header and no keys at the foot: of five lines, three are expiries. No key leads to
    another place.
    """

    place = Place.WATCH
    CSS_PATH = stylesheets("watch")
    smallest = capabilities.SMALLEST_WATCH
    has_pane = False

    def compose(self) -> ComposeResult:
        self.fit_to_size()
        yield self.area()
        yield self.note
        yield self.status


class WatchApp(RolecallApp):
    """Renews tokens and warns as the full screen does, but asks for no sign-in."""

    DEFAULT_MODE = "watch"
    MODES: ClassVar[dict[str, Any]] = {"watch": WatchScreen}

    async def start(self) -> None:
        await self.flows.tokens.start()

    def tick_flows(self) -> None:
        self.flows.tokens.tick()

    def sign_in_hint(self, session: SsoSession | None, command_id: str = "") -> str:
        """Return the command that signs in, because no key here leads to a sign-in."""
        name = "" if session is None else f" {session.cache_key}"
        return token_strings.WAY_IN_BY_COMMAND.format(session=name)

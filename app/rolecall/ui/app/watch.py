"""`rolecall watch`: the Tokens screen alone, for a small pane next to the user's work."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import ComposeResult

from rolecall.domain.model import SsoSession
from rolecall.presentation.commands import Place
from rolecall.presentation.texts import token_strings
from rolecall.terminal import capabilities
from rolecall.ui.app.app import RolecallApp
from rolecall.ui.app.outside import notify
from rolecall.ui.rendering.styles import stylesheets
from rolecall.ui.screens.tokens.tokens import TokensScreen
from rolecall.ui.work import in_thread

if TYPE_CHECKING:
    from rolecall.services.tokens.expiry import Expiry


class WatchScreen(TokensScreen, inherit_bindings=False):
    """Has no header and no key line: of five lines, three are expiries. No key leads elsewhere."""

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
        self.flows.lends.tick()

    def sign_in_hint(self, session: SsoSession | None, command_id: str = "") -> str:
        """Return the command that signs in, because no key here leads to a sign-in."""
        return token_strings.way_in_by_command(session)


class NotifyingWatchApp(WatchApp):
    """A watch that also warns outside its screen."""

    async def start(self) -> None:
        self.flows.tokens.on_warning = self._warn_outside
        await super().start()

    def _warn_outside(self, expiring: Sequence[Expiry]) -> None:
        self.spawn(partial(self._notify, expiring))

    async def _notify(self, expiring: Sequence[Expiry]) -> None:
        """Notify the user, unless another process of this machine has already done so."""
        now = self.now()
        claim = self.services.expiry_warnings.claim

        def claimed() -> list[Expiry]:
            return [each for each in expiring if claim(each.id, each.expires_at, each.level(now))]

        if not (own := await in_thread(claimed)):
            return
        text = token_strings.warning(own, now, self.sign_in_hint(own[0].session))
        await notify(self, self.write_sequence, text)

"""What the ways to sign in share: whom they are for, and when they are done."""

from __future__ import annotations

from rolecall.domain.model import AccessToken, Secret, SsoSession
from rolecall.ui.screens.base.link import LinkScreen


class SignInScreen(LinkScreen):
    """Ten panes that found the token ended need one approval: the others take its token."""

    def __init__(self, session: SsoSession) -> None:
        super().__init__()
        self._session = session
        self._held: Secret | None = None  # when somebody asked for another
        self._is_done = False

    def on_mount(self) -> None:
        token = self.host.state.usable_tokens.get(self._session)
        self._held = token.value if token else None

    @property
    def session(self) -> SsoSession:
        """The one to sign in to, which may not be the one in session_state."""
        return self._session

    def show_state(self) -> None:
        if not self.is_mounted:
            return
        token = self.host.state.usable_tokens.get(self._session)
        if token is None or token.value == self._held:
            return
        if self.host.services.tokens.renewal.is_valid(token):
            self.done(token)

    def done(self, token: AccessToken) -> None:
        if not self._is_done:
            self._is_done = True
            self.flows.sign_in.signed_in(self._session, token)

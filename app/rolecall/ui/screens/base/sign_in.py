"""The base of the two sign-in screens."""

from __future__ import annotations

from rolecall.domain.model import AccessToken, Secret, SsoSession
from rolecall.ui.screens.base.link import LinkScreen


class SignInScreen(LinkScreen):
    """Also finishes when another program gets a token for the session: of several terminals whose
    token expired, only one needs an approval.
    """

    def __init__(self, session: SsoSession) -> None:
        super().__init__()
        self._session = session
        self._old_token: Secret | None = None  # the token that was valid when the screen opened
        self._is_done = False

    def on_mount(self) -> None:
        token = self.host.state.usable_tokens.get(self._session)
        self._old_token = token.value if token else None

    @property
    def session(self) -> SsoSession:
        """The session to sign in to, which need not be the one whose rows are shown."""
        return self._session

    def show_state(self) -> None:
        if not self.is_mounted:
            return
        token = self.host.state.usable_tokens.get(self._session)
        if token is None or token.value == self._old_token:
            return
        if self.host.services.tokens.renewal.is_valid(token):
            self.done(token)

    def done(self, token: AccessToken) -> None:
        if not self._is_done:
            self._is_done = True
            self.flows.sign_in.signed_in(self._session, token)

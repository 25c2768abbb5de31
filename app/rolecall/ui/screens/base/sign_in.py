"""The base of the two sign-in screens."""

from __future__ import annotations

from rolecall.domain.model import AccessToken, SsoSession
from rolecall.ui.screens.base.link import LinkScreen


class SignInScreen(LinkScreen):
    """Also finishes when another program gets a token for a session that has none: of several
    terminals whose token expired, only one needs an approval.
    """

    def __init__(self, session: SsoSession) -> None:
        super().__init__()
        self._session = session
        # A token that is still valid may be renewed meanwhile. That is not the sign-in asked for.
        self._takes_others_token = session not in self.host.state.usable_tokens
        self._is_done = False

    @property
    def session(self) -> SsoSession:
        """The session to sign in to, which need not be the one whose rows are shown."""
        return self._session

    def show_state(self) -> None:
        if not self.is_mounted:
            return
        token = self.host.state.usable_tokens.get(self._session)
        if token is None:
            self._takes_others_token = True
            return
        if self._takes_others_token and self.host.services.tokens.renewal.is_valid(token):
            self.done(token)

    def done(self, token: AccessToken) -> None:
        if not self._is_done:
            self._is_done = True
            self.flows.sign_in.signed_in(self._session, token)

"""Sign in with a browser on this machine: the authorization-code grant with PKCE (RFC 7636)."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Final

from rolecall.aws.sign_in import BROWSER_GRANTS, Oidc, Pkce
from rolecall.domain.errors import AuthorizationExpired, RegistrationRejected
from rolecall.domain.link import Link
from rolecall.domain.model import AccessToken, ClientRegistration, SsoSession
from rolecall.domain.records import dataclass, field
from rolecall.files.caches.sso_cache import SsoCache
from rolecall.services.sign_in.portals import PortalsService
from rolecall.services.sign_in.proof_key import new_proof_key
from rolecall.services.sign_in.sign_in import REGISTER_BEFORE, oidc_of

if TYPE_CHECKING:
    from rolecall.aws.callback import Callback

# Seconds. The AWS CLI waits as long (`AuthCodeFetcher._OVERALL_TIMEOUT`).
SIGN_IN_TIMEOUT: Final = 600.0
LISTEN_SECONDS: Final = 1.0  # of one poll


@dataclass(slots=True)
class BrowserSignIn:
    """One authorization that waits for the browser. `link` is the page to open."""

    session: SsoSession
    link: Link
    _oidc: Oidc
    _registration: ClientRegistration
    _pkce: Pkce
    _callback: Callback
    _cache: SsoCache
    _keep: Callable[[SsoSession, AccessToken], None]
    _uptime: Callable[[], float]
    _end: float = field(init=False)

    def __post_init__(self) -> None:
        self._end = self._uptime() + SIGN_IN_TIMEOUT

    def remaining(self) -> float:
        """Return the seconds until it times out, at least 0."""
        return max(0.0, self._end - self._uptime())

    def poll(self, seconds: float = LISTEN_SECONDS) -> AccessToken | None:
        """Listen for that long. Return the token, or None if the browser has not come back yet.

        The token is in the CLI's cache before this returns it, if it can be written. Raises
        SignInDenied, AuthorizationRejected, AuthorizationExpired, ApprovalLost,
        RegistrationRejected, ServiceError, FileError.
        """
        answer = self._callback.wait(seconds)
        if answer is None:
            if not self.remaining():
                raise AuthorizationExpired
            return None
        code = answer.granted()
        try:
            token = self._oidc.redeem(self._registration, code, self._pkce)
        except RegistrationRejected:
            self._cache.forget_registration(self.session)
            raise
        self._keep(self.session, token)
        return token

    def close(self) -> None:
        """Stop listening."""
        self._callback.close()


@dataclass(frozen=True, slots=True)
class BrowserSignInService:
    """Starts sign-ins. `keep` saves a token, `clock` returns an aware UTC datetime, `uptime`
    seconds.
    """

    portals: PortalsService
    cache: SsoCache
    keep: Callable[[SsoSession, AccessToken], None]
    clock: Callable[[], datetime]
    uptime: Callable[[], float]

    def begin(self, session: SsoSession, pages: tuple[str, str]) -> BrowserSignIn:
        """Listen on loopback. Registers this client first if the AWS CLI would.

        `pages` are two HTML pages: the one shown at the end, and the one for any other request.
        Raises NoListener, PortalNotFound, RegionMoved, RegionInvalid, SessionIncomplete,
        ServiceError, FileError.
        """
        from rolecall.aws.callback import REDIRECT_URI, Callback  # late: it is rarely needed

        self.cache.check_writable(session)
        oidc = oidc_of(self.portals, session)
        registration = self.cache.registration(session)
        if registration is None or not self._is_usable(registration):
            registration = oidc.register_for_browser(REDIRECT_URI)
            self.cache.save_registration(session, registration)
        state = secrets.token_urlsafe()
        callback = Callback(state, pages)
        pkce = Pkce(callback.redirect_uri, state, *new_proof_key())
        return BrowserSignIn(
            session,
            oidc.authorization_link(registration, pkce),
            oidc,
            registration,
            pkce,
            callback,
            self.cache,
            self.keep,
            self.uptime,
        )

    def forget_registration(self, session: SsoSession) -> None:
        """Forget a client that the sign-in page rejects; the next `begin` registers again."""
        self.cache.forget_registration(session)

    def _is_usable(self, registration: ClientRegistration) -> bool:
        """The rules of the AWS CLI: made for this grant, and valid for 15 more minutes."""
        return (
            registration.expires_at - self.clock() >= REGISTER_BEFORE
            and registration.grant_types is not None
            and set(BROWSER_GRANTS) <= set(registration.grant_types)
        )

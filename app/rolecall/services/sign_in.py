"""Signing in: which sessions there are, whose token still holds, and how to get a new one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from rolecall.aws.session import Clients, regions
from rolecall.aws.sign_in import NoTokenReason, Oidc
from rolecall.domain import naming, start_url
from rolecall.domain.errors import (
    DeviceCodeExpired,
    FileError,
    NotIdentityCenter,
    RegionInvalid,
    RegionMissing,
    RegistrationRejected,
    RolecallError,
    ServiceFault,
    SessionNameInvalid,
    Throttled,
    UnexpectedAnswer,
    Unreachable,
)
from rolecall.domain.model import (
    ACCOUNT_ACCESS_SCOPE,
    AccessToken,
    ClientRegistration,
    DeviceCode,
    SsoSession,
)
from rolecall.files.change import Change
from rolecall.files.config_edits import SetSsoSession
from rolecall.files.config_file import ConfigFile
from rolecall.files.sso_cache import SsoCache
from rolecall.services.renewal import Renewal

SLOW_DOWN_DELAY: Final = 5.0  # seconds; RFC 8628 §3.5
# botocore.utils.BaseSSOTokenFetcher._EXPIRY_WINDOW
REGISTER_BEFORE: Final = timedelta(minutes=15)
TAKEN: Final = "taken"
# While somebody is on the way to approve, none of these is the end.
_PASSING: Final = (Unreachable, ServiceFault, Throttled, UnexpectedAnswer, NotIdentityCenter)


class DeviceSignIn:
    """One device code and the wait for its approval.

    `interval` is the seconds to let pass before each `poll`. `trouble` is why the last poll got no
    answer, None as soon as one does.
    """

    def __init__(
        self,
        *,
        oidc: Oidc,
        session: SsoSession,
        registration: ClientRegistration,
        code: DeviceCode,
        cache: SsoCache,
        monotonic: Callable[[], float],
    ) -> None:
        self.session = session
        self.code = code
        self.interval = float(code.interval)
        self.last_error: RolecallError | None = None
        self._oidc = oidc
        self._registration = registration
        self._cache = cache
        self._monotonic = monotonic
        self._end = monotonic() + code.lifetime

    def remaining(self) -> float:
        """Seconds that the code has left, 0 at the least."""
        return max(0.0, self._end - self._monotonic())

    def poll(self) -> AccessToken | None:
        """Ask once; None: not yet. The token is in the CLI's cache when this returns it.

        Raises DeviceCodeExpired, SignInDenied, RegistrationRejected, RequestRejected, FileError. A
        lost connection and the like are no end: they are `trouble`.
        """
        try:
            answer = self._oidc.collect(self._registration, self.code)
        except _PASSING as passing:
            self.last_error = passing
            answer = NoTokenReason.PENDING
        except RegistrationRejected:
            self._cache.forget_registration(self.session)
            raise
        else:
            self.last_error = None
        if isinstance(answer, AccessToken):
            self._cache.save_token(self.session, answer)
            return answer
        if answer is NoTokenReason.SLOW_DOWN:
            self.interval += SLOW_DOWN_DELAY
        # The server's word goes first: it may have been approved in the last second.
        if not self.remaining():
            raise DeviceCodeExpired
        return None


@dataclass(frozen=True, slots=True)
class SignInService:
    """`clock` gives an aware UTC datetime, `monotonic` seconds."""

    clients: Clients
    config: ConfigFile
    cache: SsoCache
    renewal: Renewal
    clock: Callable[[], datetime]
    monotonic: Callable[[], float]

    def sessions(self) -> list[SsoSession]:
        """The `[sso-session]`s of ~/.aws/config, then the legacy ones. Raises FileError."""
        return list(self.config.read().sso_sessions)

    def valid_tokens(self, sessions: Iterable[SsoSession]) -> dict[SsoSession, AccessToken]:
        """Those of the sessions that have a token that holds. AWS is not asked."""
        found = {}
        for session in sessions:
            with suppress(FileError):  # what cannot be read holds nothing
                token = self.renewal.token(session)
                if token is not None and self.renewal.is_valid(token):
                    found[session] = token
        return found

    def token_from_another_process(self, session: SsoSession) -> AccessToken | None:
        """A token that holds and that another process was given while this one waits for one: of
        ten that found the old one ended, one approval is enough.
        """
        return self.valid_tokens([session]).get(session)

    def valid_token(self, session: SsoSession) -> AccessToken | None:
        """A token that holds, renewed where it is time to; None where a sign-in is needed.

        Raises ServiceError and FileError only where there is no token that holds.
        """
        return self.renewal.valid_token(session)

    def begin(self, session: SsoSession) -> DeviceSignIn:
        """Get a device code, registering this client first where the CLI would.

        Raises StartUrlUnknown, RegionInvalid, RegionMissing, ServiceError, FileError.
        """
        # Found out before somebody is asked to approve what could not be kept.
        self.cache.check_writable()
        oidc = oidc_of(self.clients, session, self.clock)
        cached = self.cache.registration(session)
        if cached is not None and self._serves(cached, session):
            try:
                return self._device_sign_in(oidc, session, cached, oidc.start(cached))
            except RegistrationRejected:
                self.cache.forget_registration(session)
        registration = oidc.register()
        self.cache.save_registration(session, registration)
        return self._device_sign_in(oidc, session, registration, oidc.start(registration))

    def regions(self) -> list[str]:
        """Every region that may have an Identity Center, for completion."""
        return list(regions())

    def suggest_session_name(self, typed: str, sessions: Iterable[SsoSession]) -> str:
        """Return a name that none of the sessions has. Raises StartUrlInvalid."""
        name = start_url.suggest_session_name(start_url.normalise(typed))
        return naming.unique(name, {session.name or "" for session in sessions})

    def check_session_name(self, name: str, typed_start_url: str | None = None) -> str | None:
        """The problem with a session's name: a NameProblem, or TAKEN by another start URL."""
        if problem := naming.check(name):
            return problem
        for session in self.sessions():
            if session.name == name and session.start_url != typed_start_url:
                return TAKEN
        return None

    def plan_session(self, name: str, typed_start_url: str, region: str) -> Change:
        """What an `[sso-session]` would add to ~/.aws/config.

        Raises StartUrlInvalid, RegionInvalid, SessionNameInvalid, FileError.
        """
        url = start_url.normalise(typed_start_url)
        region = region.strip().lower()
        if not naming.is_region(region):
            raise RegionInvalid(region)
        if problem := self.check_session_name(name, url):
            raise SessionNameInvalid(name, problem)
        values = {
            "sso_start_url": url,
            "sso_region": region,
            "sso_registration_scopes": ACCOUNT_ACCESS_SCOPE,
        }
        return self.config.plan([SetSsoSession(name, values)])

    def add_session(self, name: str, typed_start_url: str, region: str) -> SsoSession:
        """Write it, and give the session as it was written. Raises what `plan_session` does."""
        self.config.commit(self.plan_session(name, typed_start_url, region))
        return next(session for session in self.sessions() if session.name == name)

    def _serves(self, registration: ClientRegistration, session: SsoSession) -> bool:
        """The CLI's rules: not within 15 minutes of its end, and not one made for PKCE."""
        return (
            registration.expires_at - self.clock() >= REGISTER_BEFORE
            and "authorization_code" not in (registration.grant_types or ())
            and (registration.scopes or ()) == session.scopes
        )

    def _device_sign_in(
        self,
        oidc: Oidc,
        session: SsoSession,
        registration: ClientRegistration,
        code: DeviceCode,
    ) -> DeviceSignIn:
        return DeviceSignIn(
            oidc=oidc,
            session=session,
            registration=registration,
            code=code,
            cache=self.cache,
            monotonic=self.monotonic,
        )


def oidc_of(clients: Clients, session: SsoSession, clock: Callable[[], datetime]) -> Oidc:
    """Where to sign in to the session. Raises RegionMissing, RegionInvalid."""
    if not session.region:
        raise RegionMissing(session.cache_key)
    return Oidc(clients.oidc(session.region), session, clock)

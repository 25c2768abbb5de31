"""Sign in: the sessions, their valid tokens, and new tokens by device code."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final

from rolecall.aws.regions import regions
from rolecall.aws.sign_in import NoTokenReason, Oidc
from rolecall.domain import start_url
from rolecall.domain.access_role import Tenant
from rolecall.domain.account_access import TENANT_KEY
from rolecall.domain.config.file_change import Change
from rolecall.domain.errors import (
    ApprovalLost,
    DeviceCodeExpired,
    RegionInvalid,
    RegistrationRejected,
    RolecallError,
    SessionIncomplete,
    SessionNameInvalid,
    Throttled,
)
from rolecall.domain.errors.file_errors import FileError
from rolecall.domain.model import (
    ACCOUNT_ACCESS_SCOPE,
    AccessToken,
    ClientRegistration,
    DeviceCode,
    SsoSession,
    with_tenant_scopes,
)
from rolecall.domain.naming import names as naming
from rolecall.domain.profile_kind import ProfileKind
from rolecall.domain.records import dataclass, replace
from rolecall.domain.text import safe
from rolecall.files.aws_config.config_edits import SetSsoSession
from rolecall.files.aws_config.config_file import ConfigFile
from rolecall.files.aws_config.credentials_file import CredentialsFile
from rolecall.files.caches.sso_cache import SsoCache
from rolecall.files.inventory.inventory import InventoryCache
from rolecall.services.base.retry import TRANSIENT_ERRORS
from rolecall.services.sign_in.portals import PortalsService
from rolecall.services.sign_in.region_search import Asked, Found, RegionSearch
from rolecall.services.tokens.renewal import Renewal

SLOW_DOWN_DELAY: Final = 5.0  # seconds; RFC 8628 §3.5
# botocore.utils.BaseSSOTokenFetcher._EXPIRY_WINDOW
REGISTER_BEFORE: Final = timedelta(minutes=15)
TAKEN: Final = "taken"
REGION_TO_FIND: Final = "…"  # in the plan of a session whose region is found before it is written
# These errors do not end a sign-in that waits for approval; before one it is worth trying again.
TEMPORARY: Final = (*TRANSIENT_ERRORS, Throttled)


class DeviceSignIn:
    """One device code that waits for approval.

    `interval` is the seconds to wait before each `poll`. `last_error` is why the last poll got no
    answer; None if it got one.
    """

    def __init__(
        self,
        *,
        oidc: Oidc,
        session: SsoSession,
        registration: ClientRegistration,
        code: DeviceCode,
        cache: SsoCache,
        keep: Callable[[SsoSession, AccessToken], None],
        uptime: Callable[[], float],
    ) -> None:
        self.session = session
        self.code = code
        self.interval = float(code.interval)
        self.last_error: RolecallError | None = None
        self._oidc = oidc
        self._registration = registration
        self._cache = cache
        self._keep = keep
        self._uptime = uptime
        self._end = uptime() + code.lifetime

    def remaining(self) -> float:
        """Return the seconds until the code expires, at least 0."""
        return max(0.0, self._end - self._uptime())

    def poll(self) -> AccessToken | None:
        """Ask AWS once. Return the token, or None while nobody has approved.

        The token is in the CLI's cache before this returns it, if it can be written. A temporary
        error, as a lost connection, is only noted in `last_error`. Raises DeviceCodeExpired,
        SignInDenied, ApprovalLost, RegistrationRejected, RequestRejected, FileError.
        """
        try:
            answer = self._oidc.collect(self._registration, self.code)
        except DeviceCodeExpired:
            if self.last_error is not None and self.remaining():
                raise ApprovalLost from None
            raise
        except TEMPORARY as error:
            self.last_error = error
            answer = NoTokenReason.PENDING
        except RegistrationRejected:
            self._cache.forget_registration(self.session)
            raise
        else:
            self.last_error = None
        if isinstance(answer, AccessToken):
            self._keep(self.session, answer)
            return answer
        if answer is NoTokenReason.SLOW_DOWN:
            self.interval += SLOW_DOWN_DELAY
        # Only after the poll, because it may have been approved in the last second.
        if not self.remaining():
            raise DeviceCodeExpired
        return None


@dataclass(frozen=True, slots=True)
class SignInService:
    """Sessions and sign-ins. `clock` returns an aware UTC datetime, `uptime` seconds."""

    config: ConfigFile
    credentials: CredentialsFile
    cache: SsoCache
    renewal: Renewal
    inventory: InventoryCache
    portals: PortalsService
    clock: Callable[[], datetime]
    uptime: Callable[[], float]

    def sessions(self) -> list[SsoSession]:
        """Return the sessions of ~/.aws/config, then the legacy ones of both files. Raises
        FileError.
        """
        return list(self.config.read_with(self.credentials).sso_sessions)

    def keep(self, session: SsoSession, token: AccessToken) -> None:
        """Save the token of a sign-in, or keep it in memory. Raises FileBusy.

        What was listed before counts as old: it may be another person, and AWS shows new accounts
        only after a sign-in.
        """
        self.renewal.keep(session, token)
        self.inventory.note_sign_in(session)

    def session_named(self, name: str) -> SsoSession | None:
        """Return the session of this name or, without a name, start URL; None if there is none.

        Raises SessionIncomplete, FileError.
        """
        return self.config.read_with(self.credentials).session_named(safe(name))

    def session_of(self, profile_name: str) -> SsoSession | None:
        """Return the session of a profile, or of the source profile of a role; None without one.

        Profiles with their own start URL may have it in different regions, so its region is that of
        the profile. Raises SessionIncomplete, SessionDiffers, FileError.
        """
        config = self.config.read()
        by_name = config.merged_profiles(self.credentials.sections())
        if (profile := by_name.get(safe(profile_name))) is None:
            return None
        base = profile.chain_in(by_name)[-1]
        if base.kind is ProfileKind.ROLE or (base != profile and base.kind is ProfileKind.STATIC):
            return None  # whatever session it names, its credentials come from elsewhere
        return config.session_of(base)

    def valid_tokens(self, sessions: Iterable[SsoSession]) -> dict[SsoSession, AccessToken]:
        """Return the valid tokens of these sessions. AWS is not asked."""
        found = {}
        for session in sessions:
            with suppress(FileError):  # an unreadable file has no token
                token = self.renewal.token(session)
                if token is not None and self.renewal.is_valid(token):
                    found[session] = token
        return found

    def token_from_another_process(self, session: SsoSession) -> AccessToken | None:
        """Return a valid token that another process has saved, or None.

        If ten processes find the token expired, one approval is enough for all.
        """
        return self.valid_tokens([session]).get(session)

    def valid_token(self, session: SsoSession) -> AccessToken | None:
        """Return a valid token, renewed if that is due; None if a sign-in is needed.

        Raises ServiceError and FileError only if there is no valid token.
        """
        return self.renewal.valid_token(session)

    def begin(self, session: SsoSession) -> DeviceSignIn:
        """Return a new device code. Registers this client first if the AWS CLI would.

        Raises StartUrlUnknown, PortalNotFound, RegionMoved, RegionInvalid, SessionIncomplete,
        ServiceError, FileError.
        """
        # Before a user approves a token that could not be saved.
        self.cache.check_writable(session)
        oidc = oidc_of(self.portals, session)
        cached = self.cache.registration(session)
        if cached is not None and self._is_usable(cached, session):
            try:
                return self._device_sign_in(oidc, session, cached, oidc.start(cached))
            except RegistrationRejected:
                self.cache.forget_registration(session)
        registration = oidc.register()
        self.cache.save_registration(session, registration)
        return self._device_sign_in(oidc, session, registration, oidc.start(registration))

    def regions(self) -> list[str]:
        """Return every region that may have an Identity Center, for completion."""
        return list(regions())

    def suggest_session_name(self, typed: str, sessions: Iterable[SsoSession]) -> str:
        """Return a name that none of the sessions has. Raises StartUrlInvalid."""
        name = start_url.suggest_session_name(start_url.normalise(typed))
        return naming.unique(name, {session.name or "" for session in sessions})

    def check_session_name(self, name: str, typed_start_url: str | None = None) -> str | None:
        """Return a NameProblem, TAKEN if the name has another start URL, or None."""
        if problem := naming.check(name):
            return problem
        for session in self.sessions():
            if session.name == name and session.start_url != typed_start_url:
                return TAKEN
        return None

    def plan_session(
        self, name: str, typed_start_url: str, region: str, tenant: Tenant | None = None
    ) -> Change:
        """Plan to add an `[sso-session]` to ~/.aws/config; without a region only to show the plan.

        `tenant` is the account access manager whose roles the session gives access to.

        Raises StartUrlInvalid, RegionInvalid, SessionNameInvalid, FileError.
        """
        session = self.new_session(name, typed_start_url, region, tenant)
        values: dict[str, str | None] = {
            "sso_start_url": session.start_url,
            "sso_region": session.region or REGION_TO_FIND,
            "sso_registration_scopes": ",".join(session.scopes or ()),
        }
        if tenant is not None:
            values[TENANT_KEY] = tenant.address
        return self.config.plan([SetSsoSession(name, values)])

    def try_session(self, session: SsoSession) -> None:
        """Begin a sign-in to a session that is not in ~/.aws/config yet.

        If it fails, nothing is left of it. Raises what `begin` raises.
        """
        was_registered = self.cache.registration(session) is not None
        try:
            self.begin(session)
        except RolecallError:
            if not was_registered:
                self.cache.forget_registration(session)
            raise

    def locate(
        self,
        session: SsoSession,
        tell: Callable[[Asked], None],
        run: Callable[[RegionSearch], Found] = RegionSearch.run,
    ) -> SsoSession:
        """Return the session with the region of its portal, in which a sign-in was tried.

        The region that an own domain leads to comes first; one that is not known is searched with
        `run`. Nothing is written but the registration of this client. Raises what `begin` raises,
        and RegionNotFound.
        """
        region = self.portals.region_named(session.start_url) or session.region
        if region:
            located = replace(session, region=region)
            self.try_session(located)
            return located
        region, registration = run(self.portals.search(session, tell))
        located = replace(session, region=region)
        with suppress(FileError):  # then the sign-in registers again
            self.cache.save_registration(located, registration)
        return located

    def add_session(
        self, name: str, typed_start_url: str, region: str, tenant: Tenant | None = None
    ) -> SsoSession:
        """Write the session and return it. Raises what `plan_session` raises."""
        if not checked_address(typed_start_url, region)[1]:
            raise RegionInvalid(region)
        self.config.commit(self.plan_session(name, typed_start_url, region, tenant))
        return next(session for session in self.sessions() if session.name == name)

    def new_session(
        self, name: str, typed_start_url: str, region: str, tenant: Tenant | None = None
    ) -> SsoSession:
        """Return a session that can be added to ~/.aws/config once it has a region. A region in the
        address is used.

        Raises StartUrlInvalid, RegionInvalid, SessionNameInvalid, FileError.
        """
        url, region = checked_address(typed_start_url, region)
        if problem := self.check_session_name(name, url):
            raise SessionNameInvalid(name, problem)
        scopes = (ACCOUNT_ACCESS_SCOPE,) if tenant is None else with_tenant_scopes(None)
        return SsoSession(name, url, region, scopes, tenant)

    def _is_usable(self, registration: ClientRegistration, session: SsoSession) -> bool:
        """The rules of the AWS CLI: valid for 15 more minutes, and not made for PKCE."""
        return (
            registration.expires_at - self.clock() >= REGISTER_BEFORE
            and "authorization_code" not in (registration.grant_types or ())
            and (registration.scopes or ()) == (session.scopes or ())
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
            keep=self.keep,
            uptime=self.uptime,
        )


def checked_address(typed_start_url: str, region: str) -> tuple[str, str]:
    """Return start URL and region as they are written. A region in the address comes first.

    The region is empty if neither names one. Raises StartUrlInvalid, RegionInvalid.
    """
    url = start_url.normalise(typed_start_url)
    region = start_url.region_of(url) or region.strip().lower()
    if region and not naming.is_region(region):
        raise RegionInvalid(region)
    return url, region


def oidc_of(portals: PortalsService, session: SsoSession) -> Oidc:
    """Return the sign-in service of a session.

    Raises SessionIncomplete, RegionInvalid, PortalNotFound, RegionMoved, ServiceError.
    """
    if not session.region:
        raise SessionIncomplete(session.cache_key, "sso_region")
    client, portal = portals.clients.oidc(session.region), portals.portal_of(session)
    return Oidc(client, session, portals.clock, portal)

"""Sign in at access portals: the sessions, their valid tokens, and how to get new ones."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from contextlib import ExitStack, closing, suppress
from datetime import datetime, timedelta
from functools import partial
from typing import Final, TypeVar

from rolecall.aws.regions import regions
from rolecall.aws.sign_in import BROWSER_GRANTS, Oidc, Pkce
from rolecall.domain import start_url
from rolecall.domain.errors import (
    DeviceCodeRefused,
    RegistrationRejected,
    RolecallError,
    SessionIncomplete,
)
from rolecall.domain.errors.file_errors import FileError, FileKept
from rolecall.domain.link import Link
from rolecall.domain.model import (
    AccessToken,
    ClientRegistration,
    Secret,
    SsoSession,
)
from rolecall.domain.profile_kind import ProfileKind
from rolecall.domain.records import NamedTuple, dataclass, replace
from rolecall.domain.text import safe
from rolecall.files.aws_config.config_file import ConfigFile
from rolecall.files.aws_config.credentials_file import CredentialsFile
from rolecall.files.caches.sso_cache import SsoCache
from rolecall.files.inventory.inventory import InventoryCache
from rolecall.services.sign_in.attempts import BrowserSignIn, DeviceSignIn
from rolecall.services.sign_in.portals import PortalsService
from rolecall.services.sign_in.region_search import Asked, Found, RegionSearch
from rolecall.services.tokens.renewal import Renewal

# botocore.utils.BaseSSOTokenFetcher._EXPIRY_WINDOW
REGISTER_BEFORE: Final = timedelta(minutes=15)
_STATE_BYTES: Final = 16  # random; RFC 6749 §10.10 wants no more, and the QR code is smaller

T = TypeVar("T")


class Located(NamedTuple):
    """A session with the region of its portal, which ~/.aws/config does not have yet: it is
    written only after a sign-in in that region.

    `others` are more regions that give a code, the most likely first. `before` is the session of
    the file that it changes; None if it is a new one.
    """

    session: SsoSession
    others: tuple[str, ...] = ()
    before: SsoSession | None = None


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

    def session_named(self, name: str) -> SsoSession | None:
        """Return the session with this name or, without a name, start URL; None if there is none.

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

    def valid_token(self, session: SsoSession) -> AccessToken | None:
        """Return a valid token, renewed if that is due; None if a sign-in is needed.

        Raises ServiceError and FileError only if there is no valid token.
        """
        return self.renewal.valid_token(session)

    def proof(self, located: Located) -> AccessToken | None:
        """Return a valid token of a sign-in to the session as it is to be written, if there is one:
        in its region, and for its roles. Raises what `valid_token` raises.
        """
        session, before = located.session, located.before
        has_new_roles = session.tenant is not None and session.tenant != (before and before.tenant)
        if has_new_roles or not self.is_proven(session):
            return None
        return self.valid_token(session)

    def check_writable(self) -> None:
        """Check that a session can be written, so that no user signs in to one that cannot.

        Raises FileUnwritable.
        """
        self.config.check_writable()

    def is_proven(self, session: SsoSession) -> bool:
        """Return whether there is a token of the session's region, valid or not."""
        with suppress(FileError):
            token = self.renewal.token(session)
            return token is not None and token.region == session.region
        return False

    def begin(self, session: SsoSession) -> DeviceSignIn:
        """Return a new device code. Registers this client first if the AWS CLI would. The token is
        saved before a poll returns it.

        Raises StartUrlUnknown, DeviceCodeRefused, PortalNotFound, RegionMoved, RegionInvalid,
        SessionIncomplete, ServiceError, FileError.
        """
        scopes = session.scopes or ()

        def is_usable(client: ClientRegistration) -> bool:
            """The rules of the AWS CLI: not made for PKCE."""
            grants = client.grant_types or ()
            return "authorization_code" not in grants and (client.scopes or ()) == scopes

        with ExitStack() as room:
            # So that no user approves a token that cannot be saved.
            save = room.enter_context(self.renewal.keeping(session))
            oidc = oidc_of(self.portals, session)
            client = self._client(session, is_usable, oidc.register)
            try:
                code = oidc.start(client)
            except (RegistrationRejected, DeviceCodeRefused):  # perhaps one that AWS has forgotten
                self.cache.forget_registration(session)
                client = self._client(session, lambda _: False, oidc.register)
                code = oidc.start(client)
            collect = partial(self._kept, session, partial(oidc.collect, client, code), save)
            return DeviceSignIn(code, collect, self.uptime, room.pop_all())

    def begin_in_browser(
        self, session: SsoSession, pages: tuple[str, str], port: int = 0
    ) -> BrowserSignIn[AccessToken]:
        """Listen on loopback for the browser: the authorization-code grant with PKCE (RFC 7636).
        Registers this client first if the AWS CLI would. The token is saved before it is returned.

        `pages` are two HTML pages: the one shown at the end, and the one for any other request.
        `port` is the one to listen on; 0 is any.
        Raises NoListener, PortalNotFound, RegionMoved, RegionInvalid, SessionIncomplete,
        ServiceError, FileError; a poll ApprovalLost, RegistrationRejected.
        """
        from rolecall.aws.callback import REDIRECT_URI, Callback  # late: it is rarely needed

        with ExitStack() as room:
            save = room.enter_context(self.renewal.keeping(session))
            oidc = oidc_of(self.portals, session)
            client = self._client(
                session,
                lambda found: set(BROWSER_GRANTS) <= set(found.grant_types or ()),
                lambda: oidc.register_for_browser(REDIRECT_URI),
            )
            state = secrets.token_urlsafe(_STATE_BYTES)
            callback = room.enter_context(closing(Callback(state, pages, port)))
            pkce = Pkce.new(callback.redirect_uri, state)

            def redeem(code: Secret) -> AccessToken:
                return self._kept(session, partial(oidc.redeem, client, code, pkce), save)

            link = oidc.authorization_link(client, pkce)
            return BrowserSignIn(link, callback, redeem, self.uptime, room=room.pop_all())

    def forget_registration(self, session: SsoSession) -> None:
        """Forget a client that a sign-in page rejects; the next sign-in registers again."""
        self.cache.forget_registration(session)

    def regions(self) -> list[str]:
        """Return every region that may have an Identity Center, for completion."""
        return list(regions())

    def _tried(self, session: SsoSession) -> Link:
        """Return the link of a sign-in to a session that is not in ~/.aws/config yet; an empty one
        where device codes are forbidden.

        If it fails, nothing is left of it. Raises what `begin` raises, but for that.
        """
        was_registered = self.cache.registration(session) is not None
        try:
            with closing(self.begin(session)) as attempt:
                return attempt.link
        except RolecallError as error:
            if not was_registered:
                self.cache.forget_registration(session)
            if isinstance(error, DeviceCodeRefused):
                return Link()
            raise

    def locate(
        self,
        session: SsoSession,
        tell: Callable[[Asked], None],
        run: Callable[[RegionSearch], list[Found]] = RegionSearch.run,
    ) -> Located:
        """Return the session with the region of its portal, in which a sign-in was tried.

        The region that a company's own domain leads to comes first, then the one that the link of
        a code names; an unknown one is searched with `run`. Only the registration of this client
        is written. Raises what `begin` raises, and RegionNotFound.
        """
        region = self.portals.region_named(session.start_url) or session.region
        if region:
            return Located(self._where_link_leads(replace(session, region=region)))
        first, *others = run(self.portals.search(session, tell))
        located = replace(session, region=first.region)
        with suppress(FileError):  # then the sign-in registers again
            self.cache.save_registration(located, first.registration)
        return Located(located, tuple(each.region for each in others))

    def _where_link_leads(self, session: SsoSession) -> SsoSession:
        """Try to sign in. Return the session, in the region that the link of the code names if that
        is another one which gives a code, too. Raises what `begin` raises.
        """
        named = start_url.region_named(self._tried(session).url)
        if named in {"", session.region}:
            return session
        there = self.portals.replica(session, named)
        with suppress(RolecallError):
            self._tried(there)
            return there
        return session

    def _client(
        self,
        session: SsoSession,
        is_usable: Callable[[ClientRegistration], bool],
        register: Callable[[], ClientRegistration],
    ) -> ClientRegistration:
        """Return the client in the cache if it `is_usable` and, as for the AWS CLI, valid for 15
        more minutes, or else a new one.
        """
        found = self.cache.registration(session)
        if found and found.expires_at - self.clock() >= REGISTER_BEFORE and is_usable(found):
            return found
        with self.cache.replacing_registration(session) as save:
            new = register()
            with suppress(FileKept):
                save(new)
        return new

    def _kept(
        self, session: SsoSession, ask: Callable[[], T], save: Callable[[AccessToken], None]
    ) -> T:
        """Return the answer. If it is a token, it is saved.

        What was listed before counts as old: it may be another person, and AWS shows new accounts
        only after a sign-in.
        """
        try:
            answer = ask()
        except RegistrationRejected:
            self.cache.forget_registration(session)
            raise
        if isinstance(answer, AccessToken):
            save(answer)
            self.inventory.note_sign_in(session)
        return answer


def oidc_of(portals: PortalsService, session: SsoSession) -> Oidc:
    """Return the sign-in service of a session.

    Raises SessionIncomplete, RegionInvalid, PortalNotFound, RegionMoved, ServiceError.
    """
    if not session.region:
        raise SessionIncomplete(session.cache_key, "sso_region")
    client, portal = portals.clients.oidc(session.region), portals.portal_of(session)
    return Oidc(client, session, portals.clock, portal)

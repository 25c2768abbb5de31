"""The kinds of sign-in, a record each, and what they sign in to.

Nothing else knows a kind. A kind says what the user can do, how it begins, and how it waits.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final

from rolecall.domain.errors import (
    RegionInvalid,
    RegionMoved,
    RolecallError,
    ServiceFault,
    StartUrlUnknown,
    Unreachable,
)
from rolecall.domain.model import AccessToken, LoginSession, SsoSession
from rolecall.domain.records import dataclass
from rolecall.domain.sign_in.progress import Here, Step
from rolecall.domain.start_url import host_of
from rolecall.domain.text import safe
from rolecall.services.base.settings import SettingsService
from rolecall.services.sign_in.browser_sign_in import BrowserSignInService
from rolecall.services.sign_in.console_login import ConsoleLoginService
from rolecall.services.sign_in.portals import PortalsService
from rolecall.services.sign_in.region_search import Asked, Found, RegionSearch
from rolecall.services.sign_in.run import (
    Attempt,
    Elsewhere,
    Kind,
    Kinds,
    SignIn,
    sign_in_to,
)
from rolecall.services.sign_in.sign_in import SignInService

# After these errors, the Identity Center or a replica of it may be in another region.
_ELSEWHERE: Final = (StartUrlUnknown, RegionMoved, RegionInvalid, Unreachable, ServiceFault)
_CHECK_SECONDS: Final = 2.0  # while a code is waited for, for the sign-in of another program
_BROWSER_STEPS: Final = (Step.COPY_LINK, Step.OPEN_BROWSER, Step.OTHER_WAY, Step.NEW_CODE)


# --- at an access portal


@dataclass(frozen=True, slots=True)
class Portal:
    """The access portal of a session."""

    session: SsoSession
    here: Here
    sign_in: SignInService
    browser: BrowserSignInService

    @property
    def name(self) -> str:
        return self.session.label

    @property
    def host(self) -> str:
        return host_of(self.session.start_url) or self.session.start_url

    @property
    def kinds(self) -> Kinds:
        return Kinds(DEVICE_CODE, BROWSER)

    def other(self) -> AccessToken | None:
        return self.sign_in.token_from_another_process(self.session)

    def describe(self, got: AccessToken) -> tuple[str, datetime]:
        return "", got.expires_at

    def replaced(self, _got: AccessToken) -> str:
        return ""

    def keep(self, _got: AccessToken) -> None:
        """It has been saved by the poll that got it."""

    def elsewhere(self, error: RolecallError) -> Elsewhere | None:
        """A region that several profiles name is not changed."""
        if self.session.name is None or not isinstance(error, _ELSEWHERE):
            return None
        return OtherRegion(self.session, self.sign_in.portals)


class OtherRegion:
    """Finds the region of a session."""

    def __init__(self, session: SsoSession, portals: PortalsService) -> None:
        self.session = session
        self._portals = portals
        self._search: RegionSearch | None = None

    def search(self, tell: Callable[[Asked], None]) -> Found:
        self._search = self._portals.search(self.session, tell, elsewhere=True)
        return self._search.run()

    def stop(self) -> None:
        if self._search is not None:
            self._search.stop()

    def moved(self, region: str) -> SsoSession:
        return self._portals.replica(self.session, region)


def _device_code(at: Portal) -> Attempt[AccessToken]:
    waiting = at.sign_in.begin(at.session)
    return Attempt(
        waiting.code.link,
        waiting.poll,
        interval=lambda: waiting.interval,
        remaining=waiting.remaining,
        last_error=lambda: waiting.last_error,
        user_code=waiting.code.user_code,
    )


def _browser(at: Portal) -> Attempt[AccessToken]:
    waiting = at.browser.begin(at.session, at.here.pages)
    return Attempt(waiting.link, waiting.poll, waiting.close, remaining=waiting.remaining)


DEVICE_CODE: Final = Kind(
    "device-code",
    (
        *(Step.COPY_LINK, Step.COPY_CODE, Step.OPEN_BROWSER, Step.SHOW_QR),
        *(Step.OTHER_WAY, Step.NEW_CODE),
    ),
    _device_code,
)
BROWSER: Final = Kind(
    "browser",
    _BROWSER_STEPS,
    _browser,
    forget=lambda at: at.browser.forget_registration(at.session),  # the page may reject it
    needs_browser=True,
)


# --- with console credentials


@dataclass(frozen=True, slots=True)
class Console:
    """A profile with console credentials. `is_signed_in` reads the file of its login session, which
    another program may write; None if that is not waited for.
    """

    profile: str
    region: str
    here: Here
    login: ConsoleLoginService
    is_signed_in: Callable[[], bool] | None = None

    @property
    def name(self) -> str:
        return safe(self.profile)

    @property
    def host(self) -> str:
        return ""

    @property
    def kinds(self) -> Kinds:
        return Kinds(CONSOLE_CODE, CONSOLE_BROWSER)

    def other(self) -> LoginSession | None:
        if self.is_signed_in is None or not self.is_signed_in():
            return None
        return self.login.cache.session(self.login.login_session(self.profile))

    def describe(self, got: LoginSession) -> tuple[str, datetime]:
        return safe(got.arn), got.keys.expires_at

    def replaced(self, got: LoginSession) -> str:
        before = self.login.login_session(self.profile)
        return "" if before == got.arn else safe(before)

    def keep(self, got: LoginSession) -> None:
        self.login.keep(self.profile, got, self.region)

    def elsewhere(self, _error: RolecallError) -> None:
        return None


def _console_code(at: Console) -> Attempt[LoginSession]:
    waiting = at.login.begin(at.profile, at.region)
    interval = None if at.is_signed_in is None else _CHECK_SECONDS
    return Attempt(waiting.link, lambda: None, interval=lambda: interval, finish=waiting.finish)


def _console_browser(at: Console) -> Attempt[LoginSession]:
    waiting = at.login.begin_in_browser(at.profile, at.region, at.here.pages)
    return Attempt(waiting.link, waiting.poll, waiting.close, remaining=waiting.remaining)


CONSOLE_CODE: Final = Kind(
    "console",
    (
        *(Step.TYPE_CODE, Step.COPY_LINK, Step.OPEN_BROWSER, Step.SHOW_QR),
        *(Step.OTHER_WAY, Step.NEW_CODE),
    ),
    _console_code,
)
CONSOLE_BROWSER: Final = Kind(
    "console-browser", _BROWSER_STEPS, _console_browser, needs_browser=True
)
KINDS: Final = (DEVICE_CODE, BROWSER, CONSOLE_CODE, CONSOLE_BROWSER)


@dataclass(frozen=True, slots=True)
class SignIns:
    """Makes sign-ins of the kind that fits: the settings, the session and this machine decide.

    `wants_browser` comes before the settings.
    """

    sign_in: SignInService
    browser: BrowserSignInService
    login: ConsoleLoginService
    settings: SettingsService
    clock: Callable[[], datetime]

    def at_portal(
        self,
        session: SsoSession,
        here: Here,
        *,
        wants_browser: bool | None = None,
        opens: bool = True,
    ) -> SignIn[AccessToken]:
        """Return a sign-in at the access portal. `opens`: the browser opens by itself."""
        if wants_browser is None:
            wants_browser = self.settings.settings.prefers_browser(session)
        target = Portal(session, here, self.sign_in, self.browser)
        return sign_in_to(target, self.clock, wants_browser=wants_browser, opens=opens)

    def with_console(
        self,
        profile: str,
        here: Here,
        *,
        region: str = "",
        wants_browser: bool | None = None,
        is_signed_in: Callable[[], bool] | None = None,
    ) -> SignIn[LoginSession]:
        """Return a sign-in with console credentials for the profile. See `Console`."""
        if wants_browser is None:
            wants_browser = self.settings.settings.prefers_browser()
        target = Console(profile, region, here, self.login, is_signed_in)
        return sign_in_to(target, self.clock, wants_browser=wants_browser)

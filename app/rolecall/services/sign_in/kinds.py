"""The kinds of sign-in, a record each, and what they sign in to. Nothing else knows a kind."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final, Generic

from rolecall.domain.errors import (
    ApprovalLost,
    AuthorizationExpired,
    AuthorizationRejected,
    DeviceCodeRefused,
    NoListener,
    RegionInvalid,
    RegionMoved,
    RegistrationRejected,
    RolecallError,
    ServiceError,
    ServiceFault,
    StartUrlUnknown,
    Unreachable,
)
from rolecall.domain.model import AccessToken, LoginSession, SsoSession
from rolecall.domain.records import dataclass
from rolecall.domain.sign_in.progress import Here, Step
from rolecall.domain.start_url import host_of
from rolecall.domain.text import safe
from rolecall.services.sign_in.attempts import Attempt, Got
from rolecall.services.sign_in.console_login import ConsoleLoginService, Write, write_at_once
from rolecall.services.sign_in.region_search import Asked, Found, RegionSearch
from rolecall.services.sign_in.sign_in import SignInService

# After these errors, the Identity Center or a replica of it may be in another region.
_ELSEWHERE: Final = (StartUrlUnknown, RegionMoved, RegionInvalid, Unreachable, ServiceFault)
# After these errors in a browser, a sign-in with a code may succeed. It does not help after others,
# such as that of a file, and not if the user has denied the sign-in.
CODE_MAY_HELP: Final = (
    *(ApprovalLost, AuthorizationExpired, AuthorizationRejected),
    *(NoListener, RegistrationRejected, ServiceError),
)
_PASTE_STEPS: Final = (
    *(Step.TYPE_CODE, Step.COPY_LINK, Step.OPEN_BROWSER, Step.SHOW_QR),
    *(Step.OTHER_WAY, Step.NEW_CODE),
)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of sign-in: what it offers, and how it begins.

    `name` is the key of its texts: `presentation/sign_in_progress.py: KINDS`. `begin` gets what to
    sign in to, and raises RolecallError. `forget` lets it begin from the start, with nothing of an
    earlier one. `gives_way` are the errors after which the other kind continues by itself.
    """

    name: str
    steps: tuple[Step, ...]
    begin: Callable[[Any], Attempt[Any]]
    forget: Callable[[Any], None] = lambda _: None
    is_browser: bool = False  # it ends in a browser, without a code that AWS shows
    gives_way: tuple[type[RolecallError], ...] = ()

    def offered(self, other: Kind | None) -> tuple[Step, ...]:
        """Return the steps, with the one to the other kind if there is one."""
        return tuple(each for each in self.steps if each != Step.OTHER_WAY or other)


DEVICE_CODE: Final = Kind(
    "device-code",
    (
        *(Step.COPY_LINK, Step.COPY_CODE, Step.OPEN_BROWSER, Step.SHOW_QR),
        *(Step.OTHER_WAY, Step.NEW_CODE),
    ),
    lambda at: at.service.begin(at.session),
    gives_way=(DeviceCodeRefused,),
)
BROWSER: Final = Kind(
    "browser",
    _PASTE_STEPS,
    lambda at: at.service.begin_in_browser(at.session, at.here.pages, at.here.port),
    forget=lambda at: at.service.forget_registration(at.session),  # the page may reject it
    is_browser=True,
    gives_way=CODE_MAY_HELP,
)
CONSOLE_CODE: Final = Kind(
    "console",
    _PASTE_STEPS,
    lambda at: at.service.begin(at.profile, at.region),
)
CONSOLE_BROWSER: Final = Kind(
    "console-browser",
    _PASTE_STEPS,
    lambda at: at.service.begin_in_browser(at.profile, at.region, at.here.pages, at.here.port),
    is_browser=True,
    gives_way=CODE_MAY_HELP,
)
KINDS: Final = (DEVICE_CODE, BROWSER, CONSOLE_CODE, CONSOLE_BROWSER)


class Target(Generic[Got]):
    """What is signed in to, with its two kinds; `code` is None if the team does not allow it.
    `here` is what this machine has for the browser.
    """

    code: Kind | None
    browser: Kind
    host = ""
    next_regions: Sequence[str] = ()  # to try if the page of the link refuses the region

    def __init__(self, name: str, here: Here) -> None:
        self.name = name
        self.here = here

    def other(self) -> Got | None:
        """Return the result of another program, if it is valid. Reads files."""
        raise NotImplementedError

    def describe(self, got: Got) -> tuple[str, datetime]:
        """Return who the user has signed in as, if that is known, and when `got` expires."""
        raise NotImplementedError

    def replaced(self, _got: Got) -> str:
        """Return the identity that `got` would replace with another one, or ""."""
        return ""

    def keep(self, got: Got, save: Callable[[Got], None]) -> None:
        """Save it with the attempt's `save`, unless that is done. Raises FileError."""

    def elsewhere(self, _error: RolecallError | None = None) -> OtherRegion | None:
        """Return what finds the region if it may be another one: because of the error, or as nobody
        has signed in there yet.
        """
        return None

    def in_regions(self, _found: Sequence[str], *, has_code: bool) -> Target[Got]:
        """Return the same in the first of the regions that were found, or in the next one, with the
        others as the next ones. `has_code`: the region of this one gives a code.
        """
        raise NotImplementedError


class Portal(Target[AccessToken]):
    """The access portal of a session. `others` are more regions that it may be in. `is_proven`:
    somebody has signed in in its region.
    """

    browser = BROWSER

    def __init__(
        self,
        session: SsoSession,
        here: Here,
        service: SignInService,
        others: Sequence[str] = (),
        *,
        allows_code: bool = True,
        is_proven: bool = False,
    ) -> None:
        super().__init__(session.label, here)
        self.code = DEVICE_CODE if allows_code else None
        self.host = host_of(session.start_url) or session.start_url
        self.session = session
        self.service = service
        self.next_regions = (*others, session.region) if others else ()
        self._may_move = not is_proven and service.portals.may_move(session)

    def in_regions(self, found: Sequence[str], *, has_code: bool) -> Portal:
        own = (self.session.region,) if has_code else ()
        first, *others = (*found, *own) if found else self.next_regions
        session = self.service.portals.replica(self.session, first)
        allows_code = self.code is not None
        return Portal(session, self.here, self.service, others, allows_code=allows_code)

    def other(self) -> AccessToken | None:
        return self.service.valid_tokens([self.session]).get(self.session)

    def describe(self, got: AccessToken) -> tuple[str, datetime]:
        return "", got.expires_at

    def elsewhere(self, error: RolecallError | None = None) -> OtherRegion | None:
        """A region that several profiles name is not changed."""
        may_move = isinstance(error, _ELSEWHERE) if error else self._may_move
        if self.session.name is None or not may_move:
            return None
        return OtherRegion(self.session, self.service)


class OtherRegion:
    """Finds the region of a session that is not where ~/.aws/config says."""

    def __init__(self, session: SsoSession, service: SignInService) -> None:
        self.session = session
        self._portals = service.portals
        self._search: RegionSearch | None = None

    def search(self, tell: Callable[[Asked], None]) -> list[Found]:
        """Ask the regions. Blocks. Raises RolecallError."""
        self._search = self._portals.search(self.session, tell, elsewhere=True)
        return self._search.run()

    def stop(self) -> None:
        """End the search."""
        if self._search is not None:
            self._search.stop()


class Console(Target[LoginSession]):
    """A profile with console credentials. `is_signed_in` reads the file of its login session, which
    another program may write; None instead of a wait for that. `write` shows and writes the change
    of the profile.
    """

    code, browser = CONSOLE_CODE, CONSOLE_BROWSER

    def __init__(
        self,
        profile: str,
        region: str,
        here: Here,
        service: ConsoleLoginService,
        is_signed_in: Callable[[], bool] | None = None,
        *,
        write: Write = write_at_once,
    ) -> None:
        super().__init__(safe(profile), here)
        self.profile = profile
        self.region = region
        self.service = service
        self._is_signed_in = is_signed_in
        self._write = write

    def other(self) -> LoginSession | None:
        if self._is_signed_in is None or not self._is_signed_in():
            return None
        return self.service.cache.session(self.service.login_session(self.profile))

    def describe(self, got: LoginSession) -> tuple[str, datetime]:
        return safe(got.arn), got.keys.expires_at

    def replaced(self, got: LoginSession) -> str:
        before = self.service.login_session(self.profile)
        return "" if before == got.arn else safe(before)

    def keep(self, got: LoginSession, save: Callable[[LoginSession], None]) -> None:
        self.service.keep(self.profile, got, save, self.region, self._write)

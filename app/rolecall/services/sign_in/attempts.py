"""Attempts to sign in: each has a link, and waits for the user."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from rolecall.aws.sign_in import ACCESS_DENIED, NoTokenReason
from rolecall.domain.errors import (
    ApprovalLost,
    AuthorizationExpired,
    CodeInvalid,
    DeviceCodeExpired,
    DeviceCodeRefused,
    RolecallError,
    SignInDenied,
    Throttled,
)
from rolecall.domain.link import Link
from rolecall.domain.model import AccessToken, DeviceCode, LoginSession, Secret
from rolecall.domain.sign_in.pasted import CodeProblem, read_address, read_code
from rolecall.services.base.retry import TRANSIENT_ERRORS

if TYPE_CHECKING:
    from rolecall.aws.callback import Callback

Got = TypeVar("Got")  # an access token or a login session

SLOW_DOWN_DELAY: Final = 5.0  # seconds; RFC 8628 §3.5
# Seconds. The AWS CLI waits as long for a browser (`AuthCodeFetcher._OVERALL_TIMEOUT`).
SIGN_IN_TIMEOUT: Final = 600.0
_LISTEN_SECONDS: Final = 0.25  # between two looks whether the browser has come
_CHECK_SECONDS: Final = 2.0  # while a code is typed, for the sign-in of another program
# These errors do not end a sign-in that waits for approval; before one it is worth trying again.
TEMPORARY: Final = (*TRANSIENT_ERRORS, Throttled)


class Attempt(Generic[Got]):
    """One attempt.

    `interval` is how many seconds to wait before each poll, or until something is pasted. `problem`
    is what the user should know from the start. `last_error` is why the last poll got no answer;
    None if it got one. `room` is what it needs until it is closed. What it returns is saved, or is
    for `save`.
    """

    user_code = ""
    problem: RolecallError | None = None
    last_error: RolecallError | None = None

    def __init__(
        self,
        link: Link,
        room: ExitStack,
        interval: float = 0.0,
        *,
        save: Callable[[Got], None] = lambda _: None,
        lifetime: float | None = None,
        uptime: Callable[[], float] = lambda: 0.0,
    ) -> None:
        self.link = link
        self.save = save
        self._room = room
        self.interval = interval
        self._uptime = uptime
        self._end = None if lifetime is None else uptime() + lifetime

    def check(self) -> None:
        """Find out, before the user sees it, whether AWS refuses it. Raises DeviceCodeRefused."""

    def poll(self) -> Got | None:
        """Return the result, or None while nobody has approved."""
        return None

    def finish(self, _pasted: str) -> Got | None:
        """Return the result for what the user has pasted; None if nothing has to be pasted.

        Raises CodeInvalid, AuthorizationRejected.
        """
        return None

    def remaining(self) -> float | None:
        """Return the seconds until it expires, at least 0; None if it does not."""
        return None if self._end is None else max(0.0, self._end - self._uptime())

    def close(self) -> None:
        """End it."""
        self._room.close()


class DeviceSignIn(Attempt[AccessToken]):
    """A device code that waits for approval. `collect` asks AWS once."""

    def __init__(
        self,
        code: DeviceCode,
        collect: Callable[[], AccessToken | NoTokenReason],
        uptime: Callable[[], float],
        room: ExitStack,
    ) -> None:
        super().__init__(code.link, room, code.interval, lifetime=code.lifetime, uptime=uptime)
        self.code = code
        self.user_code = code.user_code
        self._collect = collect
        self._early: AccessToken | None = None

    def check(self) -> None:
        """Ask AWS once, when no user can have denied it yet."""
        try:
            self._early = self.poll()
        except SignInDenied:
            raise DeviceCodeRefused(ACCESS_DENIED) from None

    def poll(self) -> AccessToken | None:
        """Ask AWS once. Return the token, or None while nobody has approved.

        A temporary error, such as a lost connection, is only noted in `last_error`. Raises
        DeviceCodeExpired, SignInDenied, ApprovalLost, RegistrationRejected, RequestRejected, and
        FileError.
        """
        if self._early is not None:
            return self._early
        try:
            answer = self._collect()
        except DeviceCodeExpired:
            if self.last_error is not None and self.remaining():
                raise ApprovalLost from None
            raise
        except TEMPORARY as error:
            self.last_error = error
            answer = NoTokenReason.PENDING
        else:
            self.last_error = None
        if isinstance(answer, AccessToken):
            return answer
        if answer is NoTokenReason.SLOW_DOWN:
            self.interval += SLOW_DOWN_DELAY
        # Only after the poll, because it may have been approved in the last second.
        if not self.remaining():
            raise DeviceCodeExpired
        return None


class BrowserSignIn(Attempt[Got]):
    """Waits for the browser, or for the address at which it ends: on another machine it cannot
    open that. `redeem` exchanges the code. Whichever comes first is used.
    """

    def __init__(
        self,
        link: Link,
        callback: Callback,
        redeem: Callable[[Secret], Got],
        uptime: Callable[[], float],
        *,
        room: ExitStack,
        save: Callable[[Got], None] = lambda _: None,
    ) -> None:
        lifetime = SIGN_IN_TIMEOUT
        super().__init__(link, room, _LISTEN_SECONDS, save=save, lifetime=lifetime, uptime=uptime)
        self.problem = callback.problem
        self._callback = callback
        self._redeem = redeem

    def poll(self, seconds: float = 0.0) -> Got | None:
        """Listen for that long. Return the result, or None if the browser has not come back.

        Raises SignInDenied, AuthorizationRejected, AuthorizationExpired, and what `redeem` raises.
        """
        answer = self._callback.wait(seconds)
        if answer is not None:
            return self._redeem(answer.granted())
        if not self.remaining():
            raise AuthorizationExpired
        return None

    def finish(self, pasted: str) -> Got:
        """Return the result for a pasted address. Raises CodeInvalid, AuthorizationRejected, and
        what `redeem` raises.
        """
        code = read_address(pasted, self._callback.state)
        try:
            return self._redeem(code)
        except AuthorizationExpired:
            raise CodeInvalid(CodeProblem.REFUSED) from None
        except ApprovalLost:
            raise CodeInvalid(CodeProblem.LOST) from None


class PastedSignIn(Attempt[LoginSession]):
    """Waits for the code that the page of the link shows. A code works once."""

    def __init__(
        self,
        link: Link,
        state: str,
        redeem: Callable[[Secret], LoginSession],
        room: ExitStack,
        save: Callable[[LoginSession], None],
    ) -> None:
        super().__init__(link, room, _CHECK_SECONDS, save=save)
        self._state = state
        self._redeem = redeem

    def finish(self, pasted: str) -> LoginSession:
        """Return the session for a pasted code. Raises CodeInvalid, LoginRefused,
        ServiceError.
        """
        return self._redeem(read_code(pasted, self._state))

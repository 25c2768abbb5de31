"""Runs a sign-in of any kind, from its link to what was got, and says how far it is.

The full screen, the picker below the prompt and the commands run the same code: they show its
`Progress`, and pass on what the user types.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from queue import Empty, SimpleQueue
from typing import Any, Final, Generic, NamedTuple, Protocol, TypeVar

from rolecall.domain.backoff import has_come, retry_pause
from rolecall.domain.errors import (
    ApprovalLost,
    AuthorizationExpired,
    AuthorizationRejected,
    NoListener,
    RegionMoved,
    RegistrationRejected,
    RolecallError,
    ServiceError,
)
from rolecall.domain.errors.login_errors import LoginCodeInvalid
from rolecall.domain.link import Link
from rolecall.domain.model import SsoSession
from rolecall.domain.question import current
from rolecall.domain.records import dataclass, replace
from rolecall.domain.sign_in.login_code import CodeProblem
from rolecall.domain.sign_in.progress import Here, Progress, State, Step
from rolecall.services.sign_in.region_search import Asked, Found
from rolecall.services.sign_in.sign_in import TEMPORARY

Got = TypeVar("Got")  # an access token or a login session
Changed = Callable[[Progress], None]
Wait = Callable[[float | None], str]

# After these errors, a sign-in without the browser of this machine may succeed. It does not after
# the others, such as that of a file, nor does a user who has denied the sign-in want another.
CODE_MAY_HELP: Final = (
    *(ApprovalLost, AuthorizationExpired, AuthorizationRejected),
    *(NoListener, RegistrationRejected, ServiceError),
)
_CODE_IS_USED: Final = {CodeProblem.EXPIRED, CodeProblem.LOST}
_CHECK_SECONDS: Final = 1.0  # after an error, for a token of another program or the next try


class SignInStopped(Exception):
    """The sign-in is no longer wanted."""


@dataclass(frozen=True, slots=True)
class Attempt(Generic[Got]):
    """A sign-in with its link, which waits for the user.

    `poll` returns what was got, or None while nobody has approved; `interval` is how many seconds
    to wait before it, None for as long as nothing is pasted. `finish` takes what the user pastes.
    `last_error` is why the last poll got no answer. `remaining` are the seconds until it expires.
    """

    link: Link
    poll: Callable[[], Got | None]
    close: Callable[[], None] = lambda: None
    interval: Callable[[], float | None] = lambda: 0.0
    remaining: Callable[[], float | None] = lambda: None
    last_error: Callable[[], RolecallError | None] = lambda: None
    finish: Callable[[str], Got] | None = None
    user_code: str = ""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of sign-in: what it offers, and how it begins.

    `name` is the key of its texts: `presentation/sign_in_progress.py: KINDS`. `begin` gets what to
    sign in to, and raises RolecallError. `forget` lets it begin from the start, with nothing of an
    earlier one.
    """

    name: str
    steps: tuple[Step, ...]
    begin: Callable[[Any], Attempt[Any]]
    forget: Callable[[Any], None] = lambda _: None
    needs_browser: bool = False  # of this machine


class Kinds(NamedTuple):
    """The two kinds of something that can be signed in to."""

    code: Kind
    browser: Kind


class Elsewhere(Protocol):
    """Finds the region of a session that is not where ~/.aws/config says."""

    session: SsoSession

    def search(self, tell: Callable[[Asked], None]) -> Found:
        """Ask the regions. Blocks. Raises RolecallError."""

    def stop(self) -> None:
        """End the search."""

    def moved(self, region: str) -> SsoSession:
        """Return the session as it is in the region."""


class Target(Protocol[Got]):
    """What is signed in to: an access portal, or a profile with console credentials."""

    @property
    def name(self) -> str: ...

    @property
    def host(self) -> str: ...

    @property
    def here(self) -> Here: ...

    @property
    def kinds(self) -> Kinds: ...

    def other(self) -> Got | None:
        """Return what another program has got, if it is valid. Reads files."""

    def describe(self, got: Got, /) -> tuple[str, datetime]:
        """Return who the user has signed in as, if that is known, and when `got` expires."""

    def replaced(self, got: Got, /) -> str:
        """Return the identity that `got` would replace with another one, or ""."""

    def keep(self, got: Got, /) -> None:
        """Save it. Raises FileError."""

    def elsewhere(self, error: RolecallError, /) -> Elsewhere | None:
        """Return what finds the region if the error may mean that it is another one."""


class SignIn(Generic[Got]):
    """One sign-in. `run` blocks; everything else may be called meanwhile, from any thread.

    `because` is why it is this kind, if the user wanted the other. With `again` it keeps nothing of
    an earlier one, and with `opens` the browser opens if the kind needs it.
    """

    def __init__(
        self,
        target: Target[Got],
        kind: Kind,
        clock: Callable[[], datetime],
        *,
        because: RolecallError | None = None,
        again: bool = False,
        opens: bool = True,
    ) -> None:
        self.target = target
        self.elsewhere: Elsewhere | None = None
        self._clock = clock
        self._again = again
        self._opens = opens
        self._failures = 0  # in a row
        self._takes_other = False
        self._accepts = False  # what the user types
        self._attempt: Attempt[Got] | None = None
        self._inputs: SimpleQueue[str | None] = SimpleQueue()
        self._is_stopped = False
        self._changed: Changed = lambda _: None
        self._wait: Wait = self._next_input
        self._kind = kind
        self._first = self._progress = self._start(kind, because)

    @property
    def progress(self) -> Progress:
        """How far it is now, with the time left."""
        attempt = self._attempt
        return replace(self._progress, left=attempt.remaining() if attempt else None)

    def run(self, changed: Changed, wait: Wait | None = None) -> Got:
        """Return what was got, after it has been saved.

        `changed` is called in this thread with each change of the progress. Without `wait`, as on a
        screen, an error ends nothing: it begins again if the error may be temporary, and what
        another program gets is enough, until `stop` is called. A command gives `wait`, which
        returns what was typed within some seconds. Then all errors of services and files are
        raised. Raises SignInStopped, and what `wait` raises.
        """
        self._changed, self._wait = changed, wait or self._next_input
        self._other()  # a token that is valid already is not the one that was asked for
        while True:
            got = None
            try:
                got, is_new = self._attempted(is_command=wait is not None)
                if is_new:
                    self._keep(got)
            except RolecallError as error:
                if self._falls_back(error):
                    continue
                self._fail(error, is_command=wait is not None)
                if wait is not None:
                    raise
                got = self._until_next_try()
            if got is not None:
                who, valid_until = self.target.describe(got)
                self._set(state=State.DONE, who=who, valid_until=valid_until, error=None)
                return got

    def give(self, text: str) -> bool:
        """Pass on what the user has typed or pasted: a code, or any text as a yes to a question.

        Returns whether it was waited for. A code works once, so it is not taken twice.
        """
        accepts, self._accepts = self._accepts, False
        if accepts:
            self._inputs.put(text)
        return accepts

    def stop(self) -> None:
        """End it. A call that is under way ends by itself."""
        self._is_stopped = True
        self._inputs.put(None)

    def restarted(self, *, other_way: bool = False) -> SignIn[Got]:
        """Return one that begins from the start, with the same kind or the other one; end this."""
        self.stop()
        code, browser = self.target.kinds
        kind = self._kind
        if other_way:
            kind = code if kind.needs_browser else browser
        return SignIn(self.target, kind, self._clock, again=not other_way)

    # --- one attempt

    def _attempted(self, *, is_command: bool) -> tuple[Got, bool]:
        """Return what was got, and whether it is new: not that of another program."""
        self._check_stopped()
        self._begin()
        if self._again:
            self._kind.forget(self.target)
        attempt: Attempt[Got] = self._kind.begin(self.target)
        try:
            self._check_stopped()
            self._again, self._failures = False, 0
            self._attempt = attempt
            self._await_user(link=attempt.link, user_code=attempt.user_code, opens=self._opens_now)
            while True:
                pasted = self._input(attempt.interval())
                got = self._sent(attempt, pasted, is_command) if pasted else attempt.poll()
                if got is not None:
                    return got, True
                if (other := self._other()) is not None:
                    return other, False
                if not pasted and not attempt.finish:
                    self._note(attempt.last_error())
        finally:
            self._attempt = None
            attempt.close()

    def _begin(self) -> None:
        self.elsewhere, self._progress = None, self._first
        self._set()

    @property
    def _opens_now(self) -> bool:
        opens, self._opens = self._opens and self._kind.needs_browser, False
        return opens

    def _sent(self, attempt: Attempt[Got], pasted: str, is_command: bool) -> Got | None:
        """Return what was got for a pasted code; None if the user can correct it."""
        if attempt.finish is None:
            return None
        self._set(state=State.SENDING, error=None)
        try:
            return attempt.finish(pasted)
        except LoginCodeInvalid as error:
            if error.problem in _CODE_IS_USED:
                raise
            self._await_user(error=error)
        except TEMPORARY as error:
            if is_command:
                raise
            self._await_user(error=error)
        return None

    def _keep(self, got: Got) -> None:
        if before := self.target.replaced(got):
            self._accepts = True
            who, _ = self.target.describe(got)
            self._set(state=State.ASKING, who=who, before=before, error=None)
            self._input(None)
        self.target.keep(got)

    # --- when there is no token

    def _falls_back(self, error: RolecallError) -> bool:
        """Use a code if the browser of this machine failed and that may help."""
        if not (self._kind.needs_browser and isinstance(error, CODE_MAY_HELP)):
            return False
        self._kind = self.target.kinds.code
        self._first = self._start(self._kind, error)
        return True

    def _fail(self, error: RolecallError, *, is_command: bool) -> None:
        self.elsewhere = self.target.elsewhere(error)
        steps = self._first.steps
        if self.elsewhere is not None:
            steps = (Step.FIND_REGION, *steps)
        again_at = None
        if isinstance(error, TEMPORARY) and not is_command:
            self._failures += 1
            again_at = self._clock() + retry_pause(self._failures)
        moved_to = error.moved_to if isinstance(error, RegionMoved) else ""
        self._progress = self._first
        self._set(
            state=State.FAILED, error=error, steps=steps, again_at=again_at, moved_to=moved_to
        )

    def _until_next_try(self) -> Got | None:
        """Return what another program has got, or None once it is time to begin again."""
        again_at = self._progress.again_at
        while True:
            self._input(_CHECK_SECONDS)
            if (other := self._other()) is not None:
                return other
            if again_at is not None and has_come(again_at, self._clock()):
                return None

    def _other(self) -> Got | None:
        """Return what another program has got since the beginning.

        What is valid at the beginning may be renewed meanwhile. That is not the sign-in that the
        user has asked for.
        """
        other = self.target.other()
        if other is None:
            self._takes_other = True
        return other if self._takes_other else None

    # --- the progress

    def _start(self, kind: Kind, because: RolecallError | None) -> Progress:
        target = self.target
        obstacle = None if kind.needs_browser else target.here.obstacle
        return Progress(
            kind.name, target.name, target.host, kind.steps, because=because, obstacle=obstacle
        )

    def _await_user(self, **facts: Any) -> None:
        self._accepts = Step.TYPE_CODE in self._first.steps
        self._set(state=State.WAITING, **facts)

    def _note(self, error: RolecallError | None) -> None:
        if type(error) is not type(self._progress.error):
            self._set(error=error)

    def _set(self, **facts: Any) -> None:
        self._progress = replace(self._progress, **facts)
        self._changed(self.progress)

    # --- waiting

    def _input(self, seconds: float | None) -> str:
        """Return what the user has typed within some seconds, or "". It is the user who is waited
        for, so the question to AWS begins again.
        """
        text = self._wait(seconds)
        current().begin_again()
        return text

    def _next_input(self, seconds: float | None) -> str:
        try:
            text = self._inputs.get(timeout=seconds)
        except Empty:
            return ""
        if text is None:
            self._inputs.put(None)
            raise SignInStopped
        return text

    def _check_stopped(self) -> None:
        if self._is_stopped:
            raise SignInStopped


def sign_in_to(
    target: Target[Got],
    clock: Callable[[], datetime],
    *,
    wants_browser: bool,
    opens: bool = True,
) -> SignIn[Got]:
    """Return a sign-in in the browser of this machine if that is wanted and possible, or else with
    a code.
    """
    obstacle = target.here.obstacle if wants_browser else None
    if wants_browser and obstacle is None:
        return SignIn(target, target.kinds.browser, clock, opens=opens)
    return SignIn(target, target.kinds.code, clock, because=obstacle)

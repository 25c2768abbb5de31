"""Runs a sign-in of any kind, from its link to its result, and says how far it has come.

The full screen, the picker below the prompt and the commands run the same code: they show its
`Progress`, and pass on what the user types.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from queue import Empty, SimpleQueue
from typing import Any, Final, Generic

from rolecall.domain.backoff import has_come, retry_pause
from rolecall.domain.errors import (
    AuthorizationRejected,
    CodeInvalid,
    DeviceCodeRefused,
    RegionMoved,
    RolecallError,
)
from rolecall.domain.errors.file_errors import LocksMissing
from rolecall.domain.model import AccessToken, LoginSession, SsoSession
from rolecall.domain.question import current
from rolecall.domain.records import dataclass, replace
from rolecall.domain.settings.settings import SignInMethod
from rolecall.domain.sign_in.pasted import CodeProblem
from rolecall.domain.sign_in.progress import WAYS, Here, Progress, State, Step
from rolecall.services.base.settings import SettingsService
from rolecall.services.base.unlocked import unlocked
from rolecall.services.sign_in.attempts import TEMPORARY, Attempt, Got
from rolecall.services.sign_in.console_login import ConsoleLoginService, Write, write_at_once
from rolecall.services.sign_in.kinds import Console, Kind, OtherRegion, Portal, Target
from rolecall.services.sign_in.sign_in import SignInService

Changed = Callable[[Progress], None]
Wait = Callable[[float | None], str]

BY_TEAM: Final = "team"  # as the reason why there is no device code
_CHECK_SECONDS: Final = 1.0  # after an error, for a token of another program or the next try


class SignInStopped(Exception):
    """The sign-in is no longer wanted."""


class SignIn(Generic[Got]):
    """One sign-in. `run` blocks; everything else may be called meanwhile, from any thread.

    It is in the browser if that is wanted or the only way, or else with a code; `asks`: the user
    chooses. With `again` it keeps nothing of an earlier one, and with `opens` the browser opens if
    it is needed.
    """

    def __init__(
        self,
        target: Target[Got],
        clock: Callable[[], datetime],
        *,
        wants_browser: bool,
        asks: bool = False,
        again: bool = False,
        opens: bool = True,
    ) -> None:
        self.target = target
        self.elsewhere: OtherRegion | None = None
        self._clock = clock
        self._again = again
        self._opens = opens
        self._failures = 0  # in a row
        self._takes_other = False
        self._accepts = False  # what the user types
        self._attempt: Attempt[Got] | None = None
        self._inputs: SimpleQueue[str | None] = SimpleQueue()
        self._is_stopped = False
        self._is_command = False
        self._changed: Changed = lambda _: None
        self._wait: Wait = self._next_input
        code = None if wants_browser else target.code
        self._asks = asks and code is not None
        self._gives_way = True
        because = None if target.code else DeviceCodeRefused(BY_TEAM)
        self._use(code or target.browser, because)

    @property
    def progress(self) -> Progress:
        """How far it is now, with the time left."""
        attempt = self._attempt
        return replace(self._progress, left=attempt.remaining() if attempt else None)

    def run(self, changed: Changed, wait: Wait | None = None) -> Got:
        """Return the result of the sign-in, once it is saved.

        `changed` is called in this thread with each change of the progress. Without `wait`, as on a
        screen, an error does not end it: until `stop` is called, it begins again if the error may
        be temporary, and takes the result of another program. A command gives `wait`, which
        returns what was typed within some seconds. Then all errors of services and files are
        raised. Raises SignInStopped, and what `wait` raises.
        """
        self._changed, self._wait = changed, wait or self._next_input
        self._is_command = wait is not None
        self._other()  # a token that is valid already is not the one that was asked for
        got = self._choose() if self._asks else None
        while True:
            try:
                if got is None:
                    got = self._kept_attempt()
            except RolecallError as error:
                if self._falls_back(error):
                    continue
                self._fail(error)
                if self._is_command:
                    raise
                got = self._until_next_try()
            if got is not None:
                who, valid_until = self.target.describe(got)
                self._set(state=State.DONE, who=who, valid_until=valid_until, error=None)
                return got

    def give(self, text: str) -> bool:
        """Pass on what the user has typed or pasted: a code, or any text as a yes to a question.

        Returns whether the sign-in was waiting for it. A code works once, so it is not taken twice.
        """
        accepts, self._accepts = self._accepts, False
        if accepts:
            self._inputs.put(text or "\n")  # an empty text is one that nobody has given
        return accepts

    def stop(self) -> None:
        """End it. A call that is under way ends by itself."""
        self._is_stopped = True
        self._inputs.put(None)

    def restarted(self, *, other_way: bool = False) -> SignIn[Got]:
        """Return one that begins from the start, with the same kind or the other one; end this."""
        self.stop()
        wants_browser = self._kind.is_browser != other_way
        return SignIn(self.target, self._clock, wants_browser=wants_browser, again=not other_way)

    def in_regions(self, found: Sequence[str] = ()) -> SignIn[Got]:
        """Return one that begins in the first of the regions that were found, by default in the
        next one of the target; end this.
        """
        self.stop()
        has_code = self._progress.state is State.WAITING
        target = self.target.in_regions(found, has_code=has_code)
        return SignIn(target, self._clock, wants_browser=self._kind.is_browser)

    # --- one attempt

    def _choose(self) -> Got | None:
        """Let the user choose the way by its number. On a screen, another sign-in
        begins with the way that is chosen. Return the result of another program if there is one.
        """
        self._set(state=State.CHOOSING, steps=(Step.NEW_CODE, Step.OTHER_WAY))
        while (typed := self._input(_CHECK_SECONDS).strip()) not in WAYS:
            if (other := self._other()) is not None:
                return other
        self._use(self.target.browser if typed == WAYS[1] else self._kind, None)
        return None

    def _kept_attempt(self) -> Got:
        """Return the result of one attempt, saved unless another program has done that."""
        self._check_stopped()
        self.elsewhere, self._progress = self.target.elsewhere(), self._first
        self._set()
        if self._again:
            self._kind.forget(self.target)
        attempt: Attempt[Got] = self._kind.begin(self.target)
        try:
            self._check_stopped()
            attempt.check()
            self._again, self._failures = False, 0
            self._attempt = attempt
            opens = self._opens and self._kind.is_browser and self.target.here.opens
            facts: dict[str, Any] = {"link": attempt.link, "user_code": attempt.user_code}
            if attempt.problem is not None:  # the port is taken
                facts |= {"because": attempt.problem, "port": 0}
            self._await_user(opens=opens, **facts)
            self._opens = self._opens and not opens
            got, is_new = self._waited(attempt)
            self._attempt = None
            if is_new:
                self._keep(got, attempt)
            return got
        finally:
            self._attempt = None
            attempt.close()

    def _waited(self, attempt: Attempt[Got]) -> tuple[Got, bool]:
        """Return the result, and whether it is new: not that of another program."""
        while True:
            pasted = self._input(attempt.interval)
            got = self._sent(attempt, pasted) if pasted else attempt.poll()
            if got is not None:
                return got, True
            if (other := self._other()) is not None:
                return other, False
            if not (pasted or self._progress.takes_code):
                self._note(attempt.last_error)

    def _sent(self, attempt: Attempt[Got], pasted: str) -> Got | None:
        """Return the result for what was pasted; None if the user can correct it."""
        self._set(state=State.SENDING, error=None)
        try:
            return attempt.finish(pasted)
        except AuthorizationRejected as error:
            self._await_user(error=error)
        except CodeInvalid as error:
            if error.problem == CodeProblem.LOST:
                raise
            self._await_user(error=error)
        except TEMPORARY as error:
            if self._is_command:
                raise
            self._await_user(error=error)
        return None

    def _keep(self, got: Got, attempt: Attempt[Got]) -> None:
        if before := self.target.replaced(got):
            who, _ = self.target.describe(got)
            self._ask(who=who, before=before, error=None)
        try:
            self.target.keep(got, attempt.save)
        except LocksMissing as missing:
            if self._is_command:  # it has asked already
                raise
            self._ask(error=missing)
            unlocked(partial(self.target.keep, got, attempt.save))()

    def _ask(self, **facts: Any) -> None:
        """Wait until the user agrees. A user who does not begins again, or stops."""
        self._accepts = True
        self._set(state=State.ASKING, **facts)
        self._input(None)

    # --- when there is no token

    def _falls_back(self, error: RolecallError) -> bool:
        """Continue in the other way if that may help, once."""
        other = self._other_kind
        if not (other and self._gives_way and isinstance(error, self._kind.gives_way)):
            return False
        self._gives_way = False
        self._use(other, error)
        return True

    def _fail(self, error: RolecallError) -> None:
        self.elsewhere = self.target.elsewhere(error)
        steps = self._kind.offered(self._other_kind)
        if self.elsewhere or self._first.next_region:
            steps = (Step.FIND_REGION, *steps)
        again_at = None
        if isinstance(error, TEMPORARY) and not self._is_command:
            self._failures += 1
            again_at = self._clock() + retry_pause(self._failures)
        moved_to = error.moved_to if isinstance(error, RegionMoved) else ""
        self._progress = self._first
        self._set(
            state=State.FAILED, error=error, steps=steps, again_at=again_at, moved_to=moved_to
        )

    def _until_next_try(self) -> Got | None:
        """Return the result of another program, or None once it is time to begin again."""
        again_at = self._progress.again_at
        while True:
            self._input(_CHECK_SECONDS)
            if (other := self._other()) is not None:
                return other
            if again_at is not None and has_come(again_at, self._clock()):
                return None

    def _other(self) -> Got | None:
        """Return what another program has got since this sign-in began.

        What is valid at the beginning may be renewed meanwhile. That is not the sign-in that the
        user has asked for.
        """
        other = self.target.other()
        if other is None:
            self._takes_other = True
        return other if self._takes_other else None

    # --- the progress

    def _use(self, kind: Kind, because: RolecallError | None) -> None:
        """Take the kind. `because` is why it is this one, if the user wanted the other."""
        at, here = self.target, self.target.here
        may_move = at.next_regions or at.elsewhere()
        self._kind = kind
        self._other_kind = at.code if kind.is_browser else at.browser
        steps = kind.offered(self._other_kind)
        self._first: Progress = Progress(
            kind.name,
            at.name,
            at.host,
            (Step.FIND_REGION, *steps) if may_move else steps,
            because=because,
            is_remote=kind.is_browser and here.is_remote,
            port=here.port,
            next_region=at.next_regions[0] if at.next_regions else "",
        )
        self._progress = self._first

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
        """Return what the user has typed within some seconds, or "". The wait is for the user, so
        the question to AWS begins again.
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


@dataclass(frozen=True, slots=True)
class SignIns:
    """Makes sign-ins of the kind that fits: the settings, the session and this machine decide.

    `wants_browser` comes before the settings; so does a port, which only a browser needs.
    """

    sign_in: SignInService
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
        others: Sequence[str] = (),
    ) -> SignIn[AccessToken]:
        """Return a sign-in at the access portal. `opens`: the browser opens by itself. `others` are
        more regions that the portal may be in. Reads files.
        """
        way = self.settings.settings.way_in(session)
        wants_browser, asks = _ways(way, here, wants_browser)
        at = session, self._with_port(here), self.sign_in, others
        is_proven, allows_code = self.sign_in.is_proven(session), way is not SignInMethod.ONLY_PKCE
        target = Portal(*at, allows_code=allows_code, is_proven=is_proven)
        return SignIn(target, self.clock, wants_browser=wants_browser, asks=asks, opens=opens)

    def with_console(
        self,
        profile: str,
        here: Here,
        *,
        region: str = "",
        wants_browser: bool | None = None,
        is_signed_in: Callable[[], bool] | None = None,
        write: Write = write_at_once,
    ) -> SignIn[LoginSession]:
        """Return a sign-in with console credentials for the profile. See `Console`."""
        wants_browser, asks = _ways(self.settings.settings.way_in(), here, wants_browser)
        at = profile, region, self._with_port(here), self.login, is_signed_in
        target = Console(*at, write=write)
        return SignIn(target, self.clock, wants_browser=wants_browser, asks=asks)

    def _with_port(self, here: Here) -> Here:
        return here._replace(port=here.port or self.settings.settings.sign_in_port)


def _ways(way: SignInMethod, here: Here, wants_browser: bool | None) -> tuple[bool, bool]:
    """Return whether the browser comes first, and whether the user is asked."""
    if wants_browser is None and not here.port:
        return way.is_browser, way is SignInMethod.ASK
    return wants_browser is not False, False

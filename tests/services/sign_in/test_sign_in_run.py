"""How a sign-in of any kind runs: when it polls and waits, what ends it, and what it says."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread

import pytest

from rolecall.domain.errors import (
    AuthorizationExpired,
    AuthorizationRejected,
    CodeInvalid,
    DeviceCodeExpired,
    DeviceCodeRefused,
    RolecallError,
    ServiceFault,
    SignInDenied,
)
from rolecall.domain.errors.file_errors import FileUnwritable
from rolecall.domain.link import link_of
from rolecall.domain.question import asking
from rolecall.domain.sign_in.pasted import CodeProblem
from rolecall.domain.sign_in.progress import Here, Progress, State, Step
from rolecall.services.sign_in.attempts import Attempt
from rolecall.services.sign_in.kinds import CODE_MAY_HELP, Kind, Target
from rolecall.services.sign_in.run import SignIn, SignInStopped

NOW = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)
LINK = link_of("https://acme.awsapps.com/start/device", "https://acme.awsapps.com/start")
NO_OBSTACLE = Here(("", ""))
FAULT = ServiceFault("StartDeviceAuthorization", "host", 500)


@dataclass
class FakeTarget(Target[str]):
    """Something to sign in to. The polls give `results` in turn; `log` has what happened."""

    results: list[str | Exception | None] = field(default_factory=list)
    others: list[str | None] = field(default_factory=list)
    here: Here = NO_OBSTACLE
    before: str = ""
    log: list[str] = field(default_factory=list)
    interval: float = 5.0
    begins: list[Exception] = field(default_factory=list)
    takes_code: bool = False
    allows_code: bool = True
    name: str = "corp"
    host: str = "acme.awsapps.com"

    def __post_init__(self) -> None:
        steps = (Step.TYPE_CODE,) if self.takes_code else (Step.COPY_CODE,)
        if self.allows_code:
            forget: Callable[[FakeTarget], None] = lambda _: self.log.append("forget")  # noqa: E731
            self.code = Kind(
                "device-code", steps, FakeAttempt, forget, gives_way=(DeviceCodeRefused,)
            )
        else:
            self.code = None
        ways = (Step.COPY_LINK, Step.OTHER_WAY)
        self.browser = Kind("browser", ways, FakeAttempt, is_browser=True, gives_way=CODE_MAY_HELP)

    def poll(self) -> str | None:
        self.log.append("poll")
        result = self.results.pop(0)
        if isinstance(result, Exception):
            raise result
        return result

    def finish(self, pasted: str) -> str:
        self.log.append(f"send {pasted}")
        result = self.results.pop(0)
        if isinstance(result, Exception):
            raise result
        assert result is not None
        return result

    def wait(self, seconds: float | None) -> str:
        self.log.append(f"wait {seconds}")
        return ""

    def other(self) -> str | None:
        return self.others.pop(0) if self.others else None

    def describe(self, got: str) -> tuple[str, datetime]:
        return got, NOW

    def replaced(self, got: str) -> str:
        return "" if self.before == got else self.before

    def keep(self, got: str, save: Callable[[str], None]) -> None:
        self.log.append(f"keep {got}")


class FakeAttempt(Attempt[str]):
    user_code = "ABCD"

    def __init__(self, at: FakeTarget) -> None:
        self.at = at
        at.log.append("begin")
        if at.begins:
            raise at.begins.pop(0)
        super().__init__(LINK, ExitStack(), lifetime=60.0)

    @property
    def interval(self) -> float:
        return self.at.interval

    @interval.setter
    def interval(self, _: float) -> None: ...

    def poll(self) -> str | None:
        return self.at.poll()

    def finish(self, pasted: str) -> str:
        return self.at.finish(pasted)

    def close(self) -> None:
        self.at.log.append("close")


def clock() -> datetime:
    return NOW


def begun(target: FakeTarget, *, wants_browser: bool = False) -> SignIn[str]:
    return SignIn(target, clock, wants_browser=wants_browser)


def run(target: FakeTarget, *, wants_browser: bool = False) -> tuple[str, list[Progress]]:
    """Run it as a command does. Return what was got, and each progress."""
    seen: list[Progress] = []
    return begun(target, wants_browser=wants_browser).run(seen.append, target.wait), seen


def test_it_waits_before_each_poll_until_there_is_a_token() -> None:
    target = FakeTarget([None, None, "token"])
    got, seen = run(target)
    assert got == "token"
    assert target.log == ["begin", *["wait 5.0", "poll"] * 3, "keep token", "close"]
    assert [each.state for each in seen] == [State.STARTING, State.WAITING, State.DONE]
    assert (seen[1].link, seen[1].user_code, seen[1].left) == (LINK, "ABCD", 60.0)
    assert (seen[2].who, seen[2].valid_until) == ("token", NOW)


def test_an_interval_that_grows_is_used_from_the_next_wait_on() -> None:
    target = FakeTarget([None, "token"])

    def wait(seconds: float | None) -> str:
        target.interval = 10.0
        return target.wait(seconds)

    begun(target).run(lambda _: None, wait)
    assert target.log[1:5] == ["wait 5.0", "poll", "wait 10.0", "poll"]


def test_the_token_of_another_process_is_enough_and_not_saved_again() -> None:
    target = FakeTarget([None, None, None], others=[None, None, "other"])
    assert run(target)[0] == "other"
    assert target.log == ["begin", *["wait 5.0", "poll"] * 2, "close"]


def test_a_token_that_was_valid_before_is_not_the_one_that_is_asked_for() -> None:
    """A renewal in the background may replace it."""
    target = FakeTarget([None, None, "own"], others=["old", "renewed", "renewed"])
    assert run(target)[0] == "own"
    target = FakeTarget([None, None, "own"], others=["old", None, "new"])
    assert run(target)[0] == "new"


@pytest.mark.parametrize("error", [SignInDenied(), DeviceCodeExpired(), FAULT])
def test_an_error_ends_the_sign_in_of_a_command(error: RolecallError) -> None:
    target, seen = FakeTarget([None, error]), list[Progress]()
    with pytest.raises(type(error)):
        begun(target).run(seen.append, target.wait)
    assert target.log[-1] == "close"
    assert (seen[-1].state, seen[-1].error, seen[-1].again_at) == (State.FAILED, error, None)
    assert not seen[-1].link.url


def test_an_error_of_the_wait_ends_it_without_another_poll() -> None:
    target = FakeTarget([None])

    def interrupt(_: float | None) -> str:
        if "poll" in target.log:
            raise KeyboardInterrupt
        return ""

    with pytest.raises(KeyboardInterrupt):
        begun(target).run(lambda _: None, interrupt)
    assert target.log == ["begin", "poll", "close"]


def test_the_question_begins_again_after_each_wait_for_the_user() -> None:
    target = FakeTarget([None, "token"])

    def wait(seconds: float | None) -> str:
        if "poll" in target.log:
            assert question.seconds_left() > 0
        question._words.at = question._end = 0.0
        return target.wait(seconds)

    with asking() as question:
        begun(target).run(lambda _: None, wait)
        assert question._words.at > 0
        assert question.seconds_left() > 0


class TestTheKind:
    def test_the_browser_is_used_if_it_is_wanted_and_possible(self) -> None:
        assert run(FakeTarget(["x"]))[1][0].kind == "device-code"
        got, seen = run(FakeTarget(["x"]), wants_browser=True)
        assert (got, seen[0].kind, seen[1].opens) == ("x", "browser", True)

    def test_without_a_browser_here_it_is_one_elsewhere_and_nothing_opens(self) -> None:
        here = Here(("", ""), opens=False, is_remote=True, port=8400)
        first, waiting, _ = run(FakeTarget(["x"], here=here), wants_browser=True)[1]
        assert (first.kind, first.is_remote, first.port) == ("browser", True, 8400)
        assert not waiting.opens

    def test_a_code_is_used_after_an_error_with_which_it_may_help(self) -> None:
        error = AuthorizationExpired()
        target = FakeTarget([error, "x"])
        got, seen = run(target, wants_browser=True)
        assert (got, target.log.count("begin"), target.log.count("close")) == ("x", 2, 2)
        assert [(each.kind, each.because) for each in seen[2:4]] == [("device-code", error)] * 2

    @pytest.mark.parametrize("error", [SignInDenied(), FileUnwritable(Path("f"), "reason")])
    def test_no_code_is_used_after_other_errors(self, error: RolecallError) -> None:
        target = FakeTarget([error])
        with pytest.raises(type(error)):
            run(target, wants_browser=True)
        assert target.log.count("begin") == 1

    def test_the_browser_goes_on_if_device_codes_are_refused(self) -> None:
        refused = DeviceCodeRefused("access_denied")
        got, seen = run(FakeTarget(["x"], begins=[refused]))
        assert got == "x"
        assert [(each.kind, each.because) for each in seen[-3:]] == [("browser", refused)] * 3

    def test_the_ways_give_way_to_each_other_once(self) -> None:
        refused, error = DeviceCodeRefused("access_denied"), AuthorizationExpired()
        target = FakeTarget([error], begins=[refused])
        with pytest.raises(AuthorizationExpired):
            run(target)
        assert target.log.count("begin") == 2

    def test_without_device_codes_the_browser_is_the_only_way(self) -> None:
        error = AuthorizationExpired()
        target = FakeTarget([error], allows_code=False)
        sign_in, seen = begun(target), list[Progress]()
        assert not sign_in.progress.offers(Step.OTHER_WAY)
        with pytest.raises(AuthorizationExpired):
            sign_in.run(seen.append, target.wait)
        for first in (seen[0], begun(target, wants_browser=True).progress):
            assert isinstance(first.because, DeviceCodeRefused)
            assert (first.kind, first.because.problem) == ("browser", "team")

    @pytest.mark.parametrize(("typed", "kind"), [("1\n", "device-code"), (" 2 ", "browser")])
    def test_a_user_who_is_asked_types_the_number_of_the_way(self, typed: str, kind: str) -> None:
        target, seen = FakeTarget(["x"]), list[Progress]()
        answers = ["3", typed]
        sign_in = SignIn(target, clock, wants_browser=False, asks=True)
        sign_in.run(seen.append, lambda _: answers.pop(0) if answers else "")
        assert (seen[0].state, seen[1].kind) == (State.CHOOSING, kind)

    def test_another_one_forgets_the_first_unless_it_is_of_the_other_kind(self) -> None:
        first = begun(FakeTarget())
        again = first.restarted()
        with pytest.raises(SignInStopped):
            first.run(lambda _: None)
        target = again.target
        assert isinstance(target, FakeTarget)
        target.results = ["x"]
        again.run(lambda _: None, target.wait)
        assert target.log[:2] == ["forget", "begin"]
        other = again.restarted(other_way=True)
        assert other.progress.kind == "browser"
        assert other.restarted(other_way=True).progress.kind == "device-code"


class TestOnAScreen:
    """Where an error ends nothing."""

    @staticmethod
    def in_thread(sign_in: SignIn[str], changed: Callable[[Progress], None]) -> list[object]:
        """Run it until it ends. Return what was got, or the exception."""
        ended: list[object] = []

        def work() -> None:
            try:
                ended.append(sign_in.run(changed))
            except SignInStopped as stopped:
                ended.append(stopped)

        thread = Thread(target=work)
        thread.start()
        thread.join(30)
        assert not thread.is_alive()
        return ended

    def test_it_stops_when_it_is_no_longer_wanted(self) -> None:
        target = FakeTarget()
        sign_in = begun(target)

        def stop(progress: Progress) -> None:
            if progress.state is State.WAITING:
                sign_in.stop()

        (ended,) = self.in_thread(sign_in, stop)
        assert isinstance(ended, SignInStopped)
        assert target.log == ["begin", "close"]

    def test_one_that_is_stopped_while_it_begins_is_closed(self) -> None:
        target = FakeTarget()
        sign_in = begun(target)
        (ended,) = self.in_thread(sign_in, lambda _: sign_in.stop())
        assert isinstance(ended, SignInStopped)
        assert target.log == ["begin", "close"]

    def test_after_an_error_the_token_of_another_process_is_enough(self) -> None:
        target = FakeTarget([SignInDenied()], others=[None, "other"], interval=0.0)
        assert self.in_thread(begun(target), lambda _: None) == ["other"]

    def test_it_begins_again_after_a_fault_and_each_pause_is_longer(self) -> None:
        now, pauses = [NOW], []
        target = FakeTarget(["token"], begins=[FAULT, FAULT], interval=0.0)
        sign_in = SignIn(target, lambda: now[0], wants_browser=False)

        def pass_the_time(progress: Progress) -> None:
            if progress.again_at is not None:
                assert (progress.state, progress.error) == (State.FAILED, FAULT)
                pauses.append(progress.again_at - now[0])
                now[0] = progress.again_at

        assert self.in_thread(sign_in, pass_the_time) == ["token"]
        assert pauses == [timedelta(seconds=10), timedelta(seconds=20)]

    def test_a_pasted_code_is_sent_once(self) -> None:
        target = FakeTarget(["token"], takes_code=True)
        sign_in, taken = begun(target), list[bool]()

        def paste(progress: Progress) -> None:
            if progress.state in {State.WAITING, State.SENDING}:
                taken.append(sign_in.give("code"))

        assert self.in_thread(sign_in, paste) == ["token"]
        assert (taken, target.log.count("send code")) == ([True, False], 1)

    @pytest.mark.parametrize(
        "error",
        [
            CodeInvalid(CodeProblem.TRUNCATED),
            CodeInvalid(CodeProblem.REFUSED),
            AuthorizationRejected("x", ""),
            FAULT,
        ],
    )
    def test_a_code_that_does_not_fit_can_be_corrected(self, error: RolecallError) -> None:
        target = FakeTarget([error, "token"], takes_code=True)
        sign_in, errors = begun(target), list[RolecallError | None]()

        def paste(progress: Progress) -> None:
            if progress.state is State.WAITING:
                errors.append(progress.error)
                sign_in.give("code")

        assert self.in_thread(sign_in, paste) == ["token"]
        assert errors == [None, error]

    def test_a_code_that_is_used_needs_another_link(self) -> None:
        error = CodeInvalid(CodeProblem.LOST)
        target = FakeTarget([error], takes_code=True)
        sign_in = begun(target)

        def paste_or_stop(progress: Progress) -> None:
            sign_in.give("code")
            if progress.state is State.FAILED:
                assert progress.error is error
                sign_in.stop()

        (ended,) = self.in_thread(sign_in, paste_or_stop)
        assert isinstance(ended, SignInStopped)

    def test_another_identity_is_saved_only_after_a_yes(self) -> None:
        target = FakeTarget(["alice"], before="bob", interval=0.0)
        sign_in = begun(target)

        def agree(progress: Progress) -> None:
            if progress.state is State.ASKING:
                assert (progress.who, progress.before) == ("alice", "bob")
                assert "keep alice" not in target.log
                assert sign_in.give("y")

        assert self.in_thread(sign_in, agree) == ["alice"]
        assert target.log[-2:] == ["keep alice", "close"]

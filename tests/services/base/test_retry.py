"""How long a call is repeated if AWS limits its rate."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress

import pytest

from rolecall.domain.errors import AccessRefused, ServiceFault, Throttled, Unreachable
from rolecall.domain.question import SECONDS, SLOW_AFTER, TRY_SECONDS, OnSlow, Question
from rolecall.services.base.rate_limit import BURST, PRIORITY_DEBT, START, RequestRate
from rolecall.services.base.retry import Cancelled, RetryPolicy
from tests.support.for_each import for_each
from tests.support.waiting import Seconds


class Waiting(threading.Event):
    """What a wait waits for. The time of the wait passes at once."""

    def __init__(self, time: Seconds) -> None:
        super().__init__()
        self.time = time

    def wait(self, timeout: float | None = None) -> bool:
        self.time.now += (timeout or 0.0) + 0.001  # more than a rounding error
        return self.is_set()


def policy_of(
    rate: RequestRate,
    time: Seconds,
    cancelled: threading.Event | None = None,
    on_wait: Callable[[bool], None] = lambda _: None,
    *,
    on_slow: OnSlow | None = None,
    debt: float = 0.0,
    counted: bool = False,
) -> RetryPolicy:
    """A policy and a question whose time only the test moves."""
    question = Question(on_slow, time)
    waits = cancelled or Exact(time)
    return RetryPolicy(rate, time, waits, on_wait, debt=debt, counted=counted, question=question)


class Limited:
    """A call that gets 429s, each after `seconds`."""

    def __init__(self, seconds: float, rate: RequestRate, time: Seconds) -> None:
        self.seconds, self.rate, self.time = seconds, rate, time
        self.tries = 0
        self.on_try: Callable[[], None] = lambda: None
        self.retry_after: float | None = None

    def __call__(self) -> None:
        self.tries += 1
        self.time.now += self.seconds
        self.on_try()
        if self.tries < 5:
            raise Throttled("ListAccountRoles", "host", self.retry_after)


def limited(seconds: float, on_slow: OnSlow | None = None) -> tuple[Limited, RetryPolicy]:
    time = Seconds()
    rate = RequestRate(time)
    policy = policy_of(rate, time, Waiting(time), on_slow=on_slow)
    return Limited(seconds, rate, time), policy


@pytest.mark.parametrize(
    ("seconds", "tries"), [(SECONDS / 6, 5), (SECONDS / 3, 3), (SECONDS + 1, 1)]
)
def test_without_an_answer_to_any_call_it_ends_with_the_question(
    seconds: float, tries: int
) -> None:
    call, policy = limited(seconds)
    if tries == 5:
        policy(call)
    else:
        with pytest.raises(Throttled):
            policy(call)
    assert call.tries == tries


def test_it_goes_on_while_other_calls_have_answers() -> None:
    call, policy = limited(SECONDS - 1)
    call.on_try = policy.question.note_answer
    policy(call)
    assert call.tries == 5


@pytest.mark.parametrize("error", [None, AccessRefused("ListAccountRoles", "host", "")])
def test_an_answer_and_a_refusal_prolong_the_question(error: Exception | None) -> None:
    time = Seconds()
    policy = policy_of(RequestRate(time), time)
    time.now = SECONDS - 1
    with suppress(AccessRefused):
        policy(Failing(time, error or _FAULT, 1 if error else 0))
    assert policy.question.seconds_left() == SECONDS


def test_a_temporary_error_does_not_prolong_the_question() -> None:
    time = Seconds()
    policy = policy_of(RequestRate(time), time)
    with pytest.raises(ServiceFault):
        policy(Failing(time, _FAULT, 9, SECONDS / 3))
    assert policy.question.seconds_left() == 0


@pytest.mark.parametrize(("retry_after", "is_slow"), [(None, False), (3.0, False), (5.0, True)])
def test_a_long_pause_is_reported_when_it_begins(retry_after: float | None, is_slow: bool) -> None:
    reported: list[tuple[str, str, bool]] = []
    call, policy = limited(0, lambda *slow: reported.append(slow))
    call.retry_after, call.tries = retry_after, 3
    policy(call)
    assert (("ListAccountRoles", "host", True) in reported) == is_slow


class Exact(threading.Event):
    """A wait that takes exactly its time."""

    def __init__(self, time: Seconds) -> None:
        super().__init__()
        self.time = time

    def wait(self, timeout: float | None = None) -> bool:
        self.time.now += timeout or 0.0
        return self.is_set()


_LONGEST = SECONDS - TRY_SECONDS


@pytest.mark.parametrize(
    ("pause", "called_at"),
    [(_LONGEST - 1, _LONGEST - 1), (_LONGEST, _LONGEST), (10 * SECONDS, _LONGEST)],
)
def test_a_pause_that_another_call_got_is_kept_while_there_is_time_for_a_try(
    pause: float, called_at: float
) -> None:
    time = Seconds()
    rate = RequestRate(time)
    rate.record_throttling(0.0, pause)
    at: list[float] = []
    policy_of(rate, time)(lambda: at.append(time.now))
    assert at == [called_at]
    assert rate.take() == 0  # after an answer there is no pause for others


@pytest.mark.parametrize(("pause", "is_slow"), [(3.0, False), (SLOW_AFTER, False), (5.0, True)])
def test_a_long_pause_that_another_call_got_is_reported_before_the_call(
    pause: float, is_slow: bool
) -> None:
    time = Seconds()
    rate = RequestRate(time)
    rate.record_throttling(0.0, pause)
    happened: list[tuple[object, ...]] = []
    policy = policy_of(rate, time, on_slow=lambda *slow: happened.append(slow))
    policy(lambda: happened.append(("call",)))
    assert happened == [("", "", True)] * is_slow + [("call",)]


@pytest.mark.parametrize(("asked", "tries"), [(SECONDS, 2), (SECONDS + 1, 1)])
def test_a_pause_that_is_longer_than_the_question_is_an_error_at_once(
    asked: float, tries: int
) -> None:
    call, policy = limited(0)
    call.retry_after = asked
    with pytest.raises(Throttled):
        policy(call)
    assert call.tries == tries


def test_an_answer_to_a_call_before_the_pause_does_not_end_it() -> None:
    time = Seconds()
    rate = RequestRate(time)
    rate.record_throttling(0.0, 30.0)
    policy_of(rate, time, counted=True)(lambda: None)
    assert rate.take() == 30


class Turns(RequestRate):
    """A rate that lets every call wait a second for its turn, `times` times."""

    def __init__(self, time: Seconds, times: int) -> None:
        super().__init__(time)
        self.times = self.left = times

    def take(self, debt: float = 0.0) -> float:
        self.left = self.left - 1 if self.left else self.times
        return float(self.left > 0)


@pytest.mark.parametrize(("turns", "is_slow"), [(SLOW_AFTER, False), (SLOW_AFTER + 2, True)])
def test_short_waits_for_its_turn_are_reported_once_they_are_long_together(
    turns: float, is_slow: bool
) -> None:
    time = Seconds()
    found: list[tuple[str, str, bool]] = []
    turn = Turns(time, int(turns))
    policy_of(turn, time, on_slow=lambda *slow: found.append(slow))(lambda: None)
    assert found == [("", "", True)] * is_slow


def test_a_call_that_is_made_again_says_which_when_that_takes_long() -> None:
    time = Seconds()
    found: list[tuple[str, str, bool]] = []
    policy = policy_of(Turns(time, 4), time, on_slow=lambda *slow: found.append(slow))
    policy(Failing(time, _FAULT, 3))
    assert found == [("ListAccountRoles", "host", False)]


def test_another_reason_to_wait_is_reported_too() -> None:
    time = Seconds()
    errors = iter([_FAULT, Throttled("ListAccountRoles", "host", 9.0), None])

    def call() -> None:
        time.now += SLOW_AFTER
        if error := next(errors):
            raise error

    found: list[tuple[str, str, bool]] = []
    policy_of(RequestRate(time), time, on_slow=lambda *slow: found.append(slow))(call)
    assert found == [("ListAccountRoles", "host", is_throttled) for is_throttled in (False, True)]


class Failing:
    """A call that notes when it is made and fails the first times, each after `seconds`."""

    def __init__(self, time: Seconds, error: Exception, times: int, seconds: float = 0.0) -> None:
        self.time, self.error, self.times, self.seconds = time, error, times, seconds
        self.made_at: list[float] = []

    def __call__(self) -> str:
        self.made_at.append(round(self.time.now, 6))
        self.time.now += self.seconds
        if len(self.made_at) <= self.times:
            raise self.error
        return "answer"


_FAULT = ServiceFault("ListAccountRoles", "host", 500)
_PAUSED = [0.0, 0.2, 1.0, 3.0]


@for_each("times", range(5))
def test_a_temporary_error_is_retried_three_times_after_longer_and_longer_pauses(
    times: int,
) -> None:
    time = Seconds()
    call = Failing(time, _FAULT, times)
    policy = policy_of(RequestRate(time), time)
    if times < 4:
        assert policy(call) == "answer"
    else:
        with pytest.raises(ServiceFault):
            policy(call)
    assert call.made_at == _PAUSED[: times + 1]


@pytest.mark.parametrize(
    ("seconds", "made_at"),
    [(9.5, [0.0, 9.7, 20.0]), (15.0, [0.0, 15.2]), (29.9, [0.0]), (SECONDS + 1, [0.0])],
)
def test_a_temporary_error_is_an_error_at_once_when_the_question_is_over(
    seconds: float, made_at: list[float]
) -> None:
    time = Seconds()
    policy = policy_of(RequestRate(time), time)
    call = Failing(time, _FAULT, 5, seconds)
    with pytest.raises(ServiceFault):
        policy(call)
    assert call.made_at == made_at


def test_each_answer_makes_the_rate_grow() -> None:
    time = Seconds()
    rate = RequestRate(time)
    policy = policy_of(rate, time)
    for _ in range(2):
        before = rate.rate
        policy(lambda: None)
        assert rate.rate > before


def test_an_error_that_stays_is_not_retried() -> None:
    time = Seconds()
    call = Failing(time, AccessRefused("ListAccountRoles", "host", ""), 1)
    with pytest.raises(AccessRefused):
        policy_of(RequestRate(time), time)(call)
    assert call.made_at == [0.0]


def test_an_urgent_call_is_made_again_no_sooner_than_the_rate_allows() -> None:
    time = Seconds()
    rate = RequestRate(time)
    call = Failing(time, Throttled("ListAccountRoles", "host", None), 2)
    policy_of(rate, time, Waiting(time), debt=PRIORITY_DEBT)(call)
    half, quarter = 2 / START, 4 / START  # each 429 halves the rate
    assert call.made_at == pytest.approx([0.0, half, half + quarter], abs=0.01)


def test_a_call_that_is_no_longer_needed_is_not_made() -> None:
    time = Seconds()
    cancelled = Exact(time)
    cancelled.set()
    call = Failing(time, _FAULT, 0)
    with pytest.raises(Cancelled):
        policy_of(RequestRate(time), time, cancelled)(call)
    assert call.made_at == []


def test_the_first_call_of_a_policy_may_be_counted_already() -> None:
    time = Seconds()
    rate = RequestRate(time)
    for _ in range(int(BURST)):
        rate.take()
    call = Failing(time, _FAULT, 0)
    policy = policy_of(rate, time, counted=True)
    policy(call)
    policy(call)
    assert call.made_at[0] == 0.0
    assert call.made_at[1] > 0.0


def test_an_error_is_told_as_the_first_and_as_another_kind() -> None:
    time = Seconds()
    throttled = Throttled("ListAccountRoles", "host", None)
    errors = iter([_FAULT, _FAULT, throttled, throttled, None])
    told: list[bool] = []

    def call() -> None:
        if error := next(errors):
            raise error

    policy_of(RequestRate(time), time, Waiting(time), told.append)(call)
    assert told == [False, True]


def test_a_429_is_told_once_for_each_call() -> None:
    time = Seconds()
    told: list[float] = []
    rate = RequestRate(time)
    policy = policy_of(rate, time, Waiting(time), lambda _: told.append(time.now))
    for _ in range(2):
        policy(Failing(time, Throttled("ListAccountRoles", "host", None), 3))
    assert len(told) == 2
    assert told[0] == 0.0


@pytest.mark.parametrize(("pause", "told"), [(3.0, []), (30.0, [True])])
def test_a_long_wait_for_its_turn_is_told(pause: float, told: list[bool]) -> None:
    """AWS has asked another rolecall to wait."""
    time = Seconds()
    rate = RequestRate(time)
    rate.record_throttling(0.0, pause)
    found: list[bool] = []
    policy_of(rate, time, on_wait=found.append)(lambda: None)
    assert found == told


def test_a_rate_limit_is_the_reason_if_the_last_try_has_no_time() -> None:
    time = Seconds()
    policy = policy_of(RequestRate(time), time)
    throttled = Throttled("ListAccountRoles", "host", None)
    errors = iter([throttled, Unreachable("ListAccountRoles", "host", "timed-out")])

    def call() -> None:
        error = next(errors)
        if error is not throttled:
            time.now += SECONDS
        raise error

    with pytest.raises(Throttled):
        policy(call)

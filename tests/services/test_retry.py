"""How long a call is repeated that AWS limits the rate of."""

from __future__ import annotations

import threading

import pytest

from rolecall.aws.call import set_on_slow
from rolecall.domain.errors import Throttled
from rolecall.services.inventory.rate_limit import RequestRate
from rolecall.services.inventory.retry import STALLED_AFTER, RetryPolicy


class Seconds:
    """Monotonic time that only a test moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Waiting(threading.Event):
    """What a wait waits for. The time of the wait passes at once."""

    def __init__(self, time: Seconds) -> None:
        super().__init__()
        self.time = time

    def wait(self, timeout: float | None = None) -> bool:
        self.time.now += (timeout or 0.0) + 0.001  # more than a rounding error
        return self.is_set()


class Limited:
    """A call that gets 429s. It takes `seconds` until each of them."""

    def __init__(self, seconds: float, rate: RequestRate, time: Seconds) -> None:
        self.seconds, self.rate, self.time = seconds, rate, time
        self.tries = 0
        self.answers_of_others = False
        self.retry_after: float | None = None

    def __call__(self) -> None:
        self.tries += 1
        self.time.now += self.seconds
        if self.answers_of_others:
            self.rate.record_answer()
        if self.tries < 5:
            raise Throttled("ListAccountRoles", "host", self.retry_after)


def limited(seconds: float) -> tuple[Limited, RetryPolicy]:
    time = Seconds()
    rate = RequestRate(time)
    policy = RetryPolicy(rate, time, Waiting(time))
    return Limited(seconds, rate, time), policy


@pytest.mark.parametrize(
    ("seconds", "tries"), [(STALLED_AFTER / 5, 5), (STALLED_AFTER / 3, 3), (STALLED_AFTER + 1, 1)]
)
def test_without_an_answer_to_any_call_it_ends_after_a_minute(seconds: float, tries: int) -> None:
    call, policy = limited(seconds)
    if tries == 5:
        policy(call)
    else:
        with pytest.raises(Throttled):
            policy(call)
    assert call.tries == tries


def test_it_goes_on_while_other_calls_have_answers() -> None:
    call, policy = limited(STALLED_AFTER - 1)
    call.answers_of_others = True
    policy(call)
    assert call.tries == 5


@pytest.mark.parametrize(("retry_after", "is_slow"), [(None, False), (3.0, False), (5.0, True)])
def test_a_long_pause_is_reported_when_it_begins(retry_after: float | None, is_slow: bool) -> None:
    reported: list[tuple[str, str, bool]] = []
    call, policy = limited(0)
    call.retry_after, call.tries = retry_after, 3
    set_on_slow(lambda *slow: reported.append(slow))
    try:
        policy(call)
    finally:
        set_on_slow(None)
    assert (("ListAccountRoles", "host", True) in reported) == is_slow


def test_answers_from_before_the_call_do_not_end_it() -> None:
    call, policy = limited(STALLED_AFTER / 5)
    call.rate.record_answer()
    call.time.now += 10 * STALLED_AFTER
    policy(call)
    assert call.tries == 5


class Exact(threading.Event):
    """A wait that takes exactly its time."""

    def __init__(self, time: Seconds) -> None:
        super().__init__()
        self.time = time

    def wait(self, timeout: float | None = None) -> bool:
        assert timeout, "it waits for no time, over and over"
        self.time.now += timeout
        return self.is_set()


@pytest.mark.parametrize(
    ("pause", "called_at"),
    [
        (STALLED_AFTER - 1, STALLED_AFTER - 1),
        (STALLED_AFTER, STALLED_AFTER),
        (10 * STALLED_AFTER, STALLED_AFTER),
    ],
)
def test_a_pause_that_another_call_got_is_kept_for_a_minute(pause: float, called_at: float) -> None:
    time = Seconds()
    rate = RequestRate(time)
    rate.record_throttling(0.0, pause)
    at: list[float] = []
    RetryPolicy(rate, time, Exact(time))(lambda: at.append(time.now))
    assert at == [called_at]
    assert rate.take() == 0  # after an answer there is no pause for others

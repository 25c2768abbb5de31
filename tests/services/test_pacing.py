"""The pace: fast while every answer comes, half as fast after a 429, never stopped for good."""

from rolecall.services import pacing
from rolecall.services.pacing import Pace


class Seconds:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_rested_service_takes_a_burst_and_then_the_rate() -> None:
    seconds = Seconds()
    pace = Pace(seconds)
    taken = 0
    while pace.take() == 0:
        taken += 1
    assert taken == pacing.BURST
    assert pace.take() == 1 / pacing.START
    seconds.now += 1 / pacing.START
    assert pace.take() == 0
    assert pace.take() > 0


def test_answers_raise_the_rate_up_to_the_most() -> None:
    pace = Pace(Seconds())
    before = pace.rate
    pace.answered()
    assert pace.rate > before
    for _ in range(2000):
        pace.answered()
    assert pace.rate == pacing.MOST


def test_429s_to_one_burst_halve_it_once_and_a_later_one_again() -> None:
    seconds = Seconds()
    pace = Pace(seconds)
    seconds.now = 1.0
    for _ in range(8):
        pace.throttled(0.9, None)
    assert pace.rate == pacing.START / 2
    seconds.now = 2.0
    pace.throttled(1.5, None)
    assert pace.rate == pacing.START / 4
    for _ in range(20):
        seconds.now += 1
        pace.throttled(seconds.now, None)
    assert pace.rate == pacing.LEAST


def test_after_the_first_429_it_grows_slowly() -> None:
    pace = Pace(Seconds())
    pace.throttled(0.0, None)
    before = pace.rate
    for _ in range(int(before)):  # a second's worth of answers
        pace.answered()
    assert 0.5 < pace.rate - before <= 1


def test_retry_after_is_honoured() -> None:
    seconds = Seconds()
    pace = Pace(seconds)
    pace.throttled(0.0, 7.0)
    seconds.now = 3.0
    assert pace.take() == 4.0
    seconds.now = 7.0
    assert pace.take() == 0

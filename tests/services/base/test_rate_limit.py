"""The request rate: it grows with every answer, is halved after a 429 and never stops."""

import time
from collections.abc import Callable, Sequence

import pytest

from rolecall.services.base import rate_limit
from rolecall.services.base.rate_limit import RequestRate
from tests.support.waiting import Seconds


def test_after_a_pause_a_burst_is_allowed_and_then_the_rate() -> None:
    seconds = Seconds()
    request_rate = RequestRate(seconds)
    taken = 0
    while request_rate.take() == 0:
        taken += 1
    assert taken == rate_limit.BURST
    assert request_rate.take() == 1 / rate_limit.START
    seconds.now += 1 / rate_limit.START
    assert request_rate.take() == 0
    assert request_rate.take() > 0


def test_answers_raise_the_rate_up_to_the_maximum() -> None:
    request_rate = RequestRate(Seconds())
    before = request_rate.rate
    request_rate.record_answer()
    assert request_rate.rate > before
    for _ in range(2000):
        request_rate.record_answer()
    assert request_rate.rate == rate_limit.MOST


def test_429s_to_one_burst_halve_it_once_and_a_later_one_again() -> None:
    seconds = Seconds()
    request_rate = RequestRate(seconds)
    seconds.now = 1.0
    for _ in range(8):
        request_rate.record_throttling(0.9, None)
    assert request_rate.rate == rate_limit.START / 2
    seconds.now = 2.0
    request_rate.record_throttling(1.5, None)
    assert request_rate.rate == rate_limit.START / 4
    for _ in range(20):
        seconds.now += 1
        request_rate.record_throttling(seconds.now, None)
    assert request_rate.rate == rate_limit.LEAST == 1


@pytest.mark.parametrize(("pause", "kept"), [(2.0, 0.5), (2.1, 0.7)])
def test_after_two_quiet_seconds_a_429_lowers_it_less(pause: float, kept: float) -> None:
    """The rate is then close to the limit."""
    seconds = Seconds()
    request_rate = RequestRate(seconds)
    request_rate.record_throttling(0.0, None)
    before = request_rate.rate
    seconds.now = pause
    request_rate.record_throttling(pause, None)
    assert request_rate.rate == pytest.approx(before * kept)


@pytest.mark.parametrize("calls", [0, rate_limit.BURST, rate_limit.BURST + 2])
def test_a_429_ends_a_burst_and_forgives_no_debt(calls: float) -> None:
    request_rate = RequestRate(Seconds())
    for _ in range(int(calls)):
        request_rate.take(rate_limit.PRIORITY_DEBT)
    request_rate.record_throttling(0.0, None)
    owed = max(0.0, calls - rate_limit.BURST)
    assert request_rate.take() == (1 + owed) / (rate_limit.START / 2)


@pytest.mark.parametrize(("pause", "growth"), [(0, 1), (8, 2), (16, 4), (16 * 8, 2**16)])
def test_the_growth_doubles_with_each_eight_seconds_without_a_429(
    pause: float, growth: float
) -> None:
    seconds = Seconds()
    request_rate = RequestRate(seconds)
    request_rate.record_throttling(0.0, None)
    before = request_rate.rate
    seconds.now += pause
    request_rate.record_answer()
    grown = request_rate.rate
    assert grown == pytest.approx(min(rate_limit.MOST, before + growth / before))


class Shelf:
    """The numbers that several processes share."""

    def __init__(self) -> None:
        self.values: Sequence[float] | None = None
        self.is_there = True

    def __call__(self, update: Callable[[Sequence[float] | None], Sequence[float]]) -> bool:
        if self.is_there:
            self.values = update(self.values)
        return self.is_there


def test_two_processes_share_one_bucket() -> None:
    seconds, shelf = Seconds(), Shelf()
    boot = Seconds()
    one, other = RequestRate(seconds, shelf, boot), RequestRate(seconds, shelf, boot)
    taken = 0
    while one.take() == 0 and other.take() == 0:
        taken += 2
    assert taken == rate_limit.BURST
    one.record_throttling(0.0, 5.0)
    assert other.take() == 5.0
    assert other.rate == rate_limit.START / 2


def test_a_process_that_waited_for_another_uses_the_same_bucket() -> None:
    seconds, shelf = Seconds(), Shelf()
    one = RequestRate(seconds, shelf, Seconds())

    def behind_the_other(update: Callable[[Sequence[float] | None], Sequence[float]]) -> bool:
        seconds.now += 0.001
        one.take()
        return shelf(update)

    other = RequestRate(seconds, behind_the_other, Seconds())
    taken = 0
    while taken < rate_limit.BURST and other.take() == 0:
        taken += 1
    assert taken == rate_limit.BURST / 2


def test_it_works_alone_if_nothing_can_be_shared() -> None:
    seconds, shelf = Seconds(), Shelf()
    request_rate = RequestRate(seconds, shelf, Seconds())
    request_rate.record_throttling(0.0, None)
    shelf.is_there = False
    assert request_rate.rate == rate_limit.START / 2
    seconds.now = 1.0
    assert request_rate.take() == 0


@pytest.mark.parametrize("ahead", [0.0, 3.0])
def test_machines_that_share_a_home_share_one_bucket(ahead: float) -> None:
    """Each has its own monotonic clock, and the clocks of the day differ a little."""
    shelf = Shelf()
    here, there = Seconds(), Seconds()
    here.now, there.now = 500.0, 90_000.0
    one = RequestRate(here, shelf, lambda: 1_000_000.0 - 500)
    other = RequestRate(there, shelf, lambda: 1_000_000.0 - 90_000 - ahead)
    taken = sum(one.take() == 0 or other.take() == 0 for _ in range(100))
    assert taken == rate_limit.BURST
    one.record_throttling(500.0, 5.0)
    assert 5.0 <= other.take() <= 5.0 + ahead
    assert other.rate == rate_limit.START / 2
    other.record_throttling(there.now - 1, None)  # of the same burst
    assert other.rate == rate_limit.START / 2
    other.record_answer()  # so soon after a 429, it grows slowly
    assert 0 < other.rate - rate_limit.START / 2 <= 0.2


def test_what_is_shared_has_the_time_of_day() -> None:
    """The monotonic clocks of two machines, or before and after a restart, are not the same."""
    shelf = Shelf()
    RequestRate(time.monotonic, shelf).take()
    assert shelf.values is not None
    assert abs(shelf.values[0] - time.time()) < 60


def test_a_clock_that_is_put_back_keeps_the_rate() -> None:
    seconds, shelf, boot = Seconds(), Shelf(), Seconds()
    seconds.now, boot.now = 100.0, 9000.0
    request_rate = RequestRate(seconds, shelf, boot)
    request_rate.record_throttling(100.0, 30.0)
    boot.now -= 3600
    assert request_rate.take() == 30.0
    assert request_rate.rate == rate_limit.START / 2


@pytest.mark.parametrize(("pause", "rate"), [(599, rate_limit.START / 2), (600, rate_limit.START)])
def test_a_rate_of_ten_minutes_ago_is_forgotten(pause: float, rate: float) -> None:
    seconds, shelf = Seconds(), Shelf()
    seconds.now = 100.0
    RequestRate(seconds, shelf, Seconds()).record_throttling(100.0, 30.0)
    seconds.now += pause
    request_rate = RequestRate(seconds, shelf, Seconds())
    assert request_rate.take() == 0
    assert request_rate.rate == rate


def test_calls_with_debt_go_first_and_are_paid_back() -> None:
    seconds = Seconds()
    request_rate = RequestRate(seconds)
    for _ in range(int(rate_limit.BURST + rate_limit.PRIORITY_DEBT)):
        assert request_rate.take(rate_limit.PRIORITY_DEBT) == 0
    assert request_rate.take(rate_limit.PRIORITY_DEBT) > 0
    seconds.now += rate_limit.PRIORITY_DEBT / rate_limit.START
    assert request_rate.take() > 0
    seconds.now += 1 / rate_limit.START
    assert request_rate.take() == 0
    request_rate.refund()
    assert request_rate.take() == 0
    assert request_rate.take() > 0


def test_a_call_that_is_not_made_is_as_if_it_had_not_been_counted() -> None:
    request_rate = RequestRate(Seconds())
    assert request_rate.take() == 0
    request_rate.refund()
    taken = 0
    while request_rate.take() == 0:
        taken += 1
    assert taken == rate_limit.BURST


@pytest.mark.parametrize(("pause", "waits"), [(3599.0, 3599.0), (3600.0, 0.0), (1e9, 0.0)])
def test_a_pause_of_an_hour_or_more_is_that_of_a_wrong_clock(pause: float, waits: float) -> None:
    request_rate = RequestRate(Seconds())
    request_rate.record_throttling(0.0, pause)
    assert request_rate.take() == waits


def test_retry_after_is_respected() -> None:
    seconds = Seconds()
    request_rate = RequestRate(seconds)
    request_rate.record_throttling(0.0, 7.0)
    seconds.now = 3.0
    assert request_rate.take() == 4.0
    seconds.now = 7.0
    assert request_rate.take() == 0

"""The queue of accounts: what ends a wait for the request rate, and what is said about it."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from rolecall.services.base.rate_limit import RequestRate
from rolecall.services.inventory.work_queue import WorkQueue
from tests.services.inventory.test_crawl_parts import slow_waits_for_first, taken_by_a_thread


class Rate(RequestRate):
    """Asks for these waits, one after the other, and calls `on_take` each time."""

    def __init__(self, *waits: float, on_take: Callable[[], None]) -> None:
        super().__init__(lambda: 0.0)
        self._waits = iter(waits)
        self._on_take = on_take

    def take(self, debt: float = 0.0) -> float:
        self._on_take()
        return next(self._waits)


def filled(rate: RequestRate, monotonic: Callable[[], float] = lambda: 0.0) -> WorkQueue:
    work_queue = WorkQueue(rate, monotonic)
    work_queue.add([((0.0, 0.0), "first"), ((1.0, 0.0), "second")])
    return work_queue


def test_a_closed_queue_has_no_accounts() -> None:
    work_queue = filled(RequestRate(lambda: 0.0))
    work_queue.close()
    assert work_queue.take() is None


def test_a_wait_for_the_rate_ends_when_the_queue_is_closed() -> None:
    asked = threading.Event()
    work_queue = filled(Rate(3000.0, 0.0, on_take=asked.set))
    taken = taken_by_a_thread(work_queue)
    assert asked.wait(10)
    work_queue.close()
    assert taken.result(10) is None


@pytest.mark.parametrize("seconds", [0.0, 3000.0])
def test_a_queue_that_is_closed_while_the_rate_is_asked_has_no_accounts(seconds: float) -> None:
    def close() -> None:
        work_queue.close()

    work_queue = filled(Rate(seconds, 0.0, on_take=close))
    assert taken_by_a_thread(work_queue).result(10) is None


@pytest.mark.parametrize(("turns", "is_slow"), [(3, False), (4, True)])
def test_short_waits_for_one_account_are_reported_once_they_are_long_together(
    turns: int, is_slow: bool
) -> None:
    passed: list[float] = []

    def let_a_second_pass() -> None:
        passed.append(1.0)
        work_queue.prioritise(["first"])  # ends the wait at once

    rate = Rate(*[1.0] * turns, 0.0, on_take=let_a_second_pass)
    work_queue = filled(rate, lambda: sum(passed))
    assert slow_waits_for_first(work_queue) == [("", "", True)] * is_slow

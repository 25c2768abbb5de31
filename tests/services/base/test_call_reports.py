"""What is reported about calls to AWS, and how often."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from rolecall.aws import clock_skew
from rolecall.domain.question import current
from rolecall.services.base.call_reports import (
    end_reports,
    report_clock_skew,
    report_nothing,
    report_slow_calls,
)
from tests.support.desk import Desk


@pytest.fixture(autouse=True)
def nobody_listens() -> Iterator[None]:
    yield
    end_reports()


def test_each_slow_call_is_reported_once() -> None:
    reported: list[tuple[str, str, bool]] = []
    report_slow_calls(lambda *slow: reported.append(slow))
    asked = [("List", "a", False), ("List", "b", False), ("Get", "a", False), ("List", "a", True)]
    for operation, host, is_throttled in (*asked, *asked):
        current().report_slow(operation, host, is_throttled=is_throttled)
    assert reported == asked


def test_a_limited_rate_without_a_call_is_not_reported_after_one_with_it() -> None:
    reported: list[tuple[str, str, bool]] = []
    report_slow_calls(lambda *slow: reported.append(slow))
    of_another = "", "", False  # a wait for another rolecall
    asked = [("List", "a", False), of_another, ("List", "a", True)]
    for operation, host, is_throttled in (*asked, ("", "", True)):
        current().report_slow(operation, host, is_throttled=is_throttled)
    assert reported == asked


@pytest.mark.parametrize(
    "later",
    [("Get", "a", True), ("", "", False)],
    ids=["another call that is limited", "a wait for another rolecall"],
)
def test_what_is_new_is_reported_after_a_call_that_the_rate_is_limited_for(
    later: tuple[str, str, bool],
) -> None:
    reported: list[tuple[str, str, bool]] = []
    report_slow_calls(lambda *slow: reported.append(slow))
    asked = [("List", "a", True), later]
    for operation, host, is_throttled in asked:
        current().report_slow(operation, host, is_throttled=is_throttled)
    assert reported == asked


def test_a_limited_rate_is_reported_before_any_call_is_known() -> None:
    reported: list[tuple[str, str, bool]] = []
    report_slow_calls(lambda *slow: reported.append(slow))
    current().report_slow(is_throttled=True)
    assert reported == [("", "", True)]


def test_a_wrong_clock_is_reported_once(desk: Desk) -> None:
    reported: list[timedelta] = []
    report_clock_skew(reported.append)
    desk.sign_in()
    assert reported == []
    measured = clock_skew.ClockSkew(lambda: desk.clock.now - timedelta(minutes=9))
    for _ in range(2):
        measured.measure(Answer(desk.clock.now.strftime("%a, %d %b %Y %H:%M:%S GMT")))
    assert reported == [timedelta(minutes=9)]


def test_nothing_is_reported_once_another_program_draws_the_screen(desk: Desk) -> None:
    reported: list[object] = []
    report_slow_calls(lambda *slow: reported.append(slow))
    report_clock_skew(reported.append)
    report_nothing()
    current().report_slow("List", "a", is_throttled=True)
    measured = clock_skew.ClockSkew(lambda: desk.clock.now - timedelta(minutes=9))
    measured.measure(Answer(desk.clock.now.strftime("%a, %d %b %Y %H:%M:%S GMT")))
    assert reported == []


class Answer:
    def __init__(self, date: str) -> None:
        self.headers = {"date": date}

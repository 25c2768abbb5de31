"""Frames at the terminal's pace, told by hand."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from rolecall.ui.rendering.flow_control import Pace

FRAME = 3000


class Line:
    """A terminal that answers when it is told to, and a clock that is moved by hand."""

    def __init__(self) -> None:
        self.asked = 0
        self.painted: list[str] = []
        self.alarms: dict[object, Callable[[], None]] = {}
        self.pace = Pace(self._ask, self._later)

    def _ask(self) -> None:
        self.asked += 1

    def _later(self, seconds: float, run: Callable[[], None]) -> Callable[[], None]:
        alarm = object()
        self.alarms[alarm] = run
        return lambda: self.alarms.pop(alarm, None) and None

    def time_passes(self) -> None:
        for alarm in list(self.alarms):
            if run := self.alarms.pop(alarm, None):
                run()

    def paint(self, what: str = "frame", size: int = FRAME) -> None:
        """As a screen does: now, or when a frame may be sent."""
        if not self.pace.is_open:
            self.pace.when_open(self._again)
            return
        self.painted.append(what)
        self.pace.sent(size)

    def _again(self) -> None:
        self.paint("newest")


@pytest.fixture
def line() -> Line:
    line = Line()
    line.pace.answered()  # what was asked when rolecall began
    return line


def test_a_terminal_that_never_answered_is_never_waited_for_nor_asked() -> None:
    line = Line()
    for _ in range(5):
        line.paint()
    assert len(line.painted) == 5
    assert line.asked == 0


def test_while_a_frame_is_on_its_way_nothing_is_sent_and_then_the_newest(line: Line) -> None:
    line.paint("first")
    for _ in range(9):
        line.paint()
    assert line.painted == ["first"]
    line.pace.answered()
    assert line.painted == ["first", "newest"]
    line.pace.answered()
    assert line.painted == ["first", "newest"]


def test_small_frames_wait_for_nothing_until_there_are_many(line: Line) -> None:
    for _ in range(9):
        line.paint("small", 400)
    assert line.painted == ["small"] * 5
    line.pace.answered()
    assert line.painted[5:] == ["newest"]


def test_a_terminal_that_stops_answering_is_waited_for_no_more(line: Line) -> None:
    line.paint("first")
    line.paint()
    line.time_passes()
    assert line.painted == ["first", "newest"]
    line.paint("more")
    line.paint("and more")
    assert line.painted[2:] == ["more", "and more"]
    assert line.asked == 1


def test_and_is_waited_for_again_when_it_answers_again(line: Line) -> None:
    line.paint("first")
    line.time_passes()
    line.pace.answered()
    line.paint("second")
    line.paint()
    assert line.painted == ["first", "second"]
    assert line.asked == 2


def test_of_a_storm_of_resizes_the_last_is_painted(line: Line) -> None:
    for _ in range(50):
        line.pace.resized()
        line.paint()
    assert line.painted == []
    line.time_passes()
    assert line.painted == ["newest"]

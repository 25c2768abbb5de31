"""When frames are sent to a terminal whose answers and clock the tests control."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from rolecall.ui.rendering.flow_control import FlowControl

FRAME = 3000


class SlowTerminal:
    """A terminal that answers when a test says so, with a clock that a test moves."""

    def __init__(self) -> None:
        self.asked = 0
        self.painted: list[str] = []
        self.alarms: dict[object, Callable[[], None]] = {}
        self.flow_control = FlowControl(self._ask, self._later)

    def _ask(self) -> None:
        self.asked += 1

    def _later(self, seconds: float, run: Callable[[], None]) -> Callable[[], None]:
        alarm = object()
        self.alarms[alarm] = run
        return lambda: self.alarms.pop(alarm, None) and None

    def pass_time(self) -> None:
        for alarm in list(self.alarms):
            if run := self.alarms.pop(alarm, None):
                run()

    def paint(self, what: str = "frame", size: int = FRAME) -> None:
        """Paint as a screen does: now, or when a frame may be sent."""
        if not self.flow_control.is_open:
            self.flow_control.when_open(self._again)
            return
        self.painted.append(what)
        self.flow_control.sent(size)

    def _again(self) -> None:
        self.paint("newest")


@pytest.fixture
def terminal() -> SlowTerminal:
    terminal = SlowTerminal()
    terminal.flow_control.answered()  # the query from the start of rolecall
    return terminal


def test_a_terminal_that_has_never_answered_is_neither_waited_for_nor_asked() -> None:
    terminal = SlowTerminal()
    for _ in range(5):
        terminal.paint()
    assert len(terminal.painted) == 5
    assert terminal.asked == 0


def test_the_newest_state_is_sent_when_a_frame_has_arrived(terminal: SlowTerminal) -> None:
    terminal.paint("first")
    for _ in range(9):
        terminal.paint()
    assert terminal.painted == ["first"]
    terminal.flow_control.answered()
    assert terminal.painted == ["first", "newest"]
    terminal.flow_control.answered()
    assert terminal.painted == ["first", "newest"]


def test_it_says_once_when_the_terminal_has_shown_the_frames(terminal: SlowTerminal) -> None:
    shown: list[int] = []

    def then() -> None:
        shown.append(terminal.asked)

    assert not terminal.flow_control.when_shown(then)
    terminal.paint("small", 400)
    terminal.paint("small", 400)
    assert terminal.flow_control.when_shown(then)
    terminal.flow_control.answered()
    assert shown == []
    terminal.flow_control.answered()
    terminal.paint("small", 400)
    terminal.flow_control.answered()
    assert shown == [2]


def test_it_says_so_although_later_frames_are_on_their_way(terminal: SlowTerminal) -> None:
    shown: list[int] = []
    terminal.paint("small", 400)
    assert terminal.flow_control.when_shown(lambda: shown.append(terminal.asked))
    terminal.paint("small", 400)
    terminal.flow_control.answered()
    assert shown == [2]


def test_it_does_not_wait_for_a_terminal_that_shows_nothing(terminal: SlowTerminal) -> None:
    shown: list[bool] = []
    terminal.paint()
    assert terminal.flow_control.when_shown(lambda: shown.append(True))
    terminal.pass_time()
    assert shown == [True]


def test_small_frames_do_not_wait_until_there_are_many(terminal: SlowTerminal) -> None:
    for _ in range(9):
        terminal.paint("small", 400)
    assert terminal.painted == ["small"] * 5
    terminal.flow_control.answered()
    assert terminal.painted[5:] == ["newest"]


def test_a_terminal_that_stops_answering_is_no_longer_waited_for(terminal: SlowTerminal) -> None:
    terminal.paint("first")
    terminal.paint()
    terminal.pass_time()
    assert terminal.painted == ["first", "newest"]
    terminal.paint("more")
    terminal.paint("and more")
    assert terminal.painted[2:] == ["more", "and more"]
    assert terminal.asked == 1


def test_a_terminal_that_answers_again_is_waited_for_again(terminal: SlowTerminal) -> None:
    terminal.paint("first")
    terminal.pass_time()
    terminal.flow_control.answered()
    terminal.paint("second")
    terminal.paint()
    assert terminal.painted == ["first", "second"]
    assert terminal.asked == 2


def test_only_the_last_of_many_resizes_is_painted(terminal: SlowTerminal) -> None:
    for _ in range(50):
        terminal.flow_control.resized()
        terminal.paint()
    assert terminal.painted == []
    terminal.pass_time()
    assert terminal.painted == ["newest"]

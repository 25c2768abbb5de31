"""A frame below the prompt: only the cells that differ are sent, wherever the prompt is."""

from __future__ import annotations

import pyte
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.color import ColorSystem
from rich.segment import Segment

from rolecall.ui.rendering.frame import Frame
from rolecall.ui.rendering.inline_frame import InlineFrame, Place
from tests.support.screens.screen import Screen
from tests.ui.rendering.test_frame import HEIGHT, WIDTH, Line, cells_of, frames, paint

PROMPT = "$ awsp"
QUERY = "\x1b[6n"
LINES = HEIGHT + 4
carets = st.tuples(st.integers(0, HEIGHT - 1), st.integers(0, WIDTH - 1))


class Picker:
    """A terminal with a prompt after some lines, and what a picker sends below it."""

    def __init__(self, erases: bool, lines_above: int) -> None:
        self.frame = InlineFrame(erases)
        self.caret: Place = (0, 0)
        self.screen = Screen(WIDTH, LINES)
        self.stream = pyte.Stream(self.screen)
        self.stream.feed("\r\n" * lines_above + f"{PROMPT}\r\n")

    def paint(self, frame: list[Line], caret: Place = (0, 0)) -> str:
        before, self.caret = self.caret, caret
        text = self.frame.update_lines(
            frame, WIDTH, ColorSystem.EIGHT_BIT, at=before, caret=caret, query=QUERY
        )
        self.stream.feed(text)
        return text

    @property
    def top(self) -> int:
        """The first line of the frame."""
        return self.screen.cursor.y - self.caret[0]


@pytest.mark.thorough
@pytest.mark.parametrize("erases", [True, False])
@settings(max_examples=40)
@given(frames(), st.integers(0, LINES - 1), st.data())
def test_the_terminal_shows_the_last_frame_below_the_prompt(
    erases: bool, painted: list[list[Line]], lines_above: int, data: st.DataObject
) -> None:
    picker = Picker(erases, lines_above)
    for frame in painted:
        picker.paint(frame, data.draw(carets))
    screen, top = picker.screen, picker.top
    assert "".join(screen.buffer[top - 1][x].data for x in range(len(PROMPT))) == PROMPT
    assert screen.cursor.x == picker.caret[1]
    whole = Screen(WIDTH, HEIGHT)
    pyte.Stream(whole).feed(paint(Frame(erases), painted[-1]))
    shown = cells_of(screen)[top : top + HEIGHT]
    assert shown == cells_of(whole)
    assert picker.paint(painted[-1], picker.caret) == ""


def test_a_changed_cell_costs_a_few_bytes() -> None:
    picker = Picker(erases=True, lines_above=3)
    frame = [[Segment("x" * WIDTH)]] * HEIGHT
    picker.paint(frame)
    assert len(picker.paint([*frame[:-1], [Segment("y" + "x" * (WIDTH - 1))]])) < 20


def test_the_terminal_is_asked_while_the_cursor_is_at_the_start_of_the_frame() -> None:
    picker = Picker(erases=True, lines_above=0)
    text = picker.paint([[Segment("x" * WIDTH)]] * HEIGHT, (2, 5))
    screen = Screen(WIDTH, LINES)
    pyte.Stream(screen).feed(f"{PROMPT}\r\n{text.partition(QUERY)[0]}")
    assert (screen.cursor.x, screen.cursor.y) == (0, 1)


def test_a_shorter_frame_leaves_nothing_of_the_one_before() -> None:
    picker = Picker(erases=True, lines_above=2)
    picker.paint([[Segment("x" * WIDTH)]] * HEIGHT)
    picker.paint([[Segment("y" * WIDTH)]] * 2)
    text = "".join(picker.screen.display)
    assert "x" not in text
    assert text.count("y") == 2 * WIDTH

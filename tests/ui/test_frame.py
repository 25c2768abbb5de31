"""A frame sends what differs: what stands on the terminal afterwards is always the frame."""

from __future__ import annotations

from itertools import pairwise

import pyte
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style

from rolecall.ui.rendering.ansi import PLAIN, CellStyle, change
from rolecall.ui.rendering.frame import Frame
from tests.support.terminal import _NOT_FOR_PYTE, Screen

WIDTH, HEIGHT = 24, 9
STYLES = [
    Style(),
    Style(bgcolor="#121212"),
    Style(color="#ffaf5f", bgcolor="#121212", bold=True),
    Style(color="#d0d0d0", bgcolor="#303030"),
    Style(color="red"),
    Style(reverse=True),
    Style(underline=True, bgcolor="#121212"),
]
WORDS = [
    "audit ",
    "  ",
    "          ",
    "本番",
    "é",
    "e\u0301",
    "🚀",
    "█▀",
    "prod-7",
    "שלום",
    "مرحبا",
    "038410265977",
]

Line = list[Segment]
lines = st.lists(
    st.builds(Segment, st.sampled_from(WORDS), st.sampled_from(STYLES)), max_size=5
).map(lambda line: Segment.adjust_line_length(line, WIDTH, STYLES[1]))


@st.composite
def frames(draw: st.DrawFn) -> list[list[Line]]:
    """Some frames, each like the one before: lines changed, scrolled, or all new."""
    made = [draw(st.lists(lines, min_size=HEIGHT, max_size=HEIGHT))]
    for _ in range(draw(st.integers(1, 4))):
        frame = list(made[-1])
        by = draw(st.integers(-3, 3))
        top, bottom = sorted(draw(st.tuples(st.integers(0, HEIGHT), st.integers(0, HEIGHT))))
        region = frame[top:bottom]
        frame[top:bottom] = region[by:] + region[:by]
        for y in draw(st.sets(st.integers(0, HEIGHT - 1), max_size=HEIGHT)):
            frame[y] = draw(lines)
        made.append(frame)
    return made


def paint(canvas: Frame, frame: list[Line]) -> str:
    parts = [(y, 0, line) for y, line in enumerate(frame)]
    return canvas.paint(parts, WIDTH, HEIGHT, ColorSystem.EIGHT_BIT)


def shown(output: str) -> list[list[tuple[object, ...]]]:
    """Characters and colours; of a blank what is seen of it."""
    screen = Screen(WIDTH, HEIGHT)
    pyte.Stream(screen).feed(output)
    return [
        [
            (c.data, c.bg, c.reverse, c.underscore, *(() if c.data == " " else (c.fg, c.bold)))
            for c in (screen.buffer[y][x] for x in range(WIDTH))
        ]
        for y in range(HEIGHT)
    ]


@pytest.mark.parametrize("erases", [True, False])
@settings(max_examples=40, deadline=None)
@given(frames())
def test_only_what_differs_is_sent_and_the_frame_is_what_stands(
    erases: bool, painted: list[list[Line]]
) -> None:
    canvas = Frame(erases)
    output = "".join(paint(canvas, frame) for frame in painted)
    assert shown(output) == shown(paint(Frame(erases), painted[-1]))
    assert paint(canvas, painted[-1]) == ""


@settings(max_examples=40, deadline=None)
@given(frames())
def test_nothing_costs_more_than_all_of_it(painted: list[list[Line]]) -> None:
    canvas = Frame()
    paint(canvas, painted[0])
    for _, frame in pairwise(painted):
        cost = len(paint(canvas, frame))
        assert cost <= 1.5 * len(paint(Frame(), frame)) + 60


def test_a_line_that_scrolls_is_moved_by_the_terminal() -> None:
    frame = [[Segment(f"{i} account {i * 7919:012}".ljust(WIDTH))] for i in range(HEIGHT + 1)]
    canvas = Frame()
    paint(canvas, frame[:HEIGHT])
    assert len(paint(canvas, frame[1:])) < 60


def test_what_was_painted_is_forgotten() -> None:
    frame = [[Segment("x" * WIDTH)]] * HEIGHT
    canvas = Frame()
    first = paint(canvas, frame)
    canvas.forget()
    assert not canvas.knows(WIDTH, HEIGHT)
    assert paint(canvas, frame) == first


def test_a_link_over_two_lines_is_one_link_that_the_terminal_wraps() -> None:
    style = Style(link="https://example.com/device")
    parts = [
        (0, 0, [Segment("https://exam", style)]),
        (1, 0, [Segment("ple.com/device"[:9], style), Segment("   ")]),
    ]
    canvas = Frame()
    sent = canvas.paint(parts, 12, 2, ColorSystem.EIGHT_BIT)
    assert sent.count("\x1b]8;id=") == 1
    assert "https://example.com/d" in sent
    screen = Screen(12, 2)
    pyte.Stream(screen).feed(_NOT_FOR_PYTE.sub(b"", sent.encode()).decode())
    assert screen.display == ["https://exam", "ple.com/d   "]
    assert canvas.paint(parts, 12, 2, ColorSystem.EIGHT_BIT) == ""
    unlinked = Frame(links=False).paint(parts, 12, 2, ColorSystem.EIGHT_BIT)
    assert "\x1b]8" not in unlinked


def test_a_flag_is_taken_back_in_the_shortest_way() -> None:
    ground = CellStyle(background="48;5;233")
    match = ground._replace(flags=frozenset({"1", "4"}))
    assert change(match, ground) == "\x1b[22;24m"
    assert change(match, PLAIN) == "\x1b[m"
    faint = ground._replace(flags=frozenset({"2"}))  # 22 would take both back
    assert change(ground._replace(flags=frozenset({"1", "2"})), faint) == "\x1b[22;2m"


@pytest.mark.parametrize("erases", [True, False])
def test_nothing_old_is_left_beside_an_emoji_that_is_drawn_in_one_cell(erases: bool) -> None:
    canvas = Frame(erases)
    canvas.paint([(0, 0, [Segment("abcdef")])], 6, 1, ColorSystem.EIGHT_BIT)
    sent = canvas.paint([(0, 0, [Segment("a🚀def")])], 6, 1, ColorSystem.EIGHT_BIT)
    screen = Screen(6, 1)
    narrow = sent.replace("🚀", "^")  # as xterm.js draws it unless told otherwise
    pyte.Stream(screen).feed(f"abcdef{narrow}")
    assert screen.display == ["a^ def"]

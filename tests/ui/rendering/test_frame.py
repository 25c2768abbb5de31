"""A frame sends only the cells that differ, and the terminal shows the whole frame afterwards."""

from __future__ import annotations

from itertools import pairwise

import pyte
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style

from rolecall.terminal.cell_style import PLAIN, CellStyle, style_change
from rolecall.ui.rendering.frame import Frame
from tests.hostile.grammar import violations
from tests.hostile.texts import PIECES
from tests.support.for_each import for_each
from tests.support.screens.screen import NOT_FOR_PYTE, Screen

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
    "x",
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
    """Return frames that resemble the one before: some lines changed, scrolled, or all new."""
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


def paint(shown: Frame, frame: list[Line]) -> str:
    parts = [(y, 0, line) for y, line in enumerate(frame)]
    return shown.update(parts, WIDTH, HEIGHT, ColorSystem.EIGHT_BIT)


def on_screen(output: str) -> list[list[tuple[object, ...]]]:
    screen = Screen(WIDTH, HEIGHT)
    pyte.Stream(screen).feed(output)
    return cells_of(screen)


def cells_of(screen: Screen) -> list[list[tuple[object, ...]]]:
    """Return characters and colours; for a blank, only what shows on it."""
    return [
        [
            (c.data, c.bg, c.reverse, c.underscore, *(() if c.data == " " else (c.fg, c.bold)))
            for c in (screen.buffer[y][x] for x in range(WIDTH))
        ]
        for y in range(screen.lines)
    ]


@pytest.mark.thorough
@pytest.mark.parametrize("erases", [True, False])
@settings(max_examples=40)
@given(frames())
def test_only_cells_that_differ_are_sent_and_the_whole_frame_is_shown(
    erases: bool, painted: list[list[Line]]
) -> None:
    known = Frame(erases)
    output = "".join(paint(known, frame) for frame in painted)
    assert on_screen(output) == on_screen(paint(Frame(erases), painted[-1]))
    assert paint(known, painted[-1]) == ""


@pytest.mark.thorough
@settings(max_examples=40)
@given(frames())
def test_a_change_costs_little_more_than_the_whole_frame_at_most(painted: list[list[Line]]) -> None:
    known = Frame()
    paint(known, painted[0])
    for _, frame in pairwise(painted):
        cost = len(paint(known, frame))
        assert cost <= 1.5 * len(paint(Frame(), frame)) + 60


def test_the_terminal_moves_lines_that_scroll() -> None:
    frame = [[Segment(f"{i} account {i * 7919:012}".ljust(WIDTH))] for i in range(HEIGHT + 1)]
    known = Frame()
    paint(known, frame[:HEIGHT])
    assert len(paint(known, frame[1:])) < 60


def test_letters_of_another_style_inside_a_text_cost_one_byte_each_and_their_place() -> None:
    known = Frame()
    paint(known, [[Segment(" " * WIDTH)]] * HEIGHT)
    plain, found = Style(), Style(underline=True)
    words = [Segment("shop-", plain), Segment("pr", found), Segment("od".ljust(WIDTH - 7), plain)]
    output = paint(known, [words] * HEIGHT)
    assert "shop-  od" in output
    # The same columns of the next line are two bytes to the left.
    assert "pr\x1b[B\b\bpr" in output
    assert on_screen(output) == on_screen(paint(Frame(), [words] * HEIGHT))


def test_an_invalid_frame_is_sent_whole() -> None:
    frame = [[Segment("x" * WIDTH)]] * HEIGHT
    known = Frame()
    first = paint(known, frame)
    known.invalidate()
    assert not known.has_size(WIDTH, HEIGHT)
    assert paint(known, frame) == first


@for_each("name", PIECES)
def test_no_text_reaches_the_terminal_unsafe(name: str) -> None:
    sent = Frame().update([(0, 0, [Segment(PIECES[name])])], WIDTH, 1, ColorSystem.TRUECOLOR)
    assert not list(violations(sent.encode()))


def test_the_terminal_wraps_a_link_of_two_lines_as_one_link() -> None:
    style = Style(link="https://example.com/device")
    parts = [
        (0, 0, [Segment("https://exam", style)]),
        (1, 0, [Segment("ple.com/device"[:9], style), Segment("   ")]),
    ]
    known = Frame()
    sent = known.update(parts, 12, 2, ColorSystem.EIGHT_BIT)
    assert sent.count("\x1b]8;id=") == 1
    assert "https://example.com/d" in sent
    screen = Screen(12, 2)
    pyte.Stream(screen).feed(NOT_FOR_PYTE.sub(b"", sent.encode()).decode())
    assert screen.display == ["https://exam", "ple.com/d   "]
    assert known.update(parts, 12, 2, ColorSystem.EIGHT_BIT) == ""
    unlinked = Frame(links=False).update(parts, 12, 2, ColorSystem.EIGHT_BIT)
    assert "\x1b]8" not in unlinked


@for_each(
    ("colour", "code"),
    [
        ("#121212", "38;5;233"),
        ("#eeeeee", "38;5;255"),
        ("#d70000", "38;5;160"),
        ("#5f87af", "38;5;67"),
        ("#ffffff", "38;5;231"),
        ("#131313", "38;2;19;19;19"),
        ("#d70001", "38;2;215;0;1"),
        ("#0000ff", "38;2;0;0;255"),  # some palettes have another colour in its place
        ("#000000", "38;2;0;0;0"),
    ],
)
def test_a_colour_of_the_palette_is_sent_by_its_number(colour: str, code: str) -> None:
    sent = Frame().update(
        [(0, 0, [Segment("x", Style(color=colour))])], 1, 1, ColorSystem.TRUECOLOR
    )
    assert f"\x1b[{code}m\x1b[1Hx" in sent


def test_a_flag_ends_with_the_shortest_sequence() -> None:
    plain = CellStyle(background="48;5;233")
    match = plain._replace(flags=frozenset({"1", "4"}))
    assert style_change(match, plain) == "\x1b[22;24m"
    assert style_change(match, PLAIN) == "\x1b[m"
    faint = plain._replace(flags=frozenset({"2"}))  # 22 would end both
    assert style_change(plain._replace(flags=frozenset({"1", "2"})), faint) == "\x1b[22;2m"


@pytest.mark.parametrize("erases", [True, False])
def test_an_emoji_drawn_in_one_cell_leaves_nothing_old_next_to_it(erases: bool) -> None:
    known = Frame(erases)
    known.update([(0, 0, [Segment("abcdef")])], 6, 1, ColorSystem.EIGHT_BIT)
    sent = known.update([(0, 0, [Segment("a🚀def")])], 6, 1, ColorSystem.EIGHT_BIT)
    screen = Screen(6, 1)
    narrow = sent.replace("🚀", "^")  # as xterm.js draws it by default
    pyte.Stream(screen).feed(f"abcdef{narrow}")
    assert screen.display == ["a^ def"]


@pytest.mark.parametrize("letter", ["\N{REGIONAL INDICATOR SYMBOL LETTER D}", "\ue000"])
def test_what_follows_a_letter_of_unknown_width_stays_in_its_column(letter: str) -> None:
    known = Frame()
    known.update([(0, 0, [Segment("a----e")])], 6, 1, ColorSystem.EIGHT_BIT)
    sent = known.update([(0, 0, [Segment(f"{letter}----f")])], 6, 1, ColorSystem.EIGHT_BIT)
    assert f"{letter}\x1b[1;6Hf" in sent

"""The picture of a launch image: what was written is read again, and it cannot do any harm."""

from __future__ import annotations

import json
import os
import pty
import termios
from typing import Any
from unicodedata import normalize

import pytest
from hypothesis import given, reject
from hypothesis import strategies as st

from rolecall.terminal.cell_style import PLAIN, CellStyle
from rolecall.terminal.cell_writer import CellRow
from rolecall.terminal.launch import Launch
from rolecall.terminal.launch_image import Picture, decoded
from tests.hostile.grammar import violations
from tests.hostile.texts import PIECES
from tests.support.screens.screen import Screen, Stream

WIDTH, HEIGHT = 12, 3
BAR = CellStyle(frozenset({"1"}), "38;2;1;2;3", "48;5;24")
STYLES = [PLAIN, BAR, CellStyle(background="48;5;233"), CellStyle(frozenset({"7"}), "91", "104")]
UNITS = [
    *([(text, style)] for text in ("a", "─", "▌", "e\u0301") for style in STYLES),
    *([(text, style), ("", style)] for text in ("本", "🚀") for style in STYLES),
    *([(" ", style.on_blank())] * 3 for style in STYLES),
]


def _row(units: list[CellRow]) -> CellRow:
    """Return a row of the units that have room, and blanks."""
    row: CellRow = []
    for unit in units:
        row += unit if len(row) + len(unit) <= WIDTH else []
    return row + [(" ", PLAIN)] * (WIDTH - len(row))


rows = st.lists(st.sampled_from(UNITS), max_size=WIDTH).map(_row)
pictures = st.builds(Picture, st.lists(rows, min_size=HEIGHT, max_size=HEIGHT), st.booleans())


@given(pictures)
def test_a_picture_is_read_as_it_was_written(picture: Picture) -> None:
    assert decoded(picture.encoded(), WIDTH, HEIGHT) == picture


@given(pictures)
def test_the_terminal_shows_the_picture(picture: Picture) -> None:
    screen = Screen(WIDTH, HEIGHT)
    stream = Stream(screen)
    stream.feed(b"\x1b[?7l\x1b[41mleft")
    stream.feed(picture.painted().encode())
    texts = ["".join([cell for cell, _ in row]) for row in picture.rows]
    assert screen.display == [normalize("NFC", text) for text in texts]
    bold = [[screen.buffer[y][x].bold for x in range(WIDTH)] for y in range(HEIGHT)]
    assert all(
        is_bold == ("1" in style.flags)
        for flags, row in zip(bold, picture.rows, strict=True)
        for is_bold, (text, style) in zip(flags, row, strict=True)
        if text.strip()
    )


def test_a_link_is_left_out() -> None:
    row = [("a", PLAIN._replace(link="https://x.awsapps.com"))] * WIDTH
    found = decoded(Picture([row], True).encoded(), WIDTH, 1)
    assert found == Picture([[("a", PLAIN)] * WIDTH], True)


@pytest.mark.parametrize(("columns", "lines"), [(WIDTH + 1, 1), (WIDTH, 2), (0, 0)])
def test_a_picture_of_another_size_is_none(columns: int, lines: int) -> None:
    body = Picture([[("a", PLAIN)] * WIDTH], True).encoded()
    assert decoded(body, columns, lines) is None


texts = (
    st.sampled_from(list(PIECES.values()))
    | st.text(max_size=4)
    | st.sampled_from(["38;5;9", "1", "0m\x1b[5"])
)
anything = st.recursive(st.none() | st.booleans() | st.integers() | texts, st.lists, max_leaves=9)
styles = st.sampled_from([["", ""], ["1", "38;2;1;2;3", "48;5;24"], ["7", "9", "91", "104"]])


def test_a_blank_that_the_writer_would_not_end_is_no_picture() -> None:
    body = Picture([[(" ", BAR)] * WIDTH], True).encoded()
    assert decoded(body, WIDTH, 1) is None


@given(styles, st.lists(st.text(max_size=2) | texts, min_size=1, max_size=2))
def test_hostile_text_is_no_picture_or_harmless(style: list[str], row: list[str]) -> None:
    row += ["a"] * (WIDTH - len(row))
    body = json.dumps([True, [["", ""], style], [[[1, row[:6]], [0, row[6:]]]]]).encode()
    if (picture := decoded(body, WIDTH, 1)) is None:
        reject()
    assert list(violations(picture.painted().encode())) == []


codes = st.sampled_from(["", "1", "9", "91", "38;5;9", "38;5;999", "3١", "48;5;1\n", "0m\x1b[5"])


@given(st.lists(codes, max_size=2), codes, st.sampled_from(["", "48;5;24", "104"]) | codes)
def test_a_hostile_style_is_no_picture_or_harmless(
    flags: list[str], foreground: str, background: str
) -> None:
    body = json.dumps([True, [[*flags, foreground, background]], [[[0, "a" * WIDTH]]]]).encode()
    if picture := decoded(body, WIDTH, 1):
        assert list(violations(picture.painted().encode())) == []


@given(anything, st.binary(max_size=20))
def test_nonsense_is_no_picture(value: Any, data: bytes) -> None:
    assert decoded(json.dumps(value).encode(), WIDTH, HEIGHT) is None
    assert decoded(data, WIDTH, HEIGHT) is None
    assert decoded(json.dumps([True, value, value]).encode(), WIDTH, HEIGHT) is None


def test_an_image_that_is_not_shown_leaves_the_screen_alone(
    capfd: pytest.CaptureFixture[str],
) -> None:
    outer, inner = pty.openpty()
    launch = Launch(Picture([[("a", PLAIN)]], False), inner)
    os.close(inner)
    os.close(outer)
    with pytest.raises(termios.error):
        launch.begin()
    launch.end()
    assert not capfd.readouterr().err

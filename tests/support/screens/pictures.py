"""Pictures of screens, and a film of several: SVG without scripts, made from snapshots.

A snapshot has the cells of a screen and the style of each (`tests/support/screens/snapshots.py`).
"""

from __future__ import annotations

import string
from collections.abc import Iterable, Sequence
from html import escape
from itertools import groupby
from typing import Final, NamedTuple

from rich.cells import cell_len, split_graphemes

_CELL: Final = 8.4, 16.4  # the width and height of a cell, in pixels
_PADDING: Final = 10.0
_BAR: Final = 32.0  # the title bar of the window
_TEXT: Final = "#d8dee9"  # of a terminal
_PAPER: Final = "#121212"
_FONT: Final = "DejaVu Sans Mono, Menlo, Consolas, Noto Sans Mono CJK JP, monospace"


class Style(NamedTuple):
    """What a legend of a snapshot says about a style. Colours are “#rrggbb”."""

    foreground: str
    background: str
    flags: frozenset[str]


Row = tuple[tuple[str, Style], ...]  # characters, each with one style and one width


def rows_of(snapshot: str) -> list[Row]:
    """Return the lines of a snapshot, as runs of characters that look alike."""
    screen, maps, legend = snapshot.strip("\n").split("\n\n")
    styles = {line[0]: _style(line[2:]) for line in legend.splitlines()}
    lines = (line[1:-1] for line in screen.splitlines())
    letters = maps.splitlines()
    return [_row(*each, styles) for each in zip(lines, letters, strict=True)]


def _style(words: str) -> Style:
    *flags, foreground, _, background = words.removesuffix(" link").split(" ")
    text = _TEXT if foreground == "default" else foreground
    paper = _PAPER if background == "default" else background
    if "reversed" in flags:
        text, paper = paper, text
    return Style(text, paper, frozenset(flags))


def _row(line: str, letters: str, styles: dict[str, Style]) -> Row:
    spans, _ = split_graphemes(line)
    cells: list[tuple[str, Style, int]] = []
    x = 0
    for start, end, width in spans:
        cells.append((line[start:end], styles[letters[x]], width))
        x += width
    runs = groupby(cells, lambda cell: (cell[1], cell[2]))
    return tuple(("".join(text for text, *_ in run), style) for (style, _), run in runs)


def in_shell(typed: str, snapshot: str) -> str:
    """Return the snapshot of an app below the prompt, with the line of the shell above it."""
    screen, maps, legend = snapshot.strip("\n").split("\n\n")
    letter = next(each for each in string.ascii_letters if f"\n{each} " not in f"\n{legend}")
    width = len(maps.splitlines()[0])
    line = f"│{typed.ljust(width)}│\n"
    return f"{line}{screen}\n\n{letter * width}\n{maps}\n\n{letter} default on default\n{legend}\n"


def still(snapshot: str) -> str:
    """Return the picture of a screen."""
    return film([(snapshot, 1.0)])


def film(frames: Sequence[tuple[str, float]]) -> str:
    """Return a picture that shows each snapshot for so many seconds, and then begins again.

    What does not change is in it once. Without animations, the first frame stays.
    """
    screens = [rows_of(snapshot) for snapshot, _ in frames]
    columns = max(sum(cell_len(text) for text, _ in row) for rows in screens for row in rows)
    height = max(map(len, screens))
    total = sum(seconds for _, seconds in frames)
    begins = [sum(seconds for _, seconds in frames[:at]) / total for at in range(len(frames))]
    parts = []
    for y in range(height):
        shown = [rows[y] if y < len(rows) else () for rows in screens]
        for row in dict.fromkeys(shown):
            if drawn := _drawn(row, _PADDING, _BAR + _PADDING + y * _CELL[1]):
                parts.append(_at_times(drawn, [each == row for each in shown], begins, total))
    size = columns * _CELL[0] + 2 * _PADDING, height * _CELL[1] + _BAR + 2 * _PADDING
    return _window(*size, parts)


def _at_times(drawn: str, shown: Sequence[bool], begins: Sequence[float], total: float) -> str:
    """Show the drawing in some of the frames only."""
    if all(shown):
        return drawn
    changes = [at for at in range(len(shown)) if at == 0 or shown[at] != shown[at - 1]]
    values = ";".join("visible" if shown[at] else "hidden" for at in changes)
    times = ";".join(f"{begins[at]:.4g}" for at in changes)
    first = "visible" if shown[0] else "hidden"
    return (
        f'<g visibility="{first}"><animate attributeName="visibility" calcMode="discrete" '
        f'dur="{total:g}s" repeatCount="indefinite" values="{values}" keyTimes="{times}"/>'
        f"{drawn}</g>"
    )


def _drawn(row: Row, left: float, top: float) -> str:
    papers, texts, x = [], [], left
    for text, style in row:
        width = cell_len(text) * _CELL[0]
        if style.background != _PAPER:
            papers.append(
                f'<rect x="{x:.1f}" y="{top:.1f}" width="{width + 0.2:.1f}" '
                f'height="{_CELL[1] + 0.2:.1f}" fill="{style.background}"/>'
            )
        if text.strip():
            texts.append(_text(text, style, x, top, width))
        x += width
    return "".join([*papers, *texts])


def _text(text: str, style: Style, x: float, top: float, width: float) -> str:
    looks = {"bold": ' font-weight="bold"', "italic": ' font-style="italic"'}
    looks |= {"underlined": ' text-decoration="underline"', "faint": ' opacity="0.6"'}
    look = "".join(looks.get(flag, "") for flag in sorted(style.flags))
    shown = escape(text, quote=False).replace(" ", "\N{NO-BREAK SPACE}")
    return (
        f'<text x="{x:.1f}" y="{top + _CELL[1] * 0.76:.1f}" textLength="{width:.1f}" '
        f'fill="{style.foreground}"{look}>{shown}</text>'
    )


def _window(width: float, height: float, parts: Iterable[str]) -> str:
    dots = "".join(
        f'<circle cx="{18 + 20 * at}" cy="16" r="6" fill="{colour}"/>'
        for at, colour in enumerate(("#ff5f57", "#febc2e", "#28c840"))
    )
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" '
            f'font-family="{_FONT}" font-size="14">',
            f'<rect width="{width:g}" height="{height:g}" rx="8" fill="{_PAPER}"/>',
            dots,
            *parts,
            "</svg>\n",
        ]
    )

"""Screens as text, in `tests/snapshots`: the characters, and below them the style of each.

`make snapshots` writes the files again; `tests/ui/screens/base/test_snapshots.py` compares them.
"""

from __future__ import annotations

import asyncio
import string
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path
from typing import Final
from zlib import crc32

from pyte.graphics import FG_BG_256
from rich.color import ColorSystem

from rolecall.terminal.capabilities import Glyphs
from rolecall.terminal.cell_style import CellStyle
from rolecall.terminal.cell_writer import CellRow
from rolecall.terminal.glyphs import REPLACEMENTS
from rolecall.ui.rendering.frame import Frame
from tests.support.screens.tour import Guide, Visit, film, first_visit, places, tour, watch

FOLDER: Final = Path(__file__).resolve().parents[2] / "snapshots"
_LETTERS: Final = string.ascii_letters + string.digits
_FLAGS: Final = {"1": "bold", "2": "faint", "3": "italic", "4": "underlined", "7": "reversed"}
_COLOURS: Final = ("black", "red", "green", "yellow", "blue", "magenta", "cyan", "white")
_QUIET: Final = 0.4  # seconds without a change after which a screen is written


@dataclass(frozen=True, eq=False)
class Mode:
    """What a terminal can show, and the variables that tell it to rolecall."""

    name: str
    environ: Mapping[str, str]
    colours: ColorSystem = ColorSystem.TRUECOLOR
    glyphs: Glyphs = Glyphs.ALL


_XTERM: Final = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8"}
DARK: Final = Mode("dark", {**_XTERM, "ROLECALL_THEME": "dark"})
MODES: Final = (
    Mode("light", {**_XTERM, "ROLECALL_THEME": "light"}),
    Mode("terminal", {**_XTERM, "ROLECALL_THEME": "terminal"}),
    Mode("16-colours", {"TERM": "xterm", "LANG": "C.UTF-8"}, ColorSystem.STANDARD),
    Mode("no-colour", {**_XTERM, "NO_COLOR": "1"}),
    Mode("ascii", {**_XTERM, "ROLECALL_THEME": "dark", "LANG": "C"}, glyphs=Glyphs.ASCII),
)
_MAIN: Final = {"accounts", "permission-sets", "profiles", "tokens"}


Part = Callable[[tuple[int, int], Mapping[str, str], Visit], Awaitable[None]]


@dataclass(frozen=True)
class Tour:
    """A tour at one size in one mode. Its parts are the four main places, or others."""

    size: tuple[int, int]
    mode: Mode = DARK
    parts: tuple[Part, ...] = (places,)

    def __str__(self) -> str:
        return f"{self.size[0]}x{self.size[1]}{'' if self.mode is DARK else f'-{self.mode.name}'}"

    def path(self, screen: str) -> Path:
        return FOLDER / f"{screen}-{self}.txt"

    async def go(self, visit: Visit) -> None:
        """Visit the screens."""
        for part in self.parts:
            await part(self.size, self.mode.environ, visit)


ALL: Final = (tour, first_visit, watch)
FILM: Final = Tour((120, 40), parts=(film,))
TOURS: Final = (
    Tour((120, 40), parts=(*ALL, film)),
    Tour((80, 24), parts=ALL),
    *(Tour(size) for size in ((200, 50), (100, 30), (60, 16), (40, 10))),
    *(Tour((100, 30), mode) for mode in MODES),
)


def text_of(guide: Guide, mode: Mode) -> str:
    """Return what a terminal shows of the visible screen, with the styles of all cells."""
    guide.clear_message()
    screen = guide.screen
    frame = Frame(replacements=REPLACEMENTS[mode.glyphs])
    parts = screen.changed_parts(whole=True)
    assert parts is not None
    frame.update(parts, *screen.painted_size, mode.colours)
    return _written(frame._rows)


def _written(rows: Sequence[CellRow]) -> str:
    words = {style: _words(style) for row in rows for _, style in row}
    letters = _letters(set(words.values()))
    lines = ["".join(text for text, _ in row) for row in rows]
    maps = ["".join(letters[words[style]] for _, style in row) for row in rows]
    legend = sorted(f"{letter} {text}" for text, letter in letters.items())
    return "\n".join([*(f"│{line}│" for line in lines), "", *maps, "", *legend, ""])


def _letters(styles: set[str]) -> dict[str, str]:
    """Return a letter for each style. It depends on the style, so that it seldom changes."""
    letters: dict[str, str] = {}
    for style in sorted(styles):
        start = crc32(style.encode()) % len(_LETTERS)
        order = _LETTERS[start:] + _LETTERS[:start]
        letters[style] = next(each for each in order if each not in letters.values())
    return letters


def _words(style: CellStyle) -> str:
    flags = [_FLAGS.get(flag, flag) for flag in sorted(style.flags)]
    colours = f"{colour_of(style.foreground)} on {colour_of(style.background)}"
    return " ".join([*flags, colours, *(["link"] if style.link else [])])


def colour_of(code: str) -> str:
    """Return the colour of an SGR code: `#5fafff`, or the name of one of the terminal's."""
    kind, *numbers = code.split(";")
    if numbers and numbers[0] == "5":
        return f"#{FG_BG_256[int(numbers[1])]}"
    if numbers:
        return "#" + "".join(f"{int(number):02x}" for number in numbers[1:])
    if not kind:
        return "default"
    bright = "bright-" if kind[0] == "9" or kind[:2] == "10" else ""
    return bright + _COLOURS[int(kind[-1])]


def difference(before: str, after: str, name: str) -> str:
    """Return how a snapshot differs from what is shown, as a diff."""
    lines = (before.splitlines(), after.splitlines())
    return "\n".join(unified_diff(*lines, f"tests/snapshots/{name}", "shown now", "", "", 1, ""))


async def write_all() -> None:
    FOLDER.mkdir(exist_ok=True)
    old = set(FOLDER.iterdir())
    for each in TOURS:

        async def write(guide: Guide, screen: str, each: Tour = each) -> None:
            path = each.path(screen)
            path.write_text(await text_when_quiet(guide, each.mode), encoding="utf-8")
            old.discard(path)

        await each.go(write)
    for path in old:
        path.unlink()


async def text_when_quiet(guide: Guide, mode: Mode) -> str:
    """Return the text of the screen once it has not changed for a while."""
    text, since = text_of(guide, mode), time.monotonic()
    while time.monotonic() - since < _QUIET:
        await asyncio.sleep(0.05)
        if (now := text_of(guide, mode)) != text:
            text, since = now, time.monotonic()
    return text


if __name__ == "__main__":
    asyncio.run(write_all())

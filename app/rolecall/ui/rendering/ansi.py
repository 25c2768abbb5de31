"""How a style of Rich looks on a terminal with certain colours."""

from __future__ import annotations

from typing import Final

from rich.color import ColorSystem
from rich.style import Style
from textual.strip import Strip

from rolecall.terminal.cell_style import PLAIN, CellStyle

_EXTENDED: Final = {"38", "48"}
# The levels of the colour cube of xterm's palette, and where its colours begin. Base16 palettes
# replace the first of them.
_LEVELS: Final = ("0", "95", "135", "175", "215", "255")
_CUBE: Final = 16
_KEPT_BY_ALL: Final = 22
_GREYS: Final = {str(8 + 10 * i): str(232 + i) for i in range(24)}


def cell_style_of(style: Style | None, colours: ColorSystem) -> CellStyle:
    """Return a Rich style as it looks with these colours."""
    if style is None:
        return PLAIN
    flags: set[str] = set()
    colour_codes = {"3": "", "4": ""}  # foreground and background
    codes = Strip.render_ansi(style, colours).split(";")
    while codes:
        code = codes.pop(0)
        if code in _EXTENDED:
            rest = 2 if codes[0] == "5" else 4
            colour_codes[code[0]] = ";".join([code, *_shortest(codes[:rest])])
            del codes[:rest]
        elif len(code) >= 2 and code[:-1] in {"3", "9"}:
            colour_codes["3"] = code
        elif len(code) >= 2 and code[:-1] in {"4", "10"}:
            colour_codes["4"] = code
        elif code:
            flags.add(code)
    # The default colours need no code.
    fore, back = ("" if code in {"39", "49"} else code for code in colour_codes.values())
    return CellStyle(frozenset(flags), fore, back, style.link or "")


def _shortest(codes: list[str]) -> list[str]:
    """Return the number of a colour in xterm's palette, if it has one: it takes half the bytes."""
    kind, *levels = codes
    if kind != "2":
        return codes
    if len(set(levels)) == 1 and levels[0] in _GREYS:
        return ["5", _GREYS[levels[0]]]
    if not set(levels).issubset(_LEVELS):
        return codes
    red, green, blue = map(_LEVELS.index, levels)
    number = _CUBE + 36 * red + 6 * green + blue
    return ["5", str(number)] if number >= _KEPT_BY_ALL else codes

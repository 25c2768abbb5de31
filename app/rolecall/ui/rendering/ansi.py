"""How a style of Rich looks on a terminal with certain colours."""

from __future__ import annotations

from typing import Final

from rich.color import ColorSystem
from rich.style import Style
from textual.strip import Strip

from rolecall.terminal.cell_style import PLAIN, CellStyle

_EXTENDED: Final = {"38", "48"}


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
            colour_codes[code[0]] = ";".join([code, *codes[:rest]])
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

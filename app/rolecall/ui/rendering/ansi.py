"""How a cell looks, and the fewest codes from one look to the next."""

from __future__ import annotations

from functools import lru_cache
from typing import Final, NamedTuple
from zlib import crc32

from rich.color import ColorSystem
from rich.style import Style
from textual.strip import Strip

# Underline, reverse and strike show on a blank too, and so do double underline and overline.
_SEEN_ON_BLANKS: Final = frozenset({"4", "7", "9", "21", "53"})
# What takes a flag back; bold and faint, and the two underlines, share one.
_OFF: Final = {"1": "22", "2": "22", "3": "23", "4": "24", "21": "24", "7": "27", "9": "29"}
_EXTENDED: Final = {"38", "48"}


class CellStyle(NamedTuple):
    """SGR codes (ECMA-48 8.3.117) by what they set; nothing set is the terminal's own."""

    flags: frozenset[str] = frozenset()
    foreground: str = ""
    background: str = ""
    link: str = ""

    def on_a_blank(self) -> CellStyle:
        """As much of it as is seen where there is no character."""
        if self.link or self.flags & _SEEN_ON_BLANKS:
            return self
        return CellStyle(background=self.background)


PLAIN: Final = CellStyle()


def cell_style_of(style: Style | None, colours: ColorSystem) -> CellStyle:
    """The look of a Rich style with so many colours."""
    if style is None:
        return PLAIN
    flags: set[str] = set()
    ground = {"3": "", "4": ""}
    codes = Strip.render_ansi(style, colours).split(";")
    while codes:
        code = codes.pop(0)
        if code in _EXTENDED:
            rest = 2 if codes[0] == "5" else 4
            ground[code[0]] = ";".join([code, *codes[:rest]])
            del codes[:rest]
        elif len(code) >= 2 and code[:-1] in {"3", "9"}:
            ground["3"] = code
        elif len(code) >= 2 and code[:-1] in {"4", "10"}:
            ground["4"] = code
        elif code:
            flags.add(code)
    # The terminal's own colours are what there is without any code.
    fore, back = (("" if code in {"39", "49"} else code) for code in ground.values())
    return CellStyle(frozenset(flags), fore, back, style.link or "")


@lru_cache(maxsize=1024)
def change(old: CellStyle, new: CellStyle) -> str:
    """The sequences that take a terminal from one look to another."""
    return _sgr(old, new) + _link(old, new)


def _sgr(old: CellStyle, new: CellStyle) -> str:
    afresh = ["", *sorted(new.flags), new.foreground, new.background]
    whole = ";".join(code for i, code in enumerate(afresh) if code or i == 0)
    gone = old.flags - new.flags
    if not gone <= _OFF.keys():
        return f"\x1b[{whole}m"
    off = {_OFF[flag] for flag in gone}
    on = {flag for flag in new.flags if flag not in old.flags or _OFF.get(flag) in off}
    codes = [*sorted(off), *sorted(on)]
    if new.foreground != old.foreground:
        codes.append(new.foreground or "39")
    if new.background != old.background:
        codes.append(new.background or "49")
    if not codes:
        return ""
    return f"\x1b[{min(';'.join(codes), whole, key=len)}m"


def _link(old: CellStyle, new: CellStyle) -> str:
    """OSC 8. The parts of one link carry one id, so that a terminal takes them for one link."""
    if new.link == old.link:
        return ""
    if not new.link:
        return "\x1b]8;;\x1b\\"
    return f"\x1b]8;id={crc32(new.link.encode()):x};{new.link}\x1b\\"

"""How a cell looks, and the shortest escape sequence from one style to another."""

from __future__ import annotations

from functools import lru_cache
from typing import Final
from zlib import crc32

from rolecall.domain.records import NamedTuple

# Underline, reverse, strike, double underline and overline also show on a blank.
_SHOWN_ON_BLANKS: Final = frozenset({"4", "7", "9", "21", "53"})
# The code that ends a flag. Bold and faint share one, and so do both underlines.
_OFF: Final = {"1": "22", "2": "22", "3": "23", "4": "24", "21": "24", "7": "27", "9": "29"}


class CellStyle(NamedTuple):
    """SGR codes (ECMA-48 8.3.117) by what they set. An empty one is the terminal's default."""

    flags: frozenset[str] = frozenset()
    foreground: str = ""
    background: str = ""
    link: str = ""

    def on_blank(self) -> CellStyle:
        """Return the part of the style that shows on a blank."""
        if self.link or self.flags & _SHOWN_ON_BLANKS:
            return self
        return CellStyle(background=self.background)


PLAIN: Final = CellStyle()


@lru_cache(maxsize=1024)
def style_change(old: CellStyle, new: CellStyle) -> str:
    """Return the sequences that take a terminal from one style to another."""
    return _sgr(old, new) + _link(old, new)


def _sgr(old: CellStyle, new: CellStyle) -> str:
    after_reset = ["", *sorted(new.flags), new.foreground, new.background]
    whole = ";".join(code for i, code in enumerate(after_reset) if code or i == 0)
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
    """Return the OSC 8 sequence. The parts of one link share an id, so that they are one link."""
    if new.link == old.link:
        return ""
    if not new.link:
        return "\x1b]8;;\x1b\\"
    return f"\x1b]8;id={crc32(new.link.encode()):x};{new.link}\x1b\\"

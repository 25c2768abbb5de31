"""A link as a QR code: its modules, and its text for a terminal."""

from __future__ import annotations

from functools import lru_cache
from itertools import zip_longest
from typing import Final

# ISO/IEC 18004 requires four modules of quiet zone. In a small terminal two are enough for readers.
QUIET_ZONES: Final = (4, 2)
_BLACK_ON_WHITE: Final = "\x1b[38;5;16;48;5;231m{}\x1b[0m"

Modules = tuple[tuple[bool, ...], ...]


@lru_cache(maxsize=8)
def modules(text: str, quiet_zone: int) -> Modules:
    """Return the rows of modules with the quiet zone; a dark module is True."""
    import segno

    code = segno.make(text, error="l", micro=False)
    return tuple(
        tuple(bool(module) for module in row)
        for row in code.matrix_iter(scale=1, border=quiet_zone)
    )


def fitting(text: str, columns: int, rows: int) -> Modules | None:
    """Return the modules with the widest quiet zone that fits, or None if none does."""
    for quiet_zone in QUIET_ZONES:
        found = modules(text, quiet_zone)
        if len(found[0]) <= columns and (len(found) + 1) // 2 <= rows:
            return found
    return None


def half_blocks(rows: Modules, *, dark_is_ink: bool) -> list[str]:
    """Return two rows of modules as one line. Ink draws the dark modules, or the light ones."""
    cells = {(True, True): "█", (True, False): "▀", (False, True): "▄", (False, False): " "}
    return [
        "".join(
            cells[top is dark_is_ink, bottom is dark_is_ink]
            for top, bottom in zip(above, below, strict=True)
        )
        for above, below in zip_longest(rows[::2], rows[1::2], fillvalue=(False,) * len(rows[0]))
    ]


def in_terminal(rows: Modules, *, colours: bool) -> str:
    """Return the code as lines of text, black on white whatever the terminal's colours are.

    Without colours, the light modules have the colour of text, which is light on most terminals.
    """
    lines = half_blocks(rows, dark_is_ink=colours)
    return "\n".join(_BLACK_ON_WHITE.format(line) if colours else line for line in lines)

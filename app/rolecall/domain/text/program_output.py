"""What a program has written, made safe to show: colours stay, everything else that controls a
terminal goes.
"""

from __future__ import annotations

import re
from typing import Final

from rolecall.domain.text import safe

# Select Graphic Rendition: ECMA-48 §8.3.117. Parameters also have colons (ISO 8613-6).
_COLOURS: Final = re.compile(r"(\x1b\[[0-9;:]*m)")
# Other control sequences, control strings such as titles and links, and two-character escapes.
_OTHERS: Final = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b[P\]X^_][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b[ -/]*[0-~]"
)
_RESET: Final = "\x1b[0m"


def shown_line(line: str) -> str:
    """Return a line of output with its colours, which end with the line.

    If the program has overwritten the line, its last state is shown.
    """
    text = line.rstrip("\r\n").rpartition("\r")[2].expandtabs(8)
    if text.isascii() and text.isprintable():  # the fast way for most lines
        return text
    parts = _COLOURS.split(text)
    parts[::2] = [safe(_OTHERS.sub("", part)) for part in parts[::2]]
    return "".join(parts) + (_RESET if len(parts) > 1 else "")


def plain_line(line: str) -> str:
    """Return a line of output as `shown_line` does, without its colours."""
    return _COLOURS.sub("", shown_line(line))

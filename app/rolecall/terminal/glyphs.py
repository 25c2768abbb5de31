"""Replacements for signs that a terminal does not have, each as wide as the sign."""

from __future__ import annotations

from typing import Final

from rolecall.terminal.capabilities import Glyphs

_SIGNS: Final = {
    **dict(zip("▌▎❯›→←↑↓▲▼►", "|!>>><^v^v>", strict=True)),
    **dict(zip("●◐◔○★◆✓✗−–—…", "*o.-*#vx---~", strict=True)),
    **dict(zip("━╌─│┌┐└┘├┤╭╮╰╯", "=--|++++++++++", strict=True)),
    **dict(zip("█▀▄·×“”‘’", "#'.-x\"\"''", strict=True)),
}
# In every font of the Linux console (code page 437): large codes and QR codes stay readable.
_CONSOLE: Final = "█▀▄▌─│┌┐└┘├┤·"
_CONSOLE_SIGNS: Final = {"▎": "▌", **dict(zip("╭╮╰╯", "┌┐└┘", strict=True))}

REPLACEMENTS: Final = {
    Glyphs.ALL: {},
    Glyphs.CONSOLE: str.maketrans(
        {k: v for k, v in _SIGNS.items() if k not in _CONSOLE} | _CONSOLE_SIGNS
    ),
    Glyphs.ASCII: str.maketrans(_SIGNS),
}

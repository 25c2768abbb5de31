"""Reads QR codes from a terminal's screen: draws it as an image and gives that to zxing."""

from __future__ import annotations

import re
from typing import Any

import zxingcpp

from tests.support.terminal import Terminal

_PIXELS = 4  # the width and height of half a cell
_HALVES = {" ": (0, 0), "▀": (1, 0), "▄": (0, 1), "█": (1, 1)}


def read(terminal: Terminal, default: tuple[int, int]) -> list[str]:
    """Return the texts of the codes on the screen.

    `default` is the brightness of the terminal's own foreground and background, 0 to 255.
    Characters other than half blocks are drawn as noise.
    """
    screen = terminal.screen
    rows: list[bytes] = []
    for y in range(screen.lines):
        halves: tuple[list[int], list[int]] = ([], [])
        for x in range(screen.columns):
            cell = terminal.cell(x, y)
            ink, paper = _brightness(cell.fg, default[0]), _brightness(cell.bg, default[1])
            if cell.reverse:
                ink, paper = paper, ink
            for half, is_ink in zip(halves, _HALVES.get(cell.data, (1, 0)), strict=True):
                half.append(ink if is_ink else paper)
        for half in halves:
            line = bytes(pixel for pixel in half for _ in range(_PIXELS))
            rows += [line] * _PIXELS
    image = memoryview(b"".join(rows)).cast("B", shape=[len(rows), len(rows[0])])
    codes = zxingcpp.read_barcodes(image)  # the lines of boxes may look like other barcodes
    return [code.text for code in codes if code.format == zxingcpp.BarcodeFormat.QRCode]


def _brightness(colour: Any, default: int) -> int:
    if colour == "default":
        return default
    named = {"black": "000000", "white": "ffffff", "brightwhite": "ffffff"}
    if not re.fullmatch("[0-9a-f]{6}", named.get(colour, colour)):
        return 128  # a colour of the terminal's palette
    red, green, blue = bytes.fromhex(named.get(colour, colour))
    return (red * 299 + green * 587 + blue * 114) // 1000

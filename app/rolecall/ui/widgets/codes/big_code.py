"""The device code in large type, readable across a desk: two pixels a cell, three lines high."""

from __future__ import annotations

from typing import Final

from textual.content import Content
from textual.widget import Widget

_GLYPHS: Final = {
    "A": ".##. #..# #### #..# #..#",
    "B": "###. #..# ###. #..# ###.",
    "C": ".### #... #... #... .###",
    "D": "###. #..# #..# #..# ###.",
    "E": "#### #... ###. #... ####",
    "F": "#### #... ###. #... #...",
    "G": ".### #... #.## #..# .###",
    "H": "#..# #..# #### #..# #..#",
    "I": "### .#. .#. .#. ###",
    "J": "..## ...# ...# #..# .##.",
    "K": "#..# #.#. ##.. #.#. #..#",
    "L": "#... #... #... #... ####",
    "M": "#...# ##.## #.#.# #...# #...#",
    "N": "#..# ##.# #.## #..# #..#",
    "O": ".##. #..# #..# #..# .##.",
    "P": "###. #..# ###. #... #...",
    "Q": ".##. #..# #..# #.#. .#.#",
    "R": "###. #..# ###. #.#. #..#",
    "S": ".### #... .##. ...# ###.",
    "T": "##### ..#.. ..#.. ..#.. ..#..",
    "U": "#..# #..# #..# #..# .##.",
    "V": "#...# #...# .#.#. .#.#. ..#..",
    "W": "#...# #...# #.#.# ##.## #...#",
    "X": "#...# .#.#. ..#.. .#.#. #...#",
    "Y": "#...# .#.#. ..#.. ..#.. ..#..",
    "Z": "#### ..#. .#.. #... ####",
    "0": ".##. #.## ##.# #..# .##.",
    "1": ".#. ##. .#. .#. ###",
    "2": "###. ...# .##. #... ####",
    "3": "###. ...# .##. ...# ###.",
    "4": "#..# #..# #### ...# ...#",
    "5": "#### #... ###. ...# ###.",
    "6": ".##. #... ###. #..# .##.",
    "7": "#### ...# ..#. .#.. .#..",
    "8": ".##. #..# .##. #..# .##.",
    "9": ".##. #..# .### ...# .##.",
    "-": "... ... ### ... ...",
}
_CELLS: Final = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}


def large(code: str) -> list[str]:
    """Return the three lines of a code in large type. An unknown character is a gap."""
    glyphs = [_GLYPHS.get(character, "... ... ... ... ...").split() for character in code.upper()]
    rows = [".".join(glyph[y] for glyph in glyphs) for y in range(5)]
    rows = [row.replace(".", " ") for row in rows]
    rows.append(" " * len(rows[0]))
    return [
        "".join(_CELLS[top == "#", bottom == "#"] for top, bottom in zip(*pair, strict=True))
        for pair in zip(rows[::2], rows[1::2], strict=True)
    ]


class BigCode(Widget):
    """The code in large type if it fits, otherwise in bold."""

    def __init__(self) -> None:
        super().__init__()
        self._code = ""

    def show(self, code: str) -> None:
        self._code = code
        self.refresh(layout=False)

    def render(self) -> Content:
        lines = large(self._code) if self._code else [""]
        if len(lines[0]) > self.size.width or self.size.height < len(lines):
            lines = [self._code]
        return Content.assemble(("\n".join(lines), "bold $accent"))

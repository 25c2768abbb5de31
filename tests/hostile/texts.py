"""Hostile texts: what a name from AWS, a file or an argument can have in it to harm a terminal."""

from __future__ import annotations

import random
import re
from typing import Final

PIECES: Final = {
    "csi": "\x1b[33;45;9mred\x1b[77;88H\x1b[2J",
    "title": "\x1b]0;evil\x07",
    "link": "\x1b]8;;https://evil.example\x1b\\click\x1b]8;;\x1b\\",
    "clipboard": "\x1b]52;c;ZXZpbA==\x07",
    "dcs": "\x1bPtmux;\x1b\x1b]0;evil\x07\x1b\\",
    "query": "\x1b[>99c\x1b[6n",
    "charset": "\x0e\x1b(0lqk\x1b(B\x0f",
    "c1": "\x9b31m\x9d0;evil\x9c\x90x\x9c\x85",
    "carriage return": "good\revil",
    "bell": "\x07\x07",
    "backspace": "x\x08\x08evil",
    "tab and feeds": "a\tb\x0b\x0cc",
    "nul": "a\x00b",
    "delete": "a\x7fb",
    "bidi": "\u202egnp.exe\u2066x\u2069\u200f\u061c",
    "zero width": "ad\u200bmin\u2060\ufeff\u00ad",
    "separators": "a\u2028b\u2029c",
    "combining": "e" + "\u0301\u0489" * 300,
    "thai": "\u0e2a" + "\u0e47" * 300,
    "joiners": "x" + "\u200d\ufe0f" * 300,
    "emoji": "👨\u200d👩\u200d👧\u200d👦🏳\ufe0f\u200d🌈",
    "flags": "🇩🇪🇩🇪🇩",
    "tags": "x\U000e0041\U000e007f",
    "wide": "データ基盤",
    "surrogate": "a\ud800b\udfff",
    "markup": "[bold red]x[/] {x} {0} %s [link=https://evil.example]y[/link] $PATH `id` $(id)",
    "quotes": "'\"\\`;|&><*?~#!",
    "interlinear": "\ufff9x\ufffay\ufffb",
    "private": "\ue000\U0010fffd\uffff",
    "long": "x" * 10_000,
}
# Parts of the pieces that have the form of what rolecall writes itself, but never writes.
SIGNATURES: Final = (
    "\x1b[33;45;9m",
    "\x1b[77;88H",
    "\x1b]52;c;ZXZpbA==",
    "\x1b[>99c",
    "lqk\x1b(B",
    "\revil",
    "x\x08",
)
# What a line of an INI file or an argument of a process cannot have.
_NOT_IN_FILES: Final = str.maketrans("", "", "\n\r\x00\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029[]=:#;")


class Texts:
    """Makes texts of several pieces, always the same for a seed. Each begins with its own mark."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._left: list[str] = []
        self.marks: dict[str, str] = {}

    def next(self, field: str, most: int = 3) -> str:
        """Return a text for a field. Its mark says later whether the field was shown."""
        mark = self.marks.setdefault(field, f"F{len(self.marks):02}x")
        return mark + "".join(self._piece() for _ in range(self._random.randint(1, most)))

    def for_file(self, field: str) -> str:
        """Return a text that can stand in one line of a file, and be an argument."""
        text = self.next(field).translate(_NOT_IN_FILES)
        return text.encode("utf-8", "ignore").decode()[:500].strip()

    def for_name(self, field: str) -> str:
        """Return a text that can be the name of a profile without quotes."""
        return re.sub(r"[\s\'\"\\\\]", "", self.for_file(field))

    def _piece(self) -> str:
        """Return the pieces in another order each time, so that none is left out."""
        if not self._left:
            self._left = self._random.sample(list(PIECES.values()), len(PIECES))
        return self._left.pop()

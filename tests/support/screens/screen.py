"""The screen of pyte, corrected."""

from __future__ import annotations

import re
from typing import Any, Final

import pyte

# Sequences that pyte prints or misreads: private modifiers, mode queries, OSC, DCS and APC strings.
NOT_FOR_PYTE: Final = re.compile(
    rb"\x1b\[[<>=][0-9;:]*[a-zA-Z]|\x1b\[\??[0-9;]*\$[a-z]|\x1b\[[0-9;]*[ '\"][a-zA-Z]"
    rb"|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[P_^X][^\x1b]*\x1b\\"
)


class Screen(pyte.Screen):
    """A screen that corrects pyte.

    pyte clears the screen to the default background instead of the current one. It lacks SU and
    SD, which tmux sends, does not move down below the scrolling region, and leaves half of a wide
    character when the other half is overwritten.
    """

    def draw(self, data: str) -> None:
        line, start = self.buffer[self.cursor.y], self.cursor.x
        if 0 < start < self.columns and line[start].data == "":
            line[start - 1] = line[start - 1]._replace(data=" ")
        super().draw(data)
        line, end = self.buffer[self.cursor.y], self.cursor.x
        if 0 < end < self.columns and line[end].data == "":
            line[end] = line[end]._replace(data=" ")

    @property
    def display(self) -> list[str]:
        """Return the lines. pyte's own fails on a half of a wide character that stands alone."""
        columns = range(self.columns)
        return ["".join(self.buffer[y][x].data for x in columns) for y in range(self.lines)]

    def erase_in_display(self, how: int = 0, *args: Any, **options: Any) -> None:
        super().erase_in_display(how, *args, **options)
        if how == 2:
            for y in range(self.lines):
                self.buffer[y].update(dict.fromkeys(range(self.columns), self.cursor.attrs))

    def scroll_up(self, lines: int = 1) -> None:
        """Handle SU."""
        y, (_, self.cursor.y) = self.cursor.y, self.margins or (0, self.lines - 1)
        for _ in range(lines or 1):
            self.index()
        self.cursor.y = y

    def scroll_down(self, lines: int = 1) -> None:
        """Handle SD."""
        y, (self.cursor.y, _) = self.cursor.y, self.margins or (0, self.lines - 1)
        for _ in range(lines or 1):
            self.reverse_index()
        self.cursor.y = y

    def cursor_down(self, count: int | None = None) -> None:
        margins = self.margins
        if margins and self.cursor.y > margins.bottom:
            self.margins = None
        super().cursor_down(count)
        self.margins = margins


class Stream(pyte.ByteStream):
    csi = pyte.ByteStream.csi | {"S": "scroll_up", "T": "scroll_down"}
    events = pyte.ByteStream.events | {"scroll_up", "scroll_down"}

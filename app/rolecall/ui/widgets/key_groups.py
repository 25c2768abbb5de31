"""Keys in columns, by groups."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from typing import Any, Final

from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

_KEY_CELLS: Final = 10
_GAP: Final = 2
_WORDY: Final = 60  # the cells of a column from which whole sentences are shown
_LEAST: Final = 22  # cells of a column

Group = tuple[str, Sequence[tuple[str, str, str, Any]]]  # a title, and rows: keys, name, sentence


class KeyGroups(Widget):
    """As few columns as there is height for, and two if there is width for them."""

    def __init__(self, groups: Sequence[Group]) -> None:
        super().__init__()
        self._groups = groups

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return max(map(_height, self._columns(width)))

    def render(self) -> Content:
        columns = self._columns(self.size.width)
        each = (self.size.width - _GAP * (len(columns) - 1)) // len(columns)
        lines = [self._lines(groups, each) for groups in columns]
        blank = Content(" " * each)
        rows = zip_longest(*lines, fillvalue=blank)
        return Content("\n").join([Content(" " * _GAP).join(row) for row in rows])

    def _columns(self, width: int) -> list[list[Group]]:
        """Return the groups of each column."""
        most = max(1, (width + _GAP) // (_LEAST + _GAP))
        room = max(1, self.app.size.height - 3)  # without the border and the line of keys
        found = _packed(self._groups, 1)
        for count in range(min(2, most), most + 1):
            found = _packed(self._groups, count)
            if max(map(_height, found)) <= room:
                break
        return found

    def _lines(self, groups: Sequence[Group], width: int) -> list[Content]:
        lines: list[Content] = []
        for title, rows in groups:
            if lines:
                lines.append(Content(" " * width))
            lines.append(_cell(Content.styled(title, "bold $heading"), width))
            for keys, name, sentence, _ in rows:
                text = sentence if width >= _WORDY else name
                key = _cell(Content.styled(keys, "bold $accent"), _KEY_CELLS)
                lines.append(_cell(Content.assemble(key, " ", (text, "$foreground")), width))
        return lines


def _height(groups: Sequence[Group]) -> int:
    return sum(len(rows) + 2 for _, rows in groups) - 1


def _packed(groups: Sequence[Group], count: int) -> list[list[Group]]:
    """Return the groups in at most `count` columns, as low as possible."""
    for height in range(1, _height(groups) + 1):
        columns: list[list[Group]] = []
        for group in groups:
            if columns and _height([*columns[-1], group]) <= height:
                columns[-1].append(group)
            else:
                columns.append([group])
        if len(columns) <= count and max(map(_height, columns)) <= height:
            return columns
    return [list(groups)]


def _cell(content: Content, width: int) -> Content:
    """Return the content cut or padded to a width."""
    return content.truncate(width, ellipsis=True).pad_right(max(0, width - content.cell_length))

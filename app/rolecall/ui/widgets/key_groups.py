"""Keys in columns, by groups."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from typing import Any, Final

from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from rolecall.ui.widgets.wrapping import wrap

_KEY_CELLS: Final = 10
_GAP: Final = 2
_WORDY: Final = 100  # minimum columns of the terminal for whole sentences
_LEAST: Final = 22  # cells of a column

Group = tuple[str, Sequence[tuple[str, str, str, Any]]]  # a title, and rows: keys, name, sentence
_Lines = list[Content]


class KeyGroups(Widget):
    """Sentences in two columns or, with less room, names in as few columns as the height allows."""

    def __init__(self, groups: Sequence[Group]) -> None:
        super().__init__()
        self._groups = groups

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return max(map(_height, self._columns(width)))

    def render(self) -> Content:
        columns = [_joined(blocks) for blocks in self._columns(self.size.width)]
        each = _column_width(self.size.width, len(columns))
        rows = zip_longest(*columns, fillvalue=Content(""))
        lines = [[line.pad_right(each - line.cell_length) for line in row] for row in rows]
        return Content("\n").join([Content(" " * _GAP).join(line) for line in lines])

    def _columns(self, width: int) -> list[list[_Lines]]:
        is_wordy = self.app.size.width >= _WORDY
        most = 2 if is_wordy else max(1, (width + _GAP) // (_LEAST + _GAP))
        room = max(1, self.app.size.height - 3)  # without the border and the line of keys
        found: list[list[_Lines]] = []
        for count in range(min(2, most), most + 1):
            cells = _column_width(width, count)
            blocks = [_block(*group, cells, is_wordy) for group in self._groups]
            found = _packed(blocks, count)
            if max(map(_height, found)) <= room:
                break
        return found


def _column_width(width: int, count: int) -> int:
    return (width - _GAP * (count - 1)) // count


def _block(
    title: str, rows: Sequence[tuple[str, str, str, Any]], width: int, is_wordy: bool
) -> _Lines:
    """Return the title and the rows, wrapped."""
    lines = [Content.styled(title, "bold $heading")]
    for keys, name, sentence, _ in rows:
        text = wrap(sentence if is_wordy else name, max(1, width - _KEY_CELLS - 1))
        for key, part in zip_longest(wrap(keys, _KEY_CELLS), text, fillvalue=""):
            left = (key.ljust(_KEY_CELLS + 1), "bold $accent")
            lines.append(Content.assemble(left, (part, "$foreground")))
    return lines


def _joined(blocks: Sequence[_Lines]) -> _Lines:
    first, *rest = blocks
    return [*first, *(line for block in rest for line in (Content(""), *block))]


def _height(blocks: Sequence[_Lines]) -> int:
    return sum(len(block) + 1 for block in blocks) - 1


def _packed(blocks: Sequence[_Lines], count: int) -> list[list[_Lines]]:
    """Return the groups in at most `count` columns, as low as possible."""
    for height in range(1, _height(blocks) + 1):
        columns: list[list[_Lines]] = []
        for block in blocks:
            if columns and _height([*columns[-1], block]) <= height:
                columns[-1].append(block)
            else:
                columns.append([block])
        if len(columns) <= count and max(map(_height, columns)) <= height:
            return columns
    return [list(blocks)]

"""A difference in colours.

Only the visible lines are painted: two thousand profiles are twenty thousand lines.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar, Final

from rich.cells import cell_len, chop_cells
from rich.segment import Segment
from textual import events
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from rolecall.domain.text import safe, wide_text
from rolecall.presentation.texts import profile_strings

_KINDS: Final = {"+": "added", "-": "removed", " ": "context"}
_INDENT: Final = "   "
_GOES_ON: Final = "  "  # before the rest of a wrapped line: it may begin with the sign of a change


class DiffView(ScrollView, can_focus=False):
    """Shows what `presentation.differences.difference` returns.

    `words` are above it, each with its kind, and scroll with it. If not everything fits and there
    are no words, the first changed line, or the sentence above it, is at the top.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"diff-view--{name}" for name in ("added", "removed", "sentence", "context", "warning")
    }

    DEFAULT_CSS = """
    DiffView {
        width: 100%;
        height: 1fr;
        scrollbar-size: 0 0;
    }
    """

    def __init__(
        self, diff: str = "", *, words: Sequence[tuple[str, str]] = (), id: str | None = None
    ) -> None:
        super().__init__(id=id)
        self.words = words
        self._diff: tuple[str, ...] = ()
        self._lines: list[tuple[str, str]] = []
        self.show(diff)

    def show(self, diff: str) -> None:
        lines = tuple(map(safe, diff.splitlines()))
        if lines != self._diff:
            self._diff = lines
            self._fit()

    def show_words(self, words: Sequence[tuple[str, str]]) -> None:
        self.words = words
        self._fit()

    @property
    def text(self) -> str:
        return "\n".join(self._diff)

    def page(self, pages: float) -> None:
        """Scroll by pages, less the line that says how much more there is."""
        step = int(max(1, self.size.height - 1) * pages)
        self.scroll_to(y=self.scroll_offset.y + step, animate=False)

    def on_resize(self, event: events.Resize) -> None:
        self._fit()

    def render_line(self, y: int) -> Strip:
        place = y + self.scroll_offset.y
        kind, text = self._lines[place] if place < len(self._lines) else ("context", "")
        more = len(self._lines) - place
        if y == self.size.height - 1 and more > 1:
            kind, text = "sentence", _INDENT + profile_strings.more_below(more)
        base = self.rich_style
        style = base + self.get_component_rich_style(f"diff-view--{kind}", partial=True)
        return Strip([Segment(text, style)]).adjust_cell_length(self.size.width, base)

    def _fit(self) -> None:
        """Wrap the lines. Before there is a width, they would be cut into single letters."""
        if not self.size.width:
            return
        width = max(1, self.size.width - len(_INDENT) - 1)
        self._lines = list(_lines_of(self.words, self.size.width))
        if self._lines and self._diff:
            self._lines.append(("context", ""))
        first = None
        for line in self._diff:
            kind = _KINDS.get(line[:1], "sentence")
            if first is None and not self.words and kind != "context":
                first = len(self._lines)
            indent = "" if kind == "sentence" else _INDENT
            self._lines += [(kind, indent + piece) for piece in _wrapped(line, width)]
        self.virtual_size = Size(self.size.width, len(self._lines))
        if self.size.height:
            fits = len(self._lines) <= self.size.height
            # `force`: there may have been no layout since the diff became longer than the view.
            self.scroll_to(y=0 if fits else max(0, (first or 0) - 1), animate=False, force=True)
        self.refresh()


def _lines_of(words: Sequence[tuple[str, str]], width: int) -> Iterator[tuple[str, str]]:
    for kind, text in words:
        for paragraph in text.splitlines():
            for line in wide_text.wrap(paragraph, width):
                for piece in chop_cells(line, width):  # a path may be longer
                    yield kind, piece


def _wrapped(line: str, width: int) -> list[str]:
    pieces, rest, goes_on = [], line, ""
    room, next_room = width, max(1, width - len(_GOES_ON))
    while len(rest) > 1 and cell_len(rest) > room:
        begin = _begin_of(rest, room, next_room)
        pieces.append(goes_on + begin)
        rest, goes_on, room = rest[len(begin) :], _GOES_ON, next_room
    return [*pieces, goes_on + rest]


def _begin_of(text: str, width: int, next_width: int) -> str:
    """Return as much of a text as fits in a line, at least one character. A word that fits in the
    next line is not cut. A space after the line belongs to it.
    """
    begin = chop_cells(text, width)[0] or text[0]
    if text[len(begin)] == " ":
        return f"{begin} "
    words = text[: begin.rfind(" ") + 1]
    word = text[len(words) :].partition(" ")[0]
    has_word = bool(words.strip("+- "))
    return words if has_word and cell_len(word) <= next_width else begin

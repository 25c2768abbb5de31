"""Lines of a program's output, with its colours."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual.strip import Strip

from rolecall.domain.records import NamedTuple
from rolecall.domain.text.program_output import shown_line
from rolecall.ui.widgets.framed_lines import StyledLines
from rolecall.ui.widgets.table.columns import without_joiners
from rolecall.ui.widgets.wrapping import console

_ERROR = "▎"  # before what the program has written to standard error
_STYLES = ("border", "title", "production", "edge", "error", "match", "current", "muted")


class Page(NamedTuple):
    """Lines, each with whether it is from standard error, and the words searched for.

    `current` is the place of the found line, and `column` the first visible cell. `placeholder` is
    shown if there are no lines.
    """

    lines: Sequence[tuple[str, bool]] = ()
    words: str = ""
    current: int | None = None
    column: int = 0
    placeholder: str = ""


class OutputView(StyledLines, can_focus=True):
    """Shows a page. The screen around it reads the lines, and scrolls."""

    PREFIX = "output-view"
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"output-view--{name}" for name in _STYLES}

    def __init__(self) -> None:
        super().__init__()
        self._page = Page()

    def show_page(self, page: Page) -> None:
        if page != self._page:
            self._page = page
            self.show_later()

    def build_inner(self) -> list[Strip]:
        width, height = self.inner
        lines = list(self._strips(width))[:height]
        return lines + [Strip([Segment(" " * width, self._style())], width)] * (height - len(lines))

    def _strips(self, width: int) -> Iterator[Strip]:
        page = self._page
        if not page.lines:
            yield self._line(Text(f" {page.placeholder}", self.frame_style("muted")), False, width)
        for place, (line, is_error) in enumerate(page.lines):
            text = Text.from_ansi(without_joiners(shown_line(line)))
            text.end = ""
            self._mark(text, "current" if place == page.current else "match")
            yield self._line(text, is_error, width)

    def _mark(self, text: Text, name: str) -> None:
        words, plain = self._page.words.lower(), text.plain.lower()
        at = plain.find(words) if words else -1
        while at >= 0:
            text.stylize(self.frame_style(name), at, at + len(words))
            at = plain.find(words, at + len(words))

    def _line(self, text: Text, is_error: bool, width: int) -> Strip:
        base = self._style()
        edge = Segment(_ERROR, self.frame_style("error")) if is_error else Segment(" ", base)
        parts = [
            Segment(part.text, self.filtered(base + part.style) if part.style else base)
            for part in text.render(console())
        ]
        shown = Strip(parts).crop(self._page.column, self._page.column + width - 1)
        return Strip([edge, *shown]).adjust_cell_length(width, base)

    def _style(self) -> Style:
        return self.filtered(self.rich_style)

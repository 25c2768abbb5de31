"""A section of a file, below what is wrong with it."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content
from textual.widget import Widget

from rolecall.domain.text import safe
from rolecall.presentation import profile_strings
from rolecall.ui.widgets.wrapping import wrap


class SectionPane(Widget):
    """Shows findings, and then the lines of a section with their numbers."""

    def __init__(self) -> None:
        super().__init__()
        self._shown: tuple[Sequence[str], int, Sequence[str]] = ([], 0, [])

    def show(self, lines: Sequence[str], first: int, findings: Sequence[str]) -> None:
        if self._shown != (lines, first, findings):
            self._shown = (lines, first, findings)
            self.refresh(layout=False)

    def render(self) -> Content:
        shown, height = self._all_lines(), self.size.height
        if len(shown) > height > 0:
            rest = profile_strings.more_lines(len(shown) - height + 1)
            shown[height - 1 :] = [Content.assemble((rest, "$muted"))]
        return Content("\n").join(shown)

    def _all_lines(self) -> list[Content]:
        lines, first, findings = self._shown
        width = self.size.width
        notes = [line for each in findings for line in wrap(each, width)]
        shown = [Content.assemble((line, "$warning")) for line in notes]
        digits = len(str(first + len(lines)))
        for number, line in enumerate(lines, start=first):
            style = "$accent" if line.lstrip().startswith("[") else "$foreground"
            style = "$muted" if line.lstrip()[:1] in {"#", ";"} else style
            text = Content.assemble((f"{number:>{digits}}  ", "$faint"), (safe(line), style))
            shown.append(text.truncate(width, ellipsis=True))
        return shown

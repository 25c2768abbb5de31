"""A section as it stands in the file, under what is the matter with it."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content
from textual.widget import Widget

from rolecall.domain.text import safe
from rolecall.presentation import profile_strings
from rolecall.ui.widgets.wrapping import wrap


class SectionPane(Widget):
    """`show` takes its lines, the number of the first, and the findings, which come first."""

    def __init__(self) -> None:
        super().__init__()
        self._shown: tuple[Sequence[str], int, Sequence[str]] = ([], 0, [])

    def show(self, lines: Sequence[str], first: int, findings: Sequence[str]) -> None:
        if self._shown != (lines, first, findings):
            self._shown = (lines, first, findings)
            self.refresh(layout=False)

    @property
    def needed(self) -> int:
        """The lines that all of it takes."""
        return len(self._made())

    def render(self) -> Content:
        made, height = self._made(), self.size.height
        if len(made) > height > 0:
            rest = profile_strings.more_lines(len(made) - height + 1)
            made[height - 1 :] = [Content.assemble((rest, "$muted"))]
        return Content("\n").join(made)

    def _made(self) -> list[Content]:
        lines, first, findings = self._shown
        width = self.size.width
        said = [line for each in findings for line in wrap(each, width)]
        made = [Content.assemble((line, "$warning")) for line in said]
        digits = len(str(first + len(lines)))
        for number, line in enumerate(lines, start=first):
            style = "$accent" if line.lstrip().startswith("[") else "$foreground"
            style = "$muted" if line.lstrip()[:1] in {"#", ";"} else style
            text = Content.assemble((f"{number:>{digits}}  ", "$faint"), (safe(line), style))
            made.append(text.truncate(width, ellipsis=True))
        return made

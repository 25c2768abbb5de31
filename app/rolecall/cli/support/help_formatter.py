"""Help with wide characters: click counts characters, and breaks lines only at spaces."""

from __future__ import annotations

from collections.abc import Iterable

import click

from rolecall.domain.text.wide_text import wrap

_AS_IT_IS = "\b\n"  # before a paragraph that click leaves alone


class WideHelpFormatter(click.HelpFormatter):
    def write_text(self, text: str) -> None:
        super().write_text(_wrapped(text, self.width - self.current_indent))

    def write_dl(
        self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2
    ) -> None:
        rows = list(rows)
        first = min(max(len(term) for term, _ in rows), col_max) + col_spacing
        room = max(self.width - first - 2, 10)
        super().write_dl(
            [(term, _wrapped(text, room)) for term, text in rows], col_max, col_spacing
        )


def _wrapped(text: str, width: int) -> str:
    paragraphs = text.split("\n\n")
    return "\n\n".join(
        each if each.startswith(_AS_IT_IS) else _AS_IT_IS + "\n".join(wrap(each, width))
        for each in paragraphs
    )

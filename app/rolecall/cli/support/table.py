"""Tables and diffs on standard output: coloured in a terminal, plain and not cut in a pipe."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, TextIO

from rolecall.domain.text import safe
from rolecall.terminal import capabilities

if TYPE_CHECKING:
    from rich.console import Console

_WIDEST: Final = 100_000
_DIFF: Final = {"+": "green", "-": "red", "@": "cyan"}


def print_table(titles: Sequence[str], rows: Sequence[tuple[Sequence[str], str]]) -> None:
    """Print rows of cells, each with the colour of its first and last cell, or "".

    The second cell is a badge. Its column is left out if no row has a badge.
    """
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    has_badges = any(cells[1] for cells, _ in rows)
    for index, title in enumerate(titles):
        if index != 1 or has_badges:
            table.add_column(Text(title), no_wrap=True, overflow="ellipsis")
    for cells, colour in rows:
        first, badge, *middle, last = map(safe, cells)
        badges = [Text(badge, "bold red")] if has_badges else []
        table.add_row(Text(first, colour), *badges, *map(Text, middle), Text(last, colour))
    _console(sys.stdout).print(table)


def print_diff(diff: str, *, err: bool = False) -> None:
    """Print a unified diff, as returned by `Change.diff`, to standard output or error."""
    from rich.text import Text

    lines = diff.splitlines()
    text = [Text(safe(line), _DIFF.get(line[:1], "")) for line in lines]
    console = _console(sys.stderr if err else sys.stdout)
    console.print(*text, sep="\n", soft_wrap=True, end="\n" if lines else "")


def _console(stream: TextIO) -> Console:
    from rich.console import Console

    has_colours = capabilities.shows_colours(os.environ, stream)
    return Console(
        file=stream,
        width=None if stream.isatty() else _WIDEST,
        color_system="standard" if has_colours else None,
        force_terminal=has_colours or None,
    )

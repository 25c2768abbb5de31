"""Columns of plain text on standard output, without Rich, which is slow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rolecall.cli.support.output import echo

_WIDEST: Final = 48  # cells; a longer value moves the rest of its line


def print_columns(lines: Sequence[Sequence[str]]) -> None:
    """Print lines of cells below each other. The cells are safe to show."""
    widths = [min(_WIDEST, max(map(_width, column))) for column in zip(*lines, strict=True)]
    shown = (
        "  ".join(
            cell + " " * (width - _width(cell)) for cell, width in zip(line, widths, strict=True)
        ).rstrip()
        for line in lines
    )
    echo("\n".join(shown))


def _width(cell: str) -> int:
    """The cells that a text takes in a terminal."""
    if cell.isascii():
        return len(cell)
    from rich.cells import cell_len  # late: it is rarely needed

    return cell_len(cell)

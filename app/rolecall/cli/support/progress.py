"""The progress bar on standard error."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress


@contextmanager
def shown_bar(*, redirects: bool = True) -> Iterator[Progress]:
    """Show a bar that disappears in the end. If it `redirects`, what is printed is above it."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn

    with Progress(
        BarColumn(),
        TextColumn("{task.description}", markup=False),
        console=Console(stderr=True, highlight=False),
        transient=True,
        redirect_stdout=redirects,
        redirect_stderr=redirects,
    ) as bar:
        yield bar

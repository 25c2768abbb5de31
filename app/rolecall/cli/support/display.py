"""Output for a terminal: a pager, columns, tables, differences, progress bars and QR codes.

Rich is imported late, because it is slow.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from io import StringIO
from typing import TYPE_CHECKING, Final, TextIO

from rolecall.cli.support.output import BOLD, RED, coloured, in_words, write
from rolecall.domain.process import core_dumps
from rolecall.domain.text import safe
from rolecall.presentation.labels import PRODUCTION
from rolecall.terminal import capabilities
from rolecall.terminal.ending_signals import ENDING, OTHERS

if TYPE_CHECKING:
    from types import FrameType

    from rich.console import Console, RenderableType
    from rich.progress import Progress

    from rolecall.domain.link import Link
    from rolecall.terminal.tab_progress import TabProgress

_NOT_RUN: Final = (126, 127)  # the statuses of a shell that has not found it, or cannot run it
_LESS: Final = "FRX"  # as git sets it: with colours, and what was shown stays on the screen
_WIDEST_CELL: Final = 48  # cells; a longer value moves the rest of its line
_WIDEST: Final = 100_000
_DIFF: Final = {"+": "green", "-": "magenta", "@": "cyan"}
_LINES_BESIDE_QR: Final = 9  # of the link, the code and the shell's prompt


class _Terminal(StringIO):
    """Collects what is written, and looks like the terminal that it is meant for."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


@contextmanager
def paged() -> Iterator[None]:
    """Show what the block prints in a pager if standard output is a terminal that is shorter."""
    command = pager(os.environ) if sys.stdout.isatty() and sys.stdin.isatty() else None
    if command is None:
        yield
        return
    terminal, sys.stdout = sys.stdout, _Terminal()
    try:
        yield
    finally:
        text, sys.stdout = sys.stdout.getvalue(), terminal
        if not (_is_long(text) and _show(command, text)):
            write(text)


def pager(environ: Mapping[str, str]) -> list[str] | None:
    """Return the command of PAGER; None if it is not set, or cannot page."""
    named = environ.get("PAGER", "").strip()
    is_plain = capabilities.is_plain(environ)
    if named in {"", "cat"} or environ.get("TERM") == "dumb" or is_plain:
        return None
    return ["/bin/sh", "-c", named]


def _is_long(text: str) -> bool:
    columns, rows = capabilities.size()
    return sum(1 + max(0, len(line) - 1) // columns for line in text.splitlines()) >= rows


def _show(command: list[str], text: str) -> bool:
    """Show the text and wait for the pager. Returns whether it has started."""
    import subprocess

    from rolecall.cli.support import signals

    environ = {"LESS": _LESS, **os.environ}
    with signals.left_to_program():
        try:
            with core_dumps.allowed():
                process = subprocess.Popen(command, stdin=subprocess.PIPE, env=environ)
        except OSError:
            return False
        with suppress(BrokenPipeError):  # the user has quit it early
            process.communicate(text.encode("utf-8", "replace"))
        return process.wait() not in _NOT_RUN


def print_columns(lines: Sequence[Sequence[str]]) -> None:
    """Print lines of cells below each other, without Rich. The first line has the headings.

    The cells are safe to show.
    """
    widths = [min(_WIDEST_CELL, max(map(_width, column))) for column in zip(*lines, strict=True)]
    heading, *shown = (
        safe(
            "  ".join(
                cell + " " * (width - _width(cell))
                for cell, width in zip(line, widths, strict=True)
            ).rstrip()
        )
        for line in lines
    )
    if (mark := coloured(PRODUCTION, RED)) != PRODUCTION:
        shown = [
            text.removesuffix(PRODUCTION) + mark if line[-1] == PRODUCTION else text
            for text, line in zip(shown, lines[1:], strict=True)
        ]
    write("\n".join([coloured(heading, BOLD), *shown, ""]))


def _width(cell: str) -> int:
    """The cells that a text takes in a terminal."""
    if cell.isascii():
        return len(cell)
    from rich.cells import cell_len

    return cell_len(cell)


def print_table(titles: Sequence[str], rows: Sequence[tuple[Sequence[str], str]]) -> None:
    """Print rows of cells, each with the colour of its first and last cell, or "".

    The second cell is a badge. Its column is left out if no row has a badge. In a pipe nothing is
    coloured or cut.
    """
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    has_badges = any(cells[1] for cells, _ in rows)
    is_plain = capabilities.is_plain(os.environ)  # nothing is cut then
    for index, title in enumerate(titles):
        if index != 1 or has_badges:
            table.add_column(
                Text(title), no_wrap=not is_plain, overflow="fold" if is_plain else "ellipsis"
            )
    for cells, colour in rows:
        first, badge, *middle, last = map(safe, cells)
        if is_plain:
            first, last = "", in_words(last)  # a sign, which the last cell says in words
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
        width=None if stream.isatty() and not capabilities.is_plain(os.environ) else _WIDEST,
        color_system="standard" if has_colours else None,
        force_terminal=has_colours or None,
    )


@contextmanager
def shown_bar(*, redirects: bool = True) -> Iterator[Progress]:
    """Show a progress bar on standard error that disappears in the end.

    If it `redirects`, what is printed is above it.
    """
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn

    with _tab() as tab:

        class Bar(Progress):
            def get_renderable(self) -> RenderableType:
                if tab is not None and self.tasks:
                    totals = [each.total for each in self.tasks]
                    total = 0 if None in totals else int(sum(filter(None, totals)))
                    tab.show(int(sum(each.completed for each in self.tasks)), total)
                return super().get_renderable()

        with Bar(
            BarColumn(),
            TextColumn("{task.description}", markup=False),
            console=Console(stderr=True, highlight=False),
            transient=True,
            redirect_stdout=redirects,
            redirect_stderr=redirects,
        ) as bar:
            yield bar


@contextmanager
def _tab() -> Iterator[TabProgress | None]:
    """Yield what shows progress in the tab, if the terminal has that; clear it at the end, also of
    a command that a signal ends.
    """
    from rolecall.cli.support import signals
    from rolecall.terminal import last_resort, tab_progress

    if not tab_progress.is_taken(os.environ):
        yield None
        return
    stream = sys.stderr

    def show(sequence: str) -> None:
        stream.write(sequence)
        stream.flush()

    def end(number: int, _: FrameType | None) -> None:
        last_resort.restore()
        signal.signal(number, signal.SIG_DFL)
        signal.raise_signal(number)

    tab = tab_progress.TabProgress(os.environ, show)
    ending = (*ENDING, *OTHERS)
    unhandled = [each for each in ending if signal.getsignal(each) is signal.SIG_DFL]
    with signals.handled(dict.fromkeys(unhandled, end)):
        try:
            yield tab
        finally:
            tab.clear()


def show_qr(link: Link) -> None:
    """Print a QR code to standard error if the link is safe, and a terminal has room for it."""
    has_room = sys.stderr.isatty() and _has_blocks(sys.stderr.encoding)
    if not link.url or not has_room or capabilities.is_plain(os.environ):
        return
    from rolecall.presentation import qr

    columns, lines = shutil.get_terminal_size()
    if rows := qr.fitting(link.url, columns, lines - _LINES_BESIDE_QR):
        code = qr.in_terminal(rows, colours=capabilities.shows_colours(os.environ, sys.stderr))
        write(f"{code}\n\n", err=True)


def _has_blocks(encoding: str) -> bool:
    try:
        "█▀▄".encode(encoding)
    except UnicodeEncodeError:
        return False
    return True

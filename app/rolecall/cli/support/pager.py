"""The user's PAGER, for output that is longer than the terminal."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from io import StringIO
from typing import Final

from rolecall.cli.support.output import write
from rolecall.domain.process import core_dumps
from rolecall.terminal import capabilities

_NOT_RUN: Final = (126, 127)  # the statuses of a shell that has not found it, or cannot run it
_LESS: Final = "FRX"  # as git sets it: with colours, and what was shown stays on the screen


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
    if named in {"", "cat"} or environ.get("TERM") == "dumb":
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

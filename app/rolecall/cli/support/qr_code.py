"""A link as a QR code on standard error, for the camera of a phone."""

from __future__ import annotations

import os
import shutil
import sys
from typing import Final

from rolecall.cli.support.output import write
from rolecall.domain.link import Link
from rolecall.presentation import qr
from rolecall.terminal import capabilities

_OTHER_LINES: Final = 9  # of the link, the code and the shell's prompt


def show_qr(link: Link) -> None:
    """Print the QR code if the link is safe, and standard error is a terminal with room for it."""
    if not (link.url and sys.stderr.isatty() and _has_blocks(sys.stderr.encoding)):
        return
    columns, lines = shutil.get_terminal_size()
    if rows := qr.fitting(link.url, columns, lines - _OTHER_LINES):
        code = qr.in_terminal(rows, colours=capabilities.shows_colours(os.environ, sys.stderr))
        write(f"{code}\n\n", err=True)


def _has_blocks(encoding: str) -> bool:
    try:
        "█▀▄".encode(encoding)
    except UnicodeEncodeError:
        return False
    return True

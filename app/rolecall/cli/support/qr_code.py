"""A link as a QR code on standard error, for the camera of a phone."""

from __future__ import annotations

import os
import shutil
import sys
from typing import Final

import click

from rolecall.domain.link import Link
from rolecall.presentation import qr

_OTHER_LINES: Final = 9  # of the link, the code and the shell's prompt


def show_qr(link: Link) -> None:
    """Print the QR code if the link is safe, and standard error is a terminal with room for it."""
    if not (link.url and sys.stderr.isatty()):
        return
    columns, lines = shutil.get_terminal_size()
    if rows := qr.fitting(link.url, columns, lines - _OTHER_LINES):
        click.echo(qr.in_terminal(rows, colours=not os.environ.get("NO_COLOR")), err=True)
        click.echo(err=True)

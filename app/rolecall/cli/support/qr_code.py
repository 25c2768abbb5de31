"""A link for the camera of a phone, on standard error."""

from __future__ import annotations

import os
import shutil
import sys
from typing import Final

import click

from rolecall.presentation import qr

_AROUND: Final = 9  # lines that link, code and the shell's prompt take


def show_qr(link: str) -> None:
    """Where somebody sees it, and it fits."""
    if not sys.stderr.isatty():
        return
    columns, lines = shutil.get_terminal_size()
    if rows := qr.fitting(link, columns, lines - _AROUND):
        click.echo(qr.in_terminal(rows, colours=not os.environ.get("NO_COLOR")), err=True)
        click.echo(err=True)

"""The command line's root: `rolecall` alone opens the full screen, a word after it is a command."""

from __future__ import annotations

import click

from rolecall import __version__


@click.group(invoke_without_command=True)
@click.version_option(__version__, message="rolecall %(version)s")
def rolecall() -> None:
    """IAM Identity Center in a terminal: sign in, pick a permission set, save a profile."""

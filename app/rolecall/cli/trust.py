"""`rolecall trust`: trust the `.rolecall.toml` of the directory."""

from __future__ import annotations

import os

import click

from rolecall.cli.support.errors import exit_on_error
from rolecall.cli.support.output import echo
from rolecall.domain.text import safe
from rolecall.presentation import command_help, pin_strings
from rolecall.services.pins import Pins


@click.command(help=command_help.TRUST)
@click.option("--revoke", is_flag=True, help=command_help.TRUST_REVOKE)
def trust(*, revoke: bool) -> None:
    with exit_on_error():
        pins = Pins(os.environ)
        if revoke:
            file = pins.found()
            pins.distrust(file)
        else:
            file = pins.file()
            echo(pins.read(file).text().rstrip())
            pins.trust(file)
    text = pin_strings.REVOKED if revoke else pin_strings.TRUSTED
    echo(text.format(path=safe(file.path)))

"""`rolecall trust`: trust the `.rolecall.toml` of the directory."""

from __future__ import annotations

import os
from functools import partial

import click

from rolecall.cli.support.errors import exit_on_error
from rolecall.cli.support.write import Writing, write_change
from rolecall.domain.text import safe
from rolecall.presentation.texts import command_help, switch_strings
from rolecall.services.switching.pins import Pins


@click.command(help=command_help.TRUST)
@click.option("--revoke", is_flag=True, help=command_help.TRUST_REVOKE)
def trust(*, revoke: bool) -> None:
    with exit_on_error():
        pins = Pins(os.environ)
        if revoke:
            file = pins.found()
            done = switch_strings.PIN_REVOKED.format(path=safe(file.path))
            write_change(Writing(partial(pins.distrust, file), done=done))
            return
        file = pins.file()
        text = pins.read(file).text().rstrip()
        done = switch_strings.PIN_TRUSTED.format(path=safe(file.path))
        write_change(Writing(partial(pins.trust, file), heading=text, done=done))

"""`rolecall export`: print a profile's credentials for a shell or a file."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING

import click

from rolecall.cli.credentials.prompts import credentials_service
from rolecall.cli.credentials.source import Source
from rolecall.cli.support.errors import exit_on_error
from rolecall.cli.support.options import (
    format_option,
    narrowing_options,
    reason_option,
    takes_profile,
)
from rolecall.cli.support.output import write_value
from rolecall.domain.credentials.credential_formats import DEFAULT, FORMATS, CannotExpress
from rolecall.domain.log.hand_out import HandOutKind
from rolecall.domain.text import safe
from rolecall.presentation.texts import credential_strings
from rolecall.presentation.texts.command_line import command_help, option_help
from rolecall.services.log.hand_outs import HandOuts

if TYPE_CHECKING:
    from rolecall.services.lending.asked import Asked


@click.command(help=command_help.EXPORT)
@takes_profile(envvar="AWS_PROFILE", required=True)
@format_option([*FORMATS], DEFAULT, option_help.EXPORT_FORMAT)
@narrowing_options
@reason_option
def export(profile: str, output_format: str, asked: Asked | None, reason: str) -> None:
    with exit_on_error():
        log = HandOuts(os.environ)
        target = log.target(profile)
        source = Source(credentials_service(), target, asked, reason)
        exported = source.of(partial(source.service.export, profile))()
    try:
        text = FORMATS[output_format].write(exported)
    except CannotExpress:
        text = credential_strings.INEXPRESSIBLE.format(name=safe(profile), format=output_format)
        raise click.ClickException(text) from None
    key_id = exported.credentials.access_key_id
    log.note(HandOutKind.EXPORT, target, key_id, reason=reason, lend=source.lend)
    write_value(text)

"""`rolecall export`: print a profile's credentials for a shell or a file."""

from __future__ import annotations

import os

import click

from rolecall.cli.support.errors import exit_on_error
from rolecall.cli.support.options import format_option, reason_option, takes_profile
from rolecall.cli.support.output import write_value
from rolecall.cli.support.prompts import credentials_service
from rolecall.domain.credentials.credential_formats import DEFAULT, FORMATS, CannotExpress
from rolecall.domain.log.hand_out import HandOutKind
from rolecall.domain.text import safe
from rolecall.presentation.texts import command_help, credential_strings
from rolecall.services.log.hand_outs import HandOuts


@click.command(help=command_help.EXPORT)
@takes_profile(envvar="AWS_PROFILE", required=True)
@format_option([*FORMATS], DEFAULT, command_help.EXPORT_FORMAT)
@reason_option
def export(profile: str, output_format: str, reason: str) -> None:
    with exit_on_error():
        service = credentials_service()
        exported = service.export(profile)
    try:
        text = FORMATS[output_format].write(exported)
    except CannotExpress:
        text = credential_strings.INEXPRESSIBLE.format(name=safe(profile), format=output_format)
        raise click.ClickException(text) from None
    key_id = exported.credentials.access_key_id
    HandOuts(os.environ).note_profile(HandOutKind.EXPORT, profile, key_id, reason=reason)
    write_value(text)

"""`rolecall export`: a profile's credentials, for a shell or a file to read."""

from __future__ import annotations

import click

from rolecall.cli.support.errors import failing
from rolecall.cli.support.prompts import credentials_service
from rolecall.domain.credential_formats import CannotExpress, Format
from rolecall.domain.text import safe
from rolecall.presentation import credential_strings


@click.command()
@click.argument("profile", envvar="AWS_PROFILE")
@click.option(
    "--format",
    "form",
    type=click.Choice([form.value for form in Format]),
    default=Format.BASH.value,
    show_default=True,
    help="What is to read it: a shell, a file, or a program (json).",
)
def export(profile: str, form: str) -> None:
    """Print credentials of PROFILE for a shell or a file.

    \b
    bash, zsh  eval "$(rolecall export audit-admin)"
    fish       rolecall export audit-admin --format fish | source
    tcsh       eval "`rolecall export audit-admin --format tcsh`"

    Without PROFILE they are those of AWS_PROFILE.
    They come from the AWS CLI's cache or, with less than 15 minutes left, from AWS. Who prints them
    on a terminal has them there. Exit status 1 where there are none.
    """
    with failing():
        service = credentials_service()
        exported = service.export(profile)
    try:
        click.echo(exported.text(Format(form)), nl=False)
    except CannotExpress:
        words = credential_strings.INEXPRESSIBLE.format(name=safe(profile), format=form)
        raise click.ClickException(words) from None

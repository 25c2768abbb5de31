"""`rolecall doctor`: what is the matter with the AWS files."""

from __future__ import annotations

import os

import click

from rolecall.domain.errors import RolecallError
from rolecall.domain.text import safe
from rolecall.services.doctor import examine
from rolecall.ui import file_strings, settings_strings
from rolecall.ui.explain import describe, explain


@click.command()
@click.pass_context
def doctor(context: click.Context) -> None:
    """Say what in the AWS files is broken, or read differently by different clients.

    Reads config, credentials and the caches, and changes nothing. Exit status 1 if there is
    something to say.
    """
    try:
        found = examine(os.environ)
    except RolecallError as error:
        click.echo(explain(error), err=True)
        context.exit(1)
    for problem in found.errors:
        click.echo(explain(problem))
    for finding in found.findings:
        path = safe(str(finding.path))
        place = f"{path}:{finding.line}" if finding.line else path
        click.echo(f"{place}: {describe(finding)}")
    for bad in found.bad_settings:
        click.echo(f"{safe(str(found.settings))}: {settings_strings.bad(bad)}")
    if found.is_clean:
        click.echo(file_strings.CLEAN)
    context.exit(0 if found.is_clean else 1)

"""`rolecall console`: the link into a profile's account in the AWS console."""

from __future__ import annotations

import os

import click

from rolecall.cli.support.errors import failing
from rolecall.cli.support.qr_code import show_qr
from rolecall.presentation import browser_strings, credential_strings
from rolecall.services.credentials import CredentialsService
from rolecall.terminal import browser, capabilities


@click.command()
@click.argument("profile", envvar="AWS_PROFILE")
@click.option(
    "--destination",
    metavar="WHERE",
    default="",
    help="A page of the console: cloudshell, s3, ec2, … or a URL of it.",
)
@click.option("--print", "only_print", is_flag=True, help="The link alone; open nothing.")
def console(profile: str, destination: str, only_print: bool) -> None:
    """Open the AWS console in the account of PROFILE.

    Without PROFILE it is that of AWS_PROFILE. Where this machine has a browser it opens there. The
    link goes to standard output; without a browser it stands on the terminal as a QR code too.
    """
    with failing():
        service = CredentialsService.from_environment(os.environ)
        link = service.console_link(profile, destination)
    click.echo(link)
    if only_print:
        return
    if browser.opener(os.environ) is not None:
        click.echo(browser_strings.open_link(os.environ, link), err=True)
        return
    over_ssh = capabilities.over_ssh(os.environ)
    words = credential_strings.OVER_SSH if over_ssh else credential_strings.NO_BROWSER
    click.echo(words, err=True)
    show_qr(link)

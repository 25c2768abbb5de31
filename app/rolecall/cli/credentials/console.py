"""`rolecall console`: the link to the AWS console for a profile's account."""

from __future__ import annotations

import os

import click
from click.core import ParameterSource

from rolecall.cli.support.display import show_qr
from rolecall.cli.support.errors import exit_on_error
from rolecall.cli.support.options import DESTINATIONS, reason_option, takes_profile
from rolecall.cli.support.output import echo
from rolecall.domain.log.hand_out import HandOutKind
from rolecall.domain.search.role_search import Strictness
from rolecall.domain.text import safe
from rolecall.presentation.texts import credential_strings, sign_in_strings
from rolecall.presentation.texts.command_line import command_help, option_help
from rolecall.services.log.hand_outs import HandOuts
from rolecall.services.services import Services
from rolecall.services.switching.profile_matching import TargetRoles, best_matches
from rolecall.services.switching.switching import Switching
from rolecall.terminal import browser, capabilities


@click.command(help=command_help.CONSOLE)
@takes_profile(envvar="AWS_PROFILE", required=True)
@click.option(
    "--destination",
    metavar="WHERE",
    default="",
    help=option_help.CONSOLE_DESTINATION,
    shell_complete=DESTINATIONS,
)
@click.option("--print", "print_only", is_flag=True, help=option_help.CONSOLE_PRINT)
@reason_option
@click.pass_context
def console(
    context: click.Context, *, profile: str, destination: str, print_only: bool, reason: str
) -> None:
    with exit_on_error():
        if context.get_parameter_source("profile") is ParameterSource.COMMANDLINE:
            profile = _profile_meant(profile)
        link = Services(os.environ).credentials.console_link(profile, destination)
    command = ("--destination", destination) if destination else ()
    HandOuts(os.environ).note_profile(HandOutKind.CONSOLE, profile, command=command, reason=reason)
    echo(link.shown)
    if link.problem:
        raise click.ClickException(sign_in_strings.UNSAFE_LINK[link.problem])
    if print_only:
        return
    if browser.opener(os.environ) is not None:
        echo(sign_in_strings.open_link(os.environ, link), err=True)
        return
    over_ssh = capabilities.over_ssh(os.environ)
    reason = credential_strings.OVER_SSH if over_ssh else credential_strings.NO_BROWSER
    echo(reason, err=True)
    show_qr(link)


def _profile_meant(typed: str) -> str:
    """Return the profile that the text names or means, or the text if there is none."""
    switching = Switching(os.environ)
    if switching.target(typed):
        return typed
    found = best_matches(
        switching.targets(), TargetRoles.read(switching), typed, Strictness.HANDS_OUT
    ).targets
    if len(found) > 1:
        names = " ".join(safe(each.name) for each in found)
        text = credential_strings.SEVERAL_PROFILES.format(query=safe(typed), names=names)
        raise click.ClickException(text)
    return found[0].name if found else typed

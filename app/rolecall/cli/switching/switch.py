"""`rolecall switch`: the command behind `awsp`, which evaluates its output."""

from __future__ import annotations

import os

import click

from rolecall.cli.support.options import REGIONS, query_argument, reason_option, yes_option
from rolecall.cli.support.output import echo
from rolecall.cli.switching.shell_switch import SwitchRequest
from rolecall.cli.switching.shell_switch import switch as switch_shell
from rolecall.domain.naming import names as naming
from rolecall.domain.shells import Shell
from rolecall.presentation.texts import shell_strings, switch_strings
from rolecall.presentation.texts.command_line import command_help, option_help
from rolecall.terminal.shell import current_shell


def _help(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    """Print the help to stderr, because the shell evaluates stdout."""
    if wanted and not context.resilient_parsing:
        echo(context.get_help(), err=True)
        context.exit()


def _region(_: click.Context, __: click.Parameter, region: str | None) -> str | None:
    if region is not None and not naming.is_region(region):
        raise click.BadParameter(switch_strings.REGION_INVALID)
    return region


@click.command(help=command_help.SWITCH, add_help_option=False)
@click.option(
    "--help", "-h", is_flag=True, is_eager=True, expose_value=False, callback=_help,
    help=option_help.SWITCH_HELP,
)  # fmt: skip
@click.option("--shell", type=click.Choice([shell.value for shell in Shell]), hidden=True)
@click.option("--previous", default="", hidden=True)
@click.option("--clear", is_flag=True, help=option_help.SWITCH_CLEAR)
@click.option(
    "--region",
    "-r",
    callback=_region,
    metavar="REGION",
    help=option_help.SWITCH_REGION,
    shell_complete=REGIONS,
)
@reason_option
@yes_option
@click.option("--full-screen", is_flag=True, hidden=True)
@query_argument
@click.pass_context
def switch(
    context: click.Context,
    *,
    shell: str | None,
    previous: str,
    clear: bool,
    region: str | None,
    reason: str,
    yes: bool,
    full_screen: bool,
    query: tuple[str, ...],
) -> None:
    if shell is None:
        set_up = shell_strings.set_up(current_shell(os.environ))
        raise click.UsageError(switch_strings.BY_AWSP.format(set_up=set_up))
    request = SwitchRequest(Shell(shell), previous, query, clear, region, full_screen, yes, reason)
    context.exit(switch_shell(request))

"""`rolecall switch`: what `awsp` runs; its output is for the shell to evaluate."""

from __future__ import annotations

import click

from rolecall.cli.shell_switch import Request
from rolecall.cli.shell_switch import switch as do_switch
from rolecall.domain import naming
from rolecall.domain.shells import Shell
from rolecall.presentation import switch_strings as words


def _help(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    """On stderr, for stdout is evaluated."""
    if wanted and not context.resilient_parsing:
        click.echo(context.get_help(), err=True)
        context.exit()


def _region(_: click.Context, __: click.Parameter, region: str | None) -> str | None:
    if region is not None and not naming.is_region(region):
        raise click.BadParameter(words.REGION_INVALID)
    return region


@click.command(add_help_option=False)
@click.option(
    "--help", "-h", is_flag=True, is_eager=True, expose_value=False, callback=_help,
    help="Show this message and exit.",
)  # fmt: skip
@click.option(
    "--shell",
    type=click.Choice([shell.value for shell in Shell if shell is not Shell.CMD]),
    required=True,
    hidden=True,
)
@click.option("--previous", default="", hidden=True)
@click.option("--clear", is_flag=True, help="No profile any more, nor the region of -r.")
@click.option("--region", "-r", callback=_region, metavar="REGION", help="Set the region too.")
@click.option("--full-screen", is_flag=True, hidden=True)
@click.argument("query", nargs=-1)
@click.pass_context
def switch(
    context: click.Context,
    *,
    shell: str,
    previous: str,
    clear: bool,
    region: str | None,
    full_screen: bool,
    query: tuple[str, ...],
) -> None:
    """Print what makes this shell use a profile.

    `awsp` evaluates it. QUERY is a profile's name, or words that find one; `-` is the profile
    before this one. Without it the picker opens. Exit status 130 where nothing was chosen.
    """
    request = Request(Shell(shell), previous, query, clear, region, full_screen)
    context.exit(do_switch(request))

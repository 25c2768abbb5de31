"""The command line's root: `rolecall` alone opens the full screen, a word after it is a command."""

from __future__ import annotations

import signal
from importlib import import_module
from typing import Final

import click

from rolecall import __version__
from rolecall.cli.support.translated_help import translate_help

# Names, and what each is called in its module, where the name itself is one of Python's.
COMMANDS: Final = {
    "console": "console",
    "credential-process": "credential_process",
    "credentials": "credentials",
    "doctor": "doctor",
    "exec": "exec_",
    "export": "export",
    "init": "init",
    "list": "list_",
    "save": "save",
    "serve": "serve",
    "sign-in": "sign_in",
    "sign-out": "sign_out",
    "switch": "switch",
    "tokens": "tokens",
    "undo": "undo",
    "watch": "watch",
    "whoami": "whoami",
}


class Commands(click.Group):
    """The command `doctor` is `doctor` in `cli/doctor.py`, imported when it is asked for."""

    def list_commands(self, context: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        command = getattr(import_module(f"rolecall.cli.{name.replace('-', '_')}"), COMMANDS[name])
        assert isinstance(command, click.Command)
        translate_help(command)
        return command

    def invoke(self, context: click.Context) -> object:
        """Ctrl+C ends as a shell has it, where click would say 1, which means something else."""
        try:
            return super().invoke(context)
        except KeyboardInterrupt:
            click.echo(err=True)
            context.exit(128 + signal.SIGINT)


@click.group(
    cls=Commands,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, "--version", "-V", message="rolecall %(version)s")
@click.option("--demo", is_flag=True, help="Try it out on an Identity Center of its own.")
@click.option(
    "--demo-accounts",
    type=click.IntRange(1, 100_000),
    default=None,
    help="How many accounts the demo has (about forty unless said); implies --demo.",
)
@click.pass_context
def rolecall(context: click.Context, demo: bool, demo_accounts: int | None) -> None:
    """IAM Identity Center in a full-screen terminal.

    Sign in with a device code, pick a permission set, save it as a profile that the AWS CLI and
    the SDKs use. Without a command the full screen opens; the profile left with `u` is printed:
    AWS_PROFILE=$(rolecall)
    """
    wants_demo = demo or demo_accounts is not None
    if context.invoked_subcommand is not None:
        if wants_demo:
            from rolecall.presentation import program_strings

            raise click.UsageError(program_strings.DEMO_AND_COMMAND)
        return
    from rolecall.cli.full_screen import full_screen

    context.exit(full_screen(wants_demo, demo_accounts))


translate_help(rolecall)

"""`rolecall serve`: a profile's credentials that renew by themselves, for jobs of many hours."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import FrameType

import click

from rolecall.cli.exec import NOT_RUN, cannot_run, environment
from rolecall.cli.support.errors import failing, say
from rolecall.cli.support.prompts import credentials_service
from rolecall.domain.credential_formats import VARIABLES, CannotExpress, Format, statements
from rolecall.domain.errors import RolecallError
from rolecall.presentation import credential_strings
from rolecall.services.container_credentials import ContainerCredentials

_ENDS = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}


@click.command(context_settings={"allow_interspersed_args": False})
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="A free one unless said.")
@click.option(
    "--format",
    "form",
    type=click.Choice([form.value for form in VARIABLES]),
    default=Format.BASH.value,
    show_default=True,
    help="How the variables are printed.",
)
@click.argument("profile")
@click.argument("command", nargs=-1, type=click.UNPROCESSED)
def serve(*, profile: str, command: tuple[str, ...], port: int, form: str) -> None:
    """Serve the credentials of PROFILE on loopback.

    As ECS does, and renewed in time.

    \b
    rolecall serve audit-admin -- ./night-long-job

    Runs the COMMAND with the variables set that lead the AWS CLI and the SDKs there, serves until
    it ends, and ends with its status. Without one it prints the variables and serves until Ctrl+C.
    """
    with failing(NOT_RUN):
        service = credentials_service()
        region = service.export(profile).region
        if service.default_has_credentials():
            click.echo(credential_strings.DEFAULT_GOES_BEFORE, err=True)
    said: set[str] = set()

    def on_error(error: RolecallError) -> None:
        say(error, said)

    if not command:
        # Before there are threads, so that one of the signals ends the wait and nothing else.
        signal.pthread_sigmask(signal.SIG_BLOCK, _ENDS)
    try:
        # Later there may be nobody to ask.
        quiet = replace(service, ask_code=None)
        server = ContainerCredentials(lambda: quiet.of_profile(profile), on_error, port)
    except OSError as error:
        words = credential_strings.NO_PORT.format(port=port, reason=error.strerror)
        raise click.ClickException(words) from None
    command = command[1:] if command[:1] == ("--",) else command
    with server:
        variables = server.variables(region)
        if command:
            sys.exit(_run(command, environment(variables, profile)))
        try:
            click.echo(statements(variables, Format(form)), nl=False)
        except CannotExpress:
            words = credential_strings.INEXPRESSIBLE.format(name=profile, format=form)
            raise click.ClickException(words) from None
        sys.stdout.flush()
        signal.sigwait(_ENDS)


def _run(command: Sequence[str], environ: Mapping[str, str]) -> int:
    """The command's exit status; 128 and the number of the signal that ended it."""
    child: subprocess.Popen[bytes] | None = None
    early: list[int] = []

    def hand_on(number: int, _: FrameType | None) -> None:
        if child is None:
            early.append(number)
        else:
            child.send_signal(number)

    # The terminal sends these two to the command as well.
    for number in (signal.SIGINT, signal.SIGQUIT):
        signal.signal(number, lambda *_: None)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, hand_on)
    try:
        child = subprocess.Popen(command, env=environ)
    except OSError as error:
        return cannot_run(command[0], error)
    for missed in early:
        child.send_signal(missed)
    status = child.wait()
    return status if status >= 0 else 128 - status

"""`rolecall exec`: a command with a profile's credentials in its environment."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from typing import Final, NoReturn

import click

from rolecall.cli.support.errors import failing
from rolecall.cli.support.prompts import credentials_service
from rolecall.domain.credential_formats import Export
from rolecall.domain.switching import SUBSHELL
from rolecall.domain.text import safe
from rolecall.presentation import credential_strings, labels
from rolecall.services.switching import Switching

# As `env` has it: something else than the command has failed, it cannot be run, there is none.
NOT_RUN: Final = 125
_CANNOT_RUN: Final = 126
_NOT_FOUND: Final = 127


@click.command("exec", context_settings={"allow_interspersed_args": False})
@click.argument("profile")
@click.argument("command", nargs=-1, type=click.UNPROCESSED)
def exec_(profile: str, command: tuple[str, ...]) -> None:
    """Run COMMAND with the credentials of PROFILE.

    \b
    rolecall exec audit-admin -- terraform plan

    The command takes rolecall's place, so signals and its exit status are its own. Without one it
    is a shell. The environment says AWS_CREDENTIAL_EXPIRATION, the profile's region, and in
    ROLECALL_PROFILE where one is. Exit status 125 where there are no credentials.
    """
    with failing(NOT_RUN):
        service = credentials_service()
        exported = service.export(profile)
    words = command[1:] if command[:1] == ("--",) else command
    if not words:
        words = (os.environ.get("SHELL") or "/bin/sh",)
        click.echo(_where(profile, exported), err=True)
    replace_by(words, environment(exported.variables(), profile))


def environment(variables: dict[str, str | None], profile: str) -> dict[str, str]:
    """This process's own with the variables set or, where they are None, taken away."""
    changed = {**os.environ, **variables, SUBSHELL: profile}
    return {name: value for name, value in changed.items() if value is not None}


def replace_by(command: Sequence[str], environ: dict[str, str]) -> NoReturn:
    """The command in this process's place, as if it had been called in the first place."""
    sys.stdout.flush()
    sys.stderr.flush()
    restore_signals()
    try:
        os.execvpe(command[0], [*command], environ)
    except OSError as error:
        sys.exit(cannot_run(command[0], error))


def restore_signals() -> None:
    """Python ignores these, and what is ignored stays so in the program that is executed."""
    for number in (signal.SIGPIPE, signal.SIGXFSZ):
        signal.signal(number, signal.SIG_DFL)


def cannot_run(command: str, error: OSError) -> int:
    """Says so; the exit status."""
    words = credential_strings.NO_COMMAND.format(command=safe(command), reason=error.strerror)
    click.echo(words, err=True)
    return _NOT_FOUND if isinstance(error, FileNotFoundError) else _CANNOT_RUN


def _where(profile: str, exported: Export) -> str:
    credentials = exported.credentials
    parts = [profile]
    if credentials.account_id:
        parts.append(f"{_account_name(profile)} {credentials.account_id}".strip())
    if credentials.expires_at:
        local = credentials.expires_at.astimezone().strftime("%H:%M:%S")
        parts.append(credential_strings.SUBSHELL_END.format(end=local))
    return credential_strings.SUBSHELL.format(name=labels.SEPARATOR.join(map(safe, parts)))


def _account_name(profile: str) -> str:
    """As AWS sent it; empty where it is not known."""
    switching = Switching(os.environ)
    target = switching.target(profile)
    return switching.status(target).account_name if target else ""
